"""Everything is tried here as its users use it."""
