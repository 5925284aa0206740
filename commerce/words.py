"""People's own words, as they are kept to be shown to somebody else."""

from __future__ import annotations


def one_line(text: str | None, most: int) -> str:
    """``text`` on one line, at most ``most`` characters, "…" for what is left out: nobody's note writes further lines
    into another's message."""
    line = " ".join((text or "").split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
