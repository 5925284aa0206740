"""Two people's changes of one text made one, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

OURS, BETWEEN, THEIRS = "<<<<<<< draft\n", "=======\n", ">>>>>>> newer\n"


@dataclass(frozen=True, slots=True)
class Merged:
    """``conflicts``: how many places both changed; there the text has both, between marks that no YAML takes."""

    text: str
    conflicts: int


def merged(base: str, ours: str, theirs: str) -> Merged:
    """What ``base`` becomes with the changes of both."""
    a, b, c = (text.splitlines(keepends=True) for text in (base, ours, theirs))
    in_ours, in_theirs = _matched(a, b), _matched(a, c)
    anchors = [
        (line, in_ours[line], in_theirs[line]) for line in range(len(a)) if line in in_ours and line in in_theirs
    ]
    lines: list[str] = []
    conflicts, (i, j, k) = 0, (0, 0, 0)
    for at, ours_at, theirs_at in [*anchors, (len(a), len(b), len(c))]:
        before, one, other = a[i:at], b[j:ours_at], c[k:theirs_at]
        if one in (before, other):
            lines += other
        elif other == before:
            lines += one
        else:
            conflicts += 1
            lines += [OURS, *_ended(one), BETWEEN, *_ended(other), THEIRS]
        lines += a[at : at + 1]
        i, j, k = at + 1, ours_at + 1, theirs_at + 1
    return Merged("".join(lines), conflicts)


def _matched(base: list[str], other: list[str]) -> dict[int, int]:
    """Which line of ``other`` each line of ``base`` is, where it is still there."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def _ended(lines: list[str]) -> list[str]:
    return [line if line.endswith("\n") else line + "\n" for line in lines]
