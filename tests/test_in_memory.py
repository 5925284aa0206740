"""Tests' files are in memory where there is room for them, and where one wants them otherwise."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.in_memory import ROOM, free_in, keep_files_in

MEMINFO = "MemTotal:       24000000 kB\nMemAvailable:   {available} kB\n"


@pytest.mark.parametrize(
    ("environment", "free", "chosen"),
    [
        ({}, ROOM, "memory"),
        ({}, ROOM - 1, None),
        ({"TMPDIR": "/elsewhere"}, ROOM, "/elsewhere"),
    ],
)
def test_there_must_be_room_and_nobody_who_has_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], free: int, chosen: str | None
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())
    keep_files_in(tmp_path, environment, free)
    assert environment.get("TMPDIR") == (str(tmp_path) if chosen == "memory" else chosen)
    assert (tempfile.tempdir is None) == (chosen == "memory")


def test_a_folder_that_is_not_there_is_not_chosen(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    keep_files_in(tmp_path / "nowhere", environment, ROOM)
    assert environment == {}


def test_no_more_is_free_than_memory_is_available(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(MEMINFO.format(available=7))
    assert free_in(tmp_path, meminfo) == 7 * 1024
    assert free_in(tmp_path / "nowhere", meminfo) == 0
    assert free_in(tmp_path, tmp_path / "nowhere") == 0
