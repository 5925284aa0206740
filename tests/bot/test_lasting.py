"""What lasts is left alone by the garbage collector, and what comes after is not."""

from __future__ import annotations

import gc
import weakref

from bot.lasting import let_last


class _Ring:
    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_lasts_and_what_comes_after_is_collected() -> None:
    before = _Ring()
    kept = weakref.ref(before)
    try:
        let_last()
        assert gc.get_freeze_count() > 0
        gone = weakref.ref(_Ring())
        del before
        gc.collect()
        assert gone() is None
        assert kept() is not None
    finally:
        gc.unfreeze()
    gc.collect()
    assert kept() is None
