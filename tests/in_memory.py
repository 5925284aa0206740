"""Where tests' files are: in memory where there is enough of it.

A test's database is hundreds of small files on PostgreSQL, and on SQLite one that waits for the disk with each commit:
on a disk that is the larger part of what many tests cost.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has names of its own
"""Linux keeps what is in this folder in memory."""
ROOM = 4 * 1024**3
"""Bytes that must be free; a whole run takes up less than one of these four gigabytes."""


def keep_files_in(memory: Path, environment: MutableMapping[str, str], free: int) -> None:
    """Have temporary files made in ``memory``, here and in every process started from here, when ``free`` bytes of it
    are enough. Who has chosen another place by TMPDIR keeps it."""
    if "TMPDIR" not in environment and free >= ROOM and os.access(memory, os.W_OK | os.X_OK):
        environment["TMPDIR"] = str(memory)
        tempfile.tempdir = None


def free_in(memory: Path, meminfo: Path = Path("/proc/meminfo")) -> int:
    """Bytes that may still be written to ``memory``; none where it is not what it is on Linux."""
    if not (memory.is_dir() and meminfo.exists()):
        return 0
    told = (line.split() for line in meminfo.read_text().splitlines())
    available = next((int(words[1]) * 1024 for words in told if words[0] == "MemAvailable:"), 0)
    return min(shutil.disk_usage(memory).free, available)
