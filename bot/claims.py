"""Whose turn it is to send a message or do a job, where several workers look at one table."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

LEASE = timedelta(seconds=15)
"""How long a claim holds. Whatever is done under it is bounded well below; when it has passed, another may take over."""
LONGEST_NAME = 80


def worker_name() -> str:
    """A name that no other process has, and that says where to look: host, process, six letters."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(3)}"
