"""A rehearsal for people and for programs: what went otherwise, and what of the flows no dialogue reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.rehearsal.assertions import Fault
from bot.rehearsal.coverage import Coverage, Place
from bot.rehearsal.playing import Failure
from bot.rehearsal.running import Played
from bot.rehearsal.script import shown_path

MOST_SAID = 30
"""Lines of what was said instead."""
LIKE = 0.5
"""From this likeness a line that was said is shown beside the one that was expected."""


def show_failure(console: Console, failure: Failure) -> None:
    """The conversation up to there, what was expected and what was said."""
    console.rule(Text(f"✗ {failure.case}", style="bold red"), align="left", style="red")
    for entry in failure.so_far:
        console.print(Text(entry, style="" if "  > " in entry else "dim"), soft_wrap=True)
    console.print(Text(f"\n{failure.place}: {failure.fault.what}", style="bold"), soft_wrap=True)
    for line in difference(failure.fault):
        console.print(line, soft_wrap=True)
    console.print()


def difference(fault: Fault) -> list[Text]:
    """Lines of what was expected (-) and what was said (+); where two are alike, what differs in them is marked."""
    said = list(fault.said)
    lines: list[Text] = []
    for expected in fault.expected:
        nearest = max(said, key=lambda one: _alike(expected, one), default=None)
        if nearest is None or _alike(expected, nearest) < LIKE:
            lines.append(Text(f"  - {expected}", style="red"))
            continue
        said.remove(nearest)
        ours, theirs = Text("  - ", style="red"), Text("  + ", style="green")
        for tag, a, b, c, d in SequenceMatcher(None, expected, nearest, autojunk=False).get_opcodes():
            ours.append(expected[a:b], style="red" if tag == "equal" else "bold reverse red")
            theirs.append(nearest[c:d], style="green" if tag == "equal" else "bold reverse green")
        lines += [ours, theirs]
    lines += [Text(f"  + {one}", style="green") for one in said[:MOST_SAID]]
    if len(said) > MOST_SAID:
        lines.append(Text(f"  … and {len(said) - MOST_SAID} lines more", style="dim"))
    return lines


def _alike(one: str, other: str) -> float:
    """The longest stretch of ``one`` that the other has, and how alike they are as a whole: 0 to 1."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks() if block.size > 1)
    return shared / len(one) if one else 0.0


def show_coverage(
    console: Console, coverage: Coverage, spoken: Mapping[str, Coverage], flows: Path, *, whole: bool
) -> None:
    """The share; when ``whole``, each flow's, and every place that was not reached."""
    reached = len(coverage.places) - len(coverage.missed)
    if whole:
        table = Table("flow", "reached", "of", "share", box=None, header_style="dim")
        for flow, (some, of) in sorted(coverage.by_flow().items(), key=lambda one: one[1][0] / one[1][1]):
            table.add_row(flow, str(some), str(of), f"{some / of:.0%}", style="" if some == of else "yellow")
        console.print(table)
        if coverage.missed:
            console.print(Text("\nReached by no dialogue:", style="bold"))
        for place in coverage.missed:
            console.print(Text(shown_place(place, flows)), soft_wrap=True)
    languages = ", ".join(f"{language} {one.share:.1%}" for language, one in spoken.items())
    console.print(
        f"Steps and branches of the flows reached: {reached} of {len(coverage.places)} ({coverage.share:.1%}; {languages})"
        + ("" if whole or not coverage.missed else "; --coverage lists the others"),
        soft_wrap=True,
    )


def shown_place(place: Place, flows: Path) -> str:
    return f"{shown_path(flows / place.at.file)}:{place.at.line}: {place.what} in {place.flow}: {place.written}"


def as_data(
    played: Sequence[Played], coverage: Coverage, spoken: Mapping[str, Coverage], seconds: float, flows: Path
) -> dict[str, Any]:
    """The rehearsal for a program."""
    return {
        "cases": len(played),
        "seconds": round(seconds, 2),
        "failures": [
            {
                "case": one.failure.case,
                "place": one.failure.place,
                "what": one.failure.fault.what,
                "expected": list(one.failure.fault.expected),
                "said": list(one.failure.fault.said),
                "so_far": list(one.failure.so_far),
            }
            for one in played
            if one.failure is not None
        ],
        "coverage": {
            "places": len(coverage.places),
            "reached": len(coverage.places) - len(coverage.missed),
            "share": round(coverage.share, 4),
            "languages": {language: round(one.share, 4) for language, one in spoken.items()},
            "missed": [
                {
                    "what": place.what,
                    "flow": place.flow,
                    "step": place.passed[2],
                    "file": shown_path(flows / place.at.file),
                    "line": place.at.line,
                    "written": place.written,
                }
                for place in coverage.missed
            ],
        },
    }
