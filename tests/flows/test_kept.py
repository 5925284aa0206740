"""A compiled library is kept between starts, and made again whenever it cannot be trusted."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.kept import load_kept
from flows.library import Library
from tests.flows.town_hall import FILES

KEY = b"a key of the test's own"


class Burglar:
    """Breaks in when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a foreign cache was unpickled",)


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    directory = tmp_path / "flows"
    for name, text in FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


def test_the_second_start_takes_what_the_first_compiled(
    flows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_kept(flows, tmp_path / "cache", KEY)
    assert first == Library.load(flows)
    monkeypatch.delattr(Library, "from_bundle")
    assert load_kept(flows, tmp_path / "cache", KEY) == first


def test_changed_texts_are_compiled_anew(flows: Path, tmp_path: Path) -> None:
    first = load_kept(flows, tmp_path / "cache", KEY)
    (flows / "slots.yaml").write_text(FILES["slots.yaml"] + "\n", encoding="utf-8")
    assert load_kept(flows, tmp_path / "cache", KEY) == Library.load(flows) != first


@pytest.mark.parametrize("spoil", [lambda _: b"", lambda kept: kept[:-1], lambda kept: kept[:40] + b"!" + kept[41:]])
def test_a_broken_cache_is_made_again(flows: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    load_kept(flows, tmp_path / "cache", KEY)
    (kept,) = (tmp_path / "cache").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(spoil(whole))
    assert load_kept(flows, tmp_path / "cache", KEY) == Library.load(flows)
    assert kept.read_bytes() == whole


def test_what_another_put_there_is_not_even_opened(flows: Path, tmp_path: Path) -> None:
    load_kept(flows, tmp_path / "cache", KEY)
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:32] + pickle.dumps(Burglar()))
    assert load_kept(flows, tmp_path / "cache", KEY) == Library.load(flows)


def test_a_cache_of_another_installation_is_made_again(flows: Path, tmp_path: Path) -> None:
    load_kept(flows, tmp_path / "cache", b"another key")
    (kept,) = (tmp_path / "cache").iterdir()
    before = kept.read_bytes()
    assert load_kept(flows, tmp_path / "cache", KEY) == Library.load(flows)
    assert kept.read_bytes() != before
