"""Plays many dialogues in processes side by side, each over the whole application on a database of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from bot.live_model import load, open_engine, store_in
from bot.rehearsal.assertions import Fault
from bot.rehearsal.playing import Differs, Failure, Reached, play
from bot.rehearsal.script import FRIDAY_NOON, Case
from bot.rehearsal.stage import Towns
from flows.library import Library

LONGEST_S = 120.0
"""A dialogue that takes longer stands still somewhere."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a case went. ``reached`` is what of the flows it passed, as far as it came."""

    case: Case
    seconds: float
    failure: Failure | None
    reached: frozenset[Reached]


def cores() -> int:
    """How many processes can work at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def rehearse(
    cases: Sequence[Case], library: Library, data: Path, jobs: int, model: str | None = None
) -> Iterator[Played]:
    """Play ``cases`` with the flows of ``library`` and a ``model`` in the folder ``data``, or the one in force there,
    ``jobs`` at a time; each comes when it has ended."""
    with tempfile.TemporaryDirectory(prefix="dangol-rehearsal-") as made:
        folder = Path(made)
        towns = _towns(folder, library, data, model)
        for town in dict.fromkeys(case.town for case in cases):
            asyncio.run(_make(towns, town))
        if min(jobs, len(cases)) == 1:
            yield from _here(cases, towns)
            return
        pool = ProcessPoolExecutor(
            min(jobs, len(cases)) or 1,
            get_context("spawn"),
            initializer=_begin,
            initargs=(folder, library, data, model),
        )
        try:
            for done in as_completed([pool.submit(_play, case) for case in cases]):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


async def _make(towns: Towns, town: str) -> None:
    await towns.made(town, datetime.fromisoformat(FRIDAY_NOON))


def _towns(folder: Path, library: Library, data: Path, model: str | None) -> Towns:
    store = store_in(data)
    engine = open_engine(data) if model is None else load(store, store.history(), model)
    return Towns(folder, lambda: engine, lambda: library)


_stage: Towns
"""Of this process."""


def _begin(folder: Path, library: Library, data: Path, model: str | None) -> None:
    global _stage  # noqa: PLW0603 - what a process of a pool is begun with has no other place
    logging.disable(logging.CRITICAL)
    _stage = _towns(folder, library, data, model)


def _here(cases: Sequence[Case], towns: Towns) -> Iterator[Played]:
    """One after the other in this process, as quietly as in one of their own."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        for case in cases:
            yield _play(case, towns)
    finally:
        logging.disable(before)


def _play(case: Case, towns: Towns | None = None) -> Played:
    """On ``towns``, or those of this process."""
    begun = perf_counter()
    failure, reached = asyncio.run(_played(case, towns or _stage))
    return Played(case, perf_counter() - begun, failure, reached)


async def _played(case: Case, towns: Towns) -> tuple[Failure | None, frozenset[Reached]]:
    with tempfile.TemporaryDirectory(dir=towns.folder) as folder:
        try:
            async with asyncio.timeout(LONGEST_S):
                return None, await play(case, towns, Path(folder))
        except Differs as error:
            return error.failure, error.reached
        except TimeoutError:
            what = Fault(f"this stood still for {LONGEST_S:.0f} seconds")
        except Exception as error:
            what = Fault(f"this failed inside: {type(error).__name__}: {error}")
    return Failure(case.name, case.place, what, ()), frozenset()
