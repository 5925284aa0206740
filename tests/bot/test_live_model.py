"""A bot takes up the promoted model while it runs, and keeps what it has when that one is no good."""

from __future__ import annotations

import asyncio
import json
import logging
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.chat import SimulatedClock
from bot.lessons import Lesson
from bot.live_model import LiveModel, load, open_engine, store_in
from bot.messages import Incoming
from commerce.work import Ids
from nlu.engine import Engine
from nlu.model import Model
from nlu.store import SHIPPED
from nlu.understanding import Context
from tests.bot.working import FRIDAY_NOON, Wire
from tests.dialogues.stage import Towns
from tests.nlu.tiny_models import NOON, always, promoted, ship

TEXT = "쀍뚫꿹"
"""No rule knows it: the model decides."""


def says(engine: Engine) -> str:
    return engine.parse(TEXT, Context(), FRIDAY_NOON).intent


class Telling(Engine):
    """Says when it has taken up another model."""

    def __init__(self, model: Model, version: str) -> None:
        super().__init__(model, version)
        self.became = asyncio.Event()

    def become(self, other: Engine) -> None:
        super().become(other)
        self.became.set()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def live(data: Path) -> LiveModel:
    return LiveModel(Engine(always("help"), "before"), data)


async def test_what_is_promoted_and_rolled_back_is_taken_up_by_every_worker(data: Path) -> None:
    workers = [live(data) for _ in range(2)]
    store, (first, second) = promoted(data / "models", "greet", "thanks")
    for expected in ((second, "thanks"), (first, "greet")):
        for worker in workers:
            assert await worker.look()
            assert (worker.engine.version, says(worker.engine)) == expected
        store.roll_back(NOON)


async def test_nothing_is_loaded_while_nothing_changes(data: Path) -> None:
    promoted(data / "models", "greet")
    worker = LiveModel(open_engine(data), data)
    store_in(data).path(worker.engine.version).unlink()
    assert await worker.look()
    assert says(worker.engine) == "greet"


async def test_a_running_bot_reads_with_the_new_model_and_says_so_in_what_it_keeps(
    towns: Towns, tmp_path: Path
) -> None:
    settings = await towns.copy("testville", FRIDAY_NOON, tmp_path)
    engine = Telling(always("help"), "before")
    application = towns.application(settings, SimulatedClock(FRIDAY_NOON), Ids(4), Wire(), understands=engine)
    stop = asyncio.Event()
    watching = asyncio.create_task(application.model.watch(stop))
    _, (version,) = promoted(settings.data / "models", "out_of_scope")
    async with asyncio.timeout(10):
        await engine.became.wait()
    await application.handle(Incoming("wire", "1", chat="minji", sender="minji", text=TEXT))
    stop.set()
    await watching
    async with application.database.read() as session:
        (lesson,) = await session.scalars(select(Lesson))
    assert (lesson.model, lesson.intent, lesson.why) == (version, "out_of_scope", "unclear")
    await application.close()


@pytest.mark.parametrize("fault", ["damaged", "missing", "other code", "no model", "history"])
async def test_a_model_that_cannot_be_used_leaves_the_old_one(
    data: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    worker = live(data)
    _, (version,) = promoted(data / "models", "greet")
    spoil(data / "models", version, fault)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert not await worker.look()
    assert (worker.engine.version, says(worker.engine)) == ("before", "help")
    assert len(caplog.messages) == 1, "said once, not every half second"
    assert "model before stays" in caplog.messages[0]
    (data / "models" / "history.json").unlink()
    promoted(data / "models", "thanks")
    assert await worker.look()
    assert says(worker.engine) == "thanks"


def spoil(folder: Path, version: str, fault: str) -> None:
    path, history = folder / f"{version}.npz", folder / "history.json"
    if fault == "damaged":
        path.write_bytes(path.read_bytes()[:-9])
    elif fault == "missing":
        path.unlink()
    elif fault == "history":
        history.write_text("{")
    else:
        kept = json.loads(history.read_text())
        if fault == "other code":
            kept["models"][0]["reader"] = "of long ago"
        else:
            kept["promoted"][0]["version"] = kept["models"][0]["version"] = made = _no_model(folder)
            assert (folder / f"{made}.npz").exists()
        history.write_text(json.dumps(kept))


def _no_model(folder: Path) -> str:
    """A whole file with the right name that holds something else."""
    name = sha256(b"x").hexdigest()
    (folder / f"{name}.npz").write_bytes(b"x")
    return name


def test_a_start_passes_over_models_that_cannot_be_used(data: Path) -> None:
    _, (first, second) = promoted(data / "models", "greet", "thanks")
    assert open_engine(data).version == second
    spoil(data / "models", second, "damaged")
    assert open_engine(data).version == first
    spoil(data / "models", first, "missing")
    ship(data)
    assert says(open_engine(data)) == "help"
    spoil(data / "models", first, "history")
    assert open_engine(data).version.startswith(SHIPPED)


async def test_the_shipped_model_comes_back_too(data: Path) -> None:
    ship(data)
    store, (version,) = promoted(data / "models", "greet")
    worker = LiveModel(load(store, store.history(), version), data)
    store.roll_back(NOON)
    assert await worker.look()
    assert (says(worker.engine), worker.engine.version.startswith(SHIPPED)) == ("help", True)
