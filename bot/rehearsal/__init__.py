"""Dialogue tests: files that operators write, played over the whole application."""
