"""One process at a time, by a file's lock; it ends with the process, however that ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Wait until nobody else, process or thread, holds ``path``; then hold it. The folder must be there."""
    import fcntl  # not on every system, and only needed where something is written

    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
