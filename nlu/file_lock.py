"""One at a time in a folder, by the folder's own lock; it ends with the process, however that ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Wait until nobody else, process or thread, holds ``folder``; then hold it. Raises OSError when there is none."""
    import fcntl  # not on every system, and only needed where something is written

    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
