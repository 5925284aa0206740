"""Rough weather: real processes, killed, stalled and cut off, with people who go on using them meanwhile."""
