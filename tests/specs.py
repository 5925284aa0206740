"""Published descriptions of others' interfaces, which what we send and our stand-ins are held against.

They lie in ``../shared/specs`` as seen from the checkout; ``DANGOL_SPECS`` names a further folder, looked into first.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

BESIDE = Path(__file__).parents[2] / "shared" / "specs"


def places() -> list[Path]:
    """The folders that are looked into."""
    named = os.environ.get("DANGOL_SPECS")
    return [*([Path(named)] if named else []), BESIDE]


def found(name: str, folders: Sequence[Path] | None = None) -> Path | None:
    """Where ``name`` is; None where it is not at hand. In CI it has to be: raises FileNotFoundError."""
    folders = places() if folders is None else folders
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None and os.environ.get("CI") == "true":
        raise FileNotFoundError(f"{name} is in none of {[*map(str, folders)]}: nothing would be checked against it")
    return path
