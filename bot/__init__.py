"""A platform's message in, its answers out."""
