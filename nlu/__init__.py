"""Text to Understanding. No database, no network."""
