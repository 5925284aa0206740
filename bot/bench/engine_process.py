"""The embedded engine in a process of its own: ``python -m bot.bench.engine_process start|serve|train CACHE``.

``start`` opens the model in CACHE, reads one text and ends; ``serve`` reads a text a line and prints its memory in MB;
``train`` trains on all of our data and prints the CPU seconds that took.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from nlu.engine import Engine
from nlu.understanding import Context

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=9)))
_FIRST = "아메리카노 두 잔 주세요"
_TRIES = 5


def seconds_to_start(cache: Path) -> float:
    """From nothing to the first text understood, the interpreter's own start included: the median of some tries."""
    taken: list[float] = []
    for _ in range(_TRIES):
        begun = time.perf_counter()
        _run("start", cache)
        taken.append(time.perf_counter() - begun)
    return sorted(taken)[_TRIES // 2]


def megabytes(cache: Path, texts: Iterable[str]) -> float:
    """The memory of a process that has read ``texts``: its proportional share where the kernel tells it (Linux)."""
    return float(_run("serve", cache, "\n".join(" ".join(text.split()) for text in texts)))


def seconds_to_train(cache: Path) -> float:
    """CPU seconds of one core."""
    return float(_run("train", cache))


def _run(what: str, cache: Path, said: str = "") -> str:
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "bot.bench.engine_process", what, str(cache)]
    done = subprocess.run(
        command, input=said, env={**os.environ, **one}, encoding="utf-8", capture_output=True, check=True
    )
    return done.stdout.strip()


def share_of(pid: int | str = "self") -> float:
    """MB that a process has for itself, and its part of what it shares. Raises OSError."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _memory() -> float:
    try:
        return share_of()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(what: str, cache: Path) -> None:
    """Do one of the three."""
    if what == "train":
        from nlu.examples import DATA, read_examples
        from nlu.samples import train_on

        begun = time.process_time()
        train_on(read_examples(DATA))
        sys.stdout.write(f"{time.process_time() - begun:.2f}\n")
        return
    engine = Engine.open(cache)
    for text in [_FIRST] if what == "start" else sys.stdin:
        engine.parse(text.rstrip("\n"), Context(), NOW)
    if what == "serve":
        sys.stdout.write(f"{_memory():.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
