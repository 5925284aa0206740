"""Rasa on any set of texts: trained by its own process, asked over HTTP as a bot asks it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import numpy as np

from bot.bench.engine_process import share_of
from bot.rasa.environment import environment, kept_in
from bot.rasa.serving import RasaServer
from bot.rasa.training import Course, train
from nlu.examples import Example, Training
from nlu.linear import OUTSIDE
from nlu.rasa.lessons import lessons
from nlu.trial import Guess, Line

_EVERY: Final = 10
"""Without lines to set the threshold by, every tenth line is left out of a training first, for that alone."""
_LOST: Final = 0.03
"""The share of rightly understood lines that the threshold may give up, where nothing outside is there to weigh it by:
as for the embedded model."""


@dataclass(frozen=True, slots=True)
class Read:
    """``inside`` is the best intent that is not OUTSIDE, ``chance`` its confidence; ``first`` the best of all."""

    inside: str
    chance: float
    first: str
    entities: tuple[tuple[str, int, int], ...]


class RasaTrained:
    """A server of its own that has learnt a set: a context manager."""

    def __init__(self, lines: Sequence[Line], epochs: int) -> None:
        self._stack = ExitStack()
        self.threshold = 0.0
        try:
            where, course = environment(), Course(lessons(Training([_example(line) for line in lines])), epochs)
            model = train(where, course, kept_in() / "trials", _silent)
            self._stack.callback(model.unlink, missing_ok=True)
            self._server = self._stack.enter_context(RasaServer(where, model))
            self._loop = asyncio.new_event_loop()
            self._stack.callback(self._loop.close)
            self._session = self._loop.run_until_complete(_session())
            self._stack.callback(lambda: self._loop.run_until_complete(self._session.close()))
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def predict(self, text: str) -> Guess:
        """What ``nlu.trial.Trained`` asks for."""
        read = self.read(text)
        return Guess(read.inside, read.chance, read.first != OUTSIDE and read.chance >= self.threshold, read.entities)

    def nanoseconds(self) -> int:
        """The clock on the wall: the work is done in another process."""
        return time.perf_counter_ns()

    def memory(self) -> float:
        """MB of the server."""
        return share_of(self._server.pid)

    def read(self, text: str) -> Read:
        """Rasa's answer."""
        answer = self._loop.run_until_complete(self._ask(text))
        ranking = answer["intent_ranking"] or [{"name": OUTSIDE, "confidence": 0.0}]
        inside = next((one for one in ranking if one["name"] != OUTSIDE), ranking[0])
        entities = tuple((one["entity"], one["start"], one["end"]) for one in answer["entities"])
        return Read(inside["name"], inside["confidence"], ranking[0]["name"], entities)

    def reads(self, lines: Sequence[Line]) -> list[tuple[Line, Read]]:
        """Each line with Rasa's answer."""
        return [(line, self.read(line.text)) for line in lines]

    async def _ask(self, text: str) -> Mapping[str, Any]:
        async with self._session.post(f"{self._server.url}/model/parse", json={"text": text}) as response:
            response.raise_for_status()
            found: Mapping[str, Any] = await response.json()
            return found


class RasaLearner:
    """Trains Rasa for ``epochs``. As a context manager: what it trained is served until the end of it."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def train(self, lines: Sequence[Line], valid: Sequence[Line]) -> RasaTrained:
        """What ``nlu.trial.Learner`` asks for."""
        if valid:
            trained = self._stack.enter_context(RasaTrained(lines, self._epochs))
            trained.threshold = threshold_of(trained.reads(valid))
            return trained
        with RasaTrained([line for i, line in enumerate(lines) if i % _EVERY], self._epochs) as apart:
            threshold = threshold_of(apart.reads(lines[::_EVERY]))
        trained = self._stack.enter_context(RasaTrained(lines, self._epochs))
        trained.threshold = threshold
        return trained


def threshold_of(reads: Sequence[tuple[Line, Read]]) -> float:
    """With lines from outside among them, the confidence that tells best what is outside; else the one under which
    only a few of the rightly understood lie."""
    right = np.array([read.chance for line, read in reads if read.inside == line.intent])
    outside = np.array([read.chance for line, read in reads if line.outside])
    if not len(right):
        return 0.0
    if not len(outside):
        return float(np.quantile(right, _LOST))
    inside = sum(not line.outside for line, _ in reads)
    cuts = np.unique(np.concatenate([right, outside]))
    balance = [(right >= cut).sum() / inside + (outside < cut).mean() for cut in cuts]
    return float(cuts[int(np.argmax(balance))])


async def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


def _example(line: Line) -> Example:
    marks = tuple((one.entity, one.start, one.end) for one in line.entities or ())
    return Example(line.text, line.intent, "en", marks)


def _silent(*_: float) -> None:
    return None
