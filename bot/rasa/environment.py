"""Rasa's own environment: outside the checkout, made once, used again as long as it is whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

import nlu.rasa
from bot.rasa.interpreters import WANTED, find_python
from nlu.file_lock import held

RASA: Final = "3.6.21"
ROOM: Final = Path(nlu.rasa.__file__).parent
LOCK: Final = ROOM / "requirements.txt"
PIPELINE: Final = ROOM / "pipeline"
"""The pipeline's description and the parts of it that we wrote; Rasa finds them on its module path."""
THREADS: Final = 2
_STAMP: Final = "whole"


class RasaTrouble(Exception):
    """Rasa can't be had, trained or started; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment for the locked versions, at ``home``."""

    home: Path

    @property
    def python(self) -> Path:
        return self.home / "bin" / "python"

    @property
    def whole(self) -> bool:
        """Whether it was installed to the end, and its interpreter is still there."""
        return (self.home / _STAMP).exists() and self.python.exists()

    def needed(self) -> Environment:
        """Itself. Raises RasaTrouble when it is not whole."""
        if not self.whole:
            raise RasaTrouble(f"Rasa is not installed here ({self.home}). Run: dangol nlu rasa install")
        return self

    def variables(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What Rasa's processes find in their environment: nothing of ours but what they need."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR") if name in os.environ}
        threads = str(THREADS)
        return {
            **kept,
            "PYTHONPATH": str(PIPELINE),
            "PYTHONWARNINGS": "ignore",
            "RASA_TELEMETRY_ENABLED": "false",
            "RASA_MAX_CACHE_SIZE": "0",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_INTRA_OP_PARALLELISM_THREADS": threads,
            "TF_INTER_OP_PARALLELISM_THREADS": "1",
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            **(more or {}),
        }


def kept_in() -> Path:
    """The folder under the user's cache where Rasa's environment and models made by tests and benchmarks are."""
    return platformdirs.user_cache_path("dangol") / "rasa"


def environment() -> Environment:
    """The environment for the versions that are locked now, installed or not."""
    return Environment(kept_in() / f"env-{RASA}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}")


def install(where: Environment, tell: Callable[[str], None]) -> None:
    """Make ``where`` whole. ``tell`` hears a line for each step. Raises RasaTrouble."""
    where.home.parent.mkdir(parents=True, exist_ok=True)
    with held(where.home.parent):
        if not where.whole:
            _install(where, tell)


def _install(where: Environment, tell: Callable[[str], None]) -> None:
    shutil.rmtree(where.home, ignore_errors=True)
    python = find_python()
    if python is None:
        tell(f"No Python {WANTED} on this machine, which Rasa needs: uv fetches one.")
    else:
        tell(f"Python {WANTED}: {python}")
    made = _uv("venv", "--python", str(python or WANTED), str(where.home))
    if made is not None:
        raise RasaTrouble(
            f"Rasa {RASA} needs Python {WANTED}, and there is none on this machine that works, nor could one be fetched "
            f"({made}). Install Python {WANTED} (as your system's package, or: pyenv install {WANTED}), then run this again."
            if python is None
            else f"{python} could make no environment in {where.home}: {made}"
        )
    tell(f"Rasa {RASA} and what it needs, 2.5 GB, into {where.home} …")
    failed = _uv("pip", "install", "--python", str(where.python), "--require-hashes", "-r", str(LOCK))
    if failed is not None:
        raise RasaTrouble(f"Rasa could not be installed: {failed}. Is the package registry reachable, the disk full?")
    (where.home / _STAMP).touch()


def _uv(*arguments: str) -> str | None:
    """Run uv, which trusts whom the machine trusts; None when it went well, else the gist of what it said."""
    from uv import find_uv_bin

    try:
        done = subprocess.run(
            [find_uv_bin(), "--quiet", "--no-progress", *arguments],
            env={"UV_SYSTEM_CERTS": "true", **os.environ},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        return str(error)
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return None if done.returncode == 0 else _gist(said) or f"uv ended with {done.returncode}"


def _gist(lines: list[str]) -> str:
    first = next((line for line in lines if line.lower().startswith(("error", "×"))), lines[-1] if lines else "")
    return first.lstrip("× ").removeprefix("error:").strip().rstrip(".")
