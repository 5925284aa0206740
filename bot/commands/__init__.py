"""One file per group of `dangol` commands."""
