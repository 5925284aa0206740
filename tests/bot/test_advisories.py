"""A known vulnerability fails; a service that cannot be asked is said aloud and is no all-clear."""

from __future__ import annotations

import pytest

from scripts.advisories import Verdict, of_python, of_web, tell

UNKNOWN = {"name": "b", "skip_reason": "Dependency not found on PyPI and could not be audited: b (1)"}
SOUND = {"name": "a", "version": "1", "vulns": []}
ILL = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}


def test_a_known_vulnerability_fails(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = of_python({"dependencies": [SOUND, ILL]}, "")
    assert verdict == Verdict(2, ["c 2: PYSEC-1, mended in 3"])
    assert tell({"run.txt": verdict}) == 1
    assert "VULNERABLE  run.txt: c 2: PYSEC-1, mended in 3" in capsys.readouterr().out
    web = of_web({"vulnerabilities": {"left": {"severity": "high"}}, "metadata": {"dependencies": {"total": 9}}}, "")
    assert (web.looked_up, web.found) == (9, ["left: high"])
    assert tell({"web": web}) == 1


def test_what_was_not_looked_up_is_said_and_is_no_all_clear(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = {
        "all unknown": of_python({"dependencies": [UNKNOWN]}, "No known vulnerabilities found"),
        "no answer": of_python(None, "Traceback\nConnectionError: no route\n"),
        "no endpoint": of_web({"message": "405 Method Not Allowed"}, ""),
    }
    assert tell(verdicts) == 0
    out = capsys.readouterr().out
    assert out.count("!! NOT LOOKED UP") == 3
    assert "no known vulnerability" not in out
    assert "ConnectionError: no route" in out


def test_what_was_looked_up_and_is_sound_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell({"run.txt": of_python({"dependencies": [SOUND]}, "")}) == 0
    assert "run.txt: 1 packages, no known vulnerability" in capsys.readouterr().out
