"""Runs `dangol` as people do: a process of its own, with a data folder of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from nlu.store import SHIPPED
from tests.dialogues.stage import engine

ROOT = Path(__file__).parent.parent.parent
RUN = "from webhooks.command import main; main()"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


async def dangol(folder: Path, *arguments: str, stdin: str | bytes = "", **settings: str) -> Ran:
    """Run to the end. ``settings`` are environment variables without their DANGOL_."""
    process = await start(folder, *arguments, **settings)
    given = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = await asyncio.wait_for(process.communicate(given), 120)
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())


def prepare(folder: Path) -> None:
    """Put the trained understanding into the data folder, so that starting takes a second."""
    prepare_cache(folder / "data" / "cache")


def prepare_cache(cache: Path) -> None:
    """Only the model of this code and these data, and no copy: it is large."""
    name = f"{engine().version.replace(SHIPPED, 'nlu')}.npz"
    cache.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (cache / name).symlink_to(platformdirs.user_cache_path("dangol") / "nlu" / name)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """``settings`` as for ``dangol``, in place of whatever this process was given."""
    set_apart = ("DATABASE_URL", "REDIS_URL")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("DANGOL_") and name not in set_apart
    }
    own = {f"DANGOL_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "DANGOL_DATA": str(folder / "data"), **own}


async def start(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """``settings`` as for ``dangol``. The understanding is trained already."""
    prepare(folder)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
