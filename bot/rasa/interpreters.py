"""The old Python that Rasa needs, wherever this machine has one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

WANTED = "3.10"
"""The newest that Rasa 3.6 runs on."""
_WHOLE = "import sys, ssl, sqlite3, zlib, venv; print('.'.join(map(str, sys.version_info[:2])))"
_LONGEST_S = 30.0


def find_python() -> Path | None:
    """A Python of the wanted version that runs and is whole; None when there is none here."""
    return next((path for path in _candidates() if _runs(path)), None)


def _candidates() -> Iterator[Path]:
    on_path = shutil.which(f"python{WANTED}")
    if on_path is not None:
        yield Path(on_path)
    for root in dict.fromkeys(_pyenv_roots()):
        yield from sorted((root / "versions").glob(f"{WANTED}.*/bin/python"), key=_patch, reverse=True)
    kept = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or Path.home() / ".local" / "share" / "uv" / "python")
    yield from sorted(kept.glob(f"cpython-{WANTED}*/bin/python{WANTED}"), reverse=True)


def _pyenv_roots() -> Iterator[Path]:
    """Where pyenv keeps its Pythons: as told, beside its program on the path, in the home."""
    told = os.environ.get("PYENV_ROOT")
    if told:
        yield Path(told)
    program = shutil.which("pyenv")
    if program is not None:
        yield Path(program).parent.parent
        yield Path(program).resolve().parent.parent
    yield Path.home() / ".pyenv"


def _patch(path: Path) -> int:
    number = path.parent.parent.name.rsplit(".", 1)[-1]
    return int(number) if number.isdigit() else -1


def _runs(path: Path) -> bool:
    """Whether it does: pyenv's stand-ins for versions that are not switched on do not."""
    try:
        answer = subprocess.run(
            [path, "-I", "-c", _WHOLE], capture_output=True, text=True, timeout=_LONGEST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == WANTED
