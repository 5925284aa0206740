"""One file per till, behind one port."""
