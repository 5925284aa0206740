"""Local stand-ins for other people's servers. They speak the real protocols, strictly."""
