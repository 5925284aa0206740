"""The model that the bot reads with: the promoted one, taken up while the bot runs, or the one that comes with it.

Nothing about models stops a bot: one that cannot be used is logged, and what was there stays.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from pathlib import Path

from nlu.engine import Engine
from nlu.model import Model
from nlu.store import SHIPPED, SHOWN, BrokenModel, BrokenStore, History, Store, Trained
from nlu.versions import reader

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""How often the history is looked at: one look is a ``stat``."""
AGAIN_S = 10.0
"""How soon what failed is tried again: a file may still be on its way here."""

FIRST = (
    "말을 알아듣게 준비하고 있어요. 처음 한 번만 1분쯤 걸려요. / getting ready to understand; a minute, only this once"
)
"""Said when the shipped model is not trained yet."""


class OtherCode(ValueError):
    """The model was made by other code than this."""


def store_in(data: Path) -> Store:
    """The store in a data folder."""
    return Store(data / "models")


def fit(store: Store, model: Trained) -> Path:
    """The file of a model that this program can read with. Raises BrokenModel, OtherCode."""
    if model.reader != reader():
        raise OtherCode(f"model {model.version[:SHOWN]} was made by another version of Dangol; run `dangol nlu train`")
    return store.checked(model.version)


def load(store: Store, history: History, version: str) -> Engine:
    """The engine of a model in the store. Raises BrokenModel, OtherCode."""
    known = history.model(version)
    if known is None:
        raise BrokenModel(f"{store.path(version)}: not in the history")
    path = fit(store, known)
    try:
        return Engine(Model.load(path), version)
    except Exception as error:
        raise BrokenModel(f"{path}: {type(error).__name__}: {error}") from error


def shipped(data: Path) -> Engine:
    """The engine of the data that come with the program, trained on first use, which is logged: it takes a while."""
    return Engine.open(data / "cache", not_yet=partial(log.info, FIRST))


def open_engine(data: Path) -> Engine:
    """With the newest promoted model that can be used; where there is none, with the shipped one."""
    store = store_in(data)
    try:
        history = store.history()
    except BrokenStore as error:
        log.error("the shipped model is used: %s", error)
        return shipped(data)
    for version in reversed(history.line[1:]):
        try:
            return load(store, history, version)
        except (BrokenModel, OtherCode) as error:
            log.error("not the model that was promoted, but the one before: %s", error)
    return shipped(data)


class LiveModel:
    """Keeps ``engine`` at the model in force."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self.engine = engine
        self.data = data
        self.store = store_in(data)
        self._seen = self.store.stamp()
        self._complained = ""

    async def watch(self, stop: asyncio.Event) -> None:
        """Take up what is promoted or rolled back by any process, until ``stop``."""
        wait = LOOK_S
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
                return
            wait = LOOK_S if await self.look() else AGAIN_S

    async def look(self) -> bool:
        """Take up the model in force if it is another; False when it cannot be used."""
        stamp = await asyncio.to_thread(self.store.stamp)
        if stamp == self._seen:
            return True
        try:
            found = await asyncio.to_thread(self._found)
        except Exception as error:
            if str(error) != self._complained:
                self._complained = str(error)
                log.error("model %s stays: %s", self.engine.version[:SHOWN], error)
            return False
        self._seen, self._complained = stamp, ""
        if found is not None:
            before = self.engine.version
            self.engine.become(found)
            log.info("model %s understands from now on, in the place of %s", found.version[:SHOWN], before[:SHOWN])
        return True

    def _found(self) -> Engine | None:
        """The engine of the model in force; None when it is the one there is."""
        history = self.store.history()
        if history.in_force == self.engine.version:
            return None
        if history.in_force == SHIPPED:
            return None if self.engine.version.startswith(SHIPPED) else shipped(self.data)
        return load(self.store, history, history.in_force)
