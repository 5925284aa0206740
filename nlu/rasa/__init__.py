"""Rasa as an engine: trained from the same data, asked over its HTTP API."""
