"""`make soak`: minutes by default, hours on request. Ends with 1 when anything was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from tests.soak.run import Kind, Report, soak

REPORTS = Path(__file__).parent.parent.parent / "docs" / "soak"


def told(report: Report) -> str:
    """The report for a person to read."""
    verdict = report.verdict
    lost = sum(finding.kind == "lost" for finding in verdict.findings)
    doubled = sum(finding.kind in ("doubled", "invented") for finding in verdict.findings)
    unsound = sum(finding.kind == "unsound" for finding in verdict.findings)
    facts = [f"- {name}: {value}" for name, value in report.facts.items() if name != "mischief"]
    mischief = [f"- {name}: {times}" for name, times in report.facts["mischief"].items()]
    findings = [f"- {finding.kind}: {finding.what}: {finding.detail}" for finding in verdict.findings]
    lines = [
        f"# Soak on {report.facts['kind']}: {lost} lost, {doubled} doubled, {unsound} unsound",
        "",
        *facts,
        f"- messages that a phone showed twice, with the reason known: {len(verdict.again)}",
        "",
        "What went wrong on the way, and how often:",
        "",
        *mischief,
    ]
    return "\n".join([*lines, *(["", "What was found:", "", *findings] if findings else []), ""])


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--kind", choices=[*get_args(Kind), "both"], default="both")
    parser.add_argument("--minutes", type=float, default=3.0, help="for each kind")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--reports", type=Path, default=REPORTS)
    given = parser.parse_args()
    given.reports.mkdir(parents=True, exist_ok=True)
    sound = True
    for kind in get_args(Kind) if given.kind == "both" else (given.kind,):
        print(f"soak on {kind} for {given.minutes:g} minutes, seed {given.seed}", flush=True)
        report = asyncio.run(soak(kind, given.minutes, given.seed, lambda line: print(line, flush=True)))
        text = told(report)
        print(text, flush=True)
        (given.reports / f"{kind}.md").write_text(text)
        kept = {**report.facts, "seed": given.seed, **asdict(report.verdict), "stories": report.stories}
        (given.reports / f"{kind}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
        sound = sound and not report.verdict.findings
    sys.exit(not sound)


if __name__ == "__main__":
    main()
