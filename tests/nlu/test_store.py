"""Models are kept by what is in them; which is in force is one small file, changed by one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.file_lock import held
from nlu.model import Model
from nlu.store import (
    KEPT,
    SHIPPED,
    BrokenModel,
    BrokenStore,
    History,
    Locking,
    Moved,
    Promoted,
    Store,
    UnknownVersion,
)
from tests.nlu.tiny_models import NOON, add, always, promoted


def test_a_model_is_kept_under_what_is_in_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    version = add(store, always("greet"))
    assert add(store, always("greet")) == version != add(store, always("thanks"))
    assert len(store.history().models) == 2
    assert Model.load(store.checked(version)).labels == ("greet", "thanks")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz", ".npz"]


def test_the_way_back_leads_from_model_to_model_to_what_is_shipped(tmp_path: Path) -> None:
    store, (first, second) = promoted(tmp_path, "greet", "thanks")
    assert store.history().line == (SHIPPED, first, second)
    assert store.roll_back(NOON).version == first == store.history().in_force
    assert store.roll_back(NOON).version == SHIPPED == store.history().in_force
    with pytest.raises(UnknownVersion, match="none before"):
        store.roll_back(NOON)
    assert store.roll_back(NOON, second[:8]).version == second
    assert store.roll_back(NOON).version == SHIPPED


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_what_was_left_by_a_step_back_is_never_led_to_again(steps: list[tuple[str, bool]]) -> None:
    history = History()
    for version, back in steps:
        wanted = history.line[-2] if back and len(history.line) > 1 else version
        why = "rolled back" if back else "trained"
        before = history.line
        history = History((), (*history.promoted, Promoted(wanted, NOON, why)))  # type: ignore[arg-type]
        assert history.line[0] == SHIPPED
        assert history.in_force == wanted
        if back and len(before) > 1:
            assert history.line == before[: before.index(wanted) + 1]


def test_a_name_has_to_be_one_models(tmp_path: Path) -> None:
    store, _ = promoted(tmp_path, "greet")
    for name in ("0000beef", "", "f"):
        with pytest.raises(UnknownVersion, match="dangol nlu models"):
            store.roll_back(NOON, name)


def test_a_model_is_not_promoted_over_one_it_was_not_compared_with(tmp_path: Path) -> None:
    store, (first, second) = promoted(tmp_path, "greet", "thanks")
    with pytest.raises(Moved):
        store.promote(first, NOON, "trained", instead_of=first)
    assert store.history().in_force == second


def test_a_damaged_or_missing_model_does_not_come_into_force(tmp_path: Path) -> None:
    store, (first, second) = promoted(tmp_path, "greet", "thanks")
    path = store.path(first)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(BrokenModel, match="damaged"):
        store.roll_back(NOON)
    path.unlink()
    with pytest.raises(BrokenModel, match="No such file"):
        store.roll_back(NOON, first)
    assert store.history().in_force == second


@pytest.mark.parametrize("content", ["", "[]", '{"models": [{}], "promoted": []}', "\x00"])
def test_a_history_that_cannot_be_read_says_how_to_mend_it(tmp_path: Path, content: str) -> None:
    store, _ = promoted(tmp_path, "greet")
    (tmp_path / "history.json").write_text(content)
    for attempt in (store.history, lambda: store.roll_back(NOON)):
        with pytest.raises(BrokenStore, match=r"history\.json.*backup"):
            attempt()
    assert (tmp_path / "history.json").read_text() == content


def test_what_fails_while_it_is_written_leaves_nothing_behind(tmp_path: Path) -> None:
    def save(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        Store(tmp_path).add(save, NOON, "", "")
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_files_stay_and_those_a_step_back_needs(tmp_path: Path) -> None:
    store, (first, second) = promoted(tmp_path, "greet", "thanks")
    versions = [add(store, always("greet", 2.0 + number)) for number in range(KEPT + 3)]
    kept = {path.stem for path in tmp_path.glob("*.npz")}
    assert kept == {first, second, *versions[-KEPT:]} == {one.version for one in store.history().models}


class Slow(Store):
    """Whoever has read the history waits for the others to have read it too, but not for ever."""

    def __init__(self, folder: Path, locking: Locking, together: threading.Barrier) -> None:
        super().__init__(folder, locking)
        self.together = together

    def history(self) -> History:
        found = super().history()
        try:
            self.together.wait(0.2)
        except threading.BrokenBarrierError:
            self.together.reset()
        return found


@contextmanager
def unguarded(_: Path) -> Iterator[None]:
    yield


def both_roll_back(folder: Path, locking: Locking) -> int:
    """Two at once; how many steps back the history knows of."""
    store, _ = promoted(folder, "greet", "thanks")
    together = threading.Barrier(2)

    def one() -> None:
        Slow(folder, locking, together).roll_back(NOON)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return sum(step.why == "rolled back" for step in store.history().promoted)


def test_of_two_at_once_none_is_lost(tmp_path: Path) -> None:
    assert both_roll_back(tmp_path, held) == 2


def test_without_the_lock_one_of_two_at_once_is_lost(tmp_path: Path) -> None:
    """The control of the test above."""
    assert both_roll_back(tmp_path, unguarded) == 1
