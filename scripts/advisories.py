"""Asks the public advisory services about every locked dependency, Python's and the web part's.

Exit 1 when a vulnerability is known. Where a service cannot be asked that is one loud line and no failure: nothing was
found because nothing was looked up. pip-audit says "no known vulnerabilities" then as well, so its list is read here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCKED = ("requirements/run.txt", "requirements/dev.txt", "requirements/node.txt")
SERVICES = ("pypi", "osv")
PACKAGES = ("web", "tests/peers/telegram_test_api")
LONGEST_S = 240


@dataclass
class Verdict:
    """What became of one lock file: how many packages were looked up, which of them have advisories, why not more."""

    looked_up: int = 0
    found: list[str] = field(default_factory=list)
    unasked: str | None = None


def of_python(report: Mapping[str, Any] | None, said: str) -> Verdict:
    """Of pip-audit's JSON; ``said`` is what it wrote beside."""
    if report is None:
        return Verdict(unasked=_last_line(said))
    packages = report.get("dependencies", [])
    asked = [package for package in packages if "skip_reason" not in package]
    found = [
        f"{package['name']} {package['version']}: {vulnerability['id']}, mended in {_mended(vulnerability)}"
        for package in asked
        for vulnerability in package.get("vulns", [])
    ]
    skipped = len(packages) - len(asked)
    return Verdict(len(asked), found, f"{skipped} of {len(packages)} are not known there" if skipped else None)


def of_web(report: Mapping[str, Any] | None, said: str) -> Verdict:
    """Of npm audit's JSON."""
    if report is None or "vulnerabilities" not in report:
        return Verdict(unasked=str((report or {}).get("message") or _last_line(said)))
    found = [f"{name}: {one.get('severity', 'unknown')}" for name, one in sorted(report["vulnerabilities"].items())]
    return Verdict(int(report.get("metadata", {}).get("dependencies", {}).get("total", 0)), found)


def _mended(vulnerability: Mapping[str, Any]) -> str:
    return ", ".join(vulnerability.get("fix_versions") or ["no release yet"])


def _last_line(said: str) -> str:
    return next((line for line in reversed(said.strip().splitlines()) if line.strip()), "no answer")[:200]


def _asked(command: list[str]) -> tuple[dict[str, Any] | None, str]:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return None, f"no answer in {LONGEST_S} s"
    start = done.stdout.find("{")
    try:
        report = json.loads(done.stdout[start:]) if start >= 0 else None
    except ValueError:
        report = None
    return report if isinstance(report, dict) else None, done.stderr


def look_up() -> dict[str, Verdict]:
    """By lock file. Of the Python services the first that knows the packages is believed."""
    verdicts = {}
    audit = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format", "json"]
    for lock in LOCKED:
        for service in SERVICES:
            verdicts[lock] = of_python(*_asked([*audit, "-r", lock, "--vulnerability-service", service]))
            if verdicts[lock].looked_up:
                break
    for folder in PACKAGES:
        verdicts[f"{folder}/package-lock.json"] = of_web(*_asked(["sh", "scripts/npm.sh", folder, "audit", "--json"]))
    return verdicts


def tell(verdicts: Mapping[str, Verdict]) -> int:
    """Print what was found; the exit code."""
    for lock, verdict in verdicts.items():
        for one in verdict.found:
            print(f"VULNERABLE  {lock}: {one}")
        if verdict.unasked:
            print(f"!! NOT LOOKED UP  {lock}: {verdict.unasked}. This says nothing about its safety.")
        elif not verdict.found:
            print(f"{lock}: {verdict.looked_up} packages, no known vulnerability")
    return 1 if any(verdict.found for verdict in verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(tell(look_up()))
