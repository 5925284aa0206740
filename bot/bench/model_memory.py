"""How much memory serving a model takes: ``python -m bot.bench.model_memory MODEL`` reads texts, a line each, and
prints the process's peak in MB."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from nlu.embedding import ENCODER
from nlu.model import Model
from nlu.written import Written, has_hangul

_STATUS = Path("/proc/self/status")


def peak() -> float:
    """Peak MB of this process, from what the kernel tells; elsewhere than on Linux from what the library tells."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


def main() -> None:
    model = Model.load(Path(sys.argv[1]))
    if model.semantic is not None:
        ENCODER.vectors(["a"])
    for text in sys.stdin:
        plain = Written.of(text.rstrip("\n")).text
        model.judge(plain, plain, has_hangul(plain))
    sys.stdout.write(f"{peak():.1f}\n")


if __name__ == "__main__":
    main()
