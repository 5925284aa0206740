"""A street in bad weather for minutes or hours, and a checker that compares what everybody was told with what is
kept."""
