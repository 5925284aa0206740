"""What others published is found beside the checkout; in CI nothing goes unchecked for want of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.specs import BESIDE, found, places

CHECKOUT = Path(__file__).parents[2]


def test_the_folder_is_beside_the_checkout_without_any_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DANGOL_SPECS", raising=False)
    assert (CHECKOUT / "pyproject.toml").is_file()
    assert places() == [BESIDE] == [CHECKOUT.parent / "shared" / "specs"]


def test_a_named_folder_is_looked_into_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DANGOL_SPECS", str(tmp_path))
    (tmp_path / "some.json").write_text("{}", encoding="utf-8")
    assert found("some.json") == tmp_path / "some.json"


def test_what_is_missing_is_left_out_at_home_and_an_error_in_ci(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert found("some.json", [tmp_path]) is None
    monkeypatch.setenv("CI", "true")
    with pytest.raises(FileNotFoundError, match=r"some\.json is in none of"):
        found("some.json", [tmp_path])
