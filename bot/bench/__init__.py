"""What `dangol bench` measures."""
