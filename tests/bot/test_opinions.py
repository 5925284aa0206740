"""A turn with Rasa beside it: asked before the turn's transaction, followed while it answers, not missed when not."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import QueuePool

from bot.app import Application
from bot.channels.terminal import TerminalChannel
from bot.chat import Chat, SimulatedClock
from bot.commands.doctor import examine
from bot.messages import Incoming
from bot.metrics import metrics
from bot.opinions import NoOpinions, RasaOpinions, opinions_of
from bot.settings import Settings
from commerce.work import Ids
from nlu.engine import Engine
from nlu.rasa.breaker import Breaker
from nlu.rasa.client import RasaClient
from tests.dialogues.stage import Towns
from tests.nlu.tiny_models import always
from tests.peers.rasa import DROPPED, HANGS, RasaPeer, Trouble, answers

NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
ODD = "으라차차 그것 좀요"
"""Words that Rasa takes for thanks; the embedded model takes everything for a call for help."""
TOKEN = "열쇠"


@pytest.fixture
async def rasa() -> AsyncIterator[RasaPeer]:
    async with RasaPeer({ODD: "thanks", "으라차차": "help"}, token=TOKEN) as peer:
        yield peer


@dataclass
class Beside:
    """The application in a terminal, with a Rasa beside it. ``told`` are its messages."""

    application: Application
    chat: Chat
    told: list[Mapping[str, Any]]

    async def say(self, text: str) -> str:
        """What is answered first."""
        before = len(self.told)
        await self.chat.play(json.dumps({"as": "minji", "say": text}))
        return next(str(one["text"]) for one in self.told[before:] if "text" in one)


@asynccontextmanager
async def beside(towns: Towns, folder: Path, rasa: RasaPeer, timeout_ms: int = 3000) -> AsyncIterator[Beside]:
    settings = (await towns.copy("testville", NOON, folder)).model_copy(
        update={"nlu": "rasa", "nlu_url": rasa.url, "nlu_token": SecretStr(TOKEN), "nlu_timeout_ms": timeout_ms}
    )
    clock, terminal = SimulatedClock(NOON), TerminalChannel()
    application = towns.application(settings, clock, Ids(2), terminal, understands=Engine(always("help")))
    told: list[Mapping[str, Any]] = []
    chat = Chat(application, terminal, clock, told.append)
    chat.listen()
    try:
        yield Beside(application, chat, told)
    finally:
        await application.close()


def counted(outcome: str) -> float:
    return sum(
        sample.value
        for metric in metrics().opinions.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels == {"outcome": outcome}
    )


async def test_a_message_is_understood_as_rasa_says(towns: Towns, tmp_path: Path, rasa: RasaPeer) -> None:
    before = counted("answered")
    async with beside(towns, tmp_path, rasa) as bot:
        helped = await bot.say("으라차차")
        rasa.knows["으라차차"] = "thanks"
        assert await bot.say("으라차차") != helped
    assert rasa.asked == ["으라차차"] * 2
    assert counted("answered") == before + 2


@pytest.mark.parametrize("trouble", [DROPPED, answers({}, 500), answers(b"?")], ids=["dropped", "error", "nonsense"])
async def test_without_an_answer_the_embedded_model_decides(
    towns: Towns, tmp_path: Path, rasa: RasaPeer, trouble: Trouble
) -> None:
    async with beside(towns, tmp_path, rasa) as bot:
        by_rasa = await bot.say(ODD)
        rasa.troubles.append(trouble)
        by_itself = await bot.say(ODD)
        assert [by_itself, by_rasa] == [await bot.say("으라차차"), await bot.say(ODD)]
        assert by_itself != by_rasa


async def test_a_server_that_hangs_holds_up_nothing_but_its_own_message_and_no_transaction(
    towns: Towns, tmp_path: Path, rasa: RasaPeer
) -> None:
    rasa.troubles.append(HANGS)
    async with beside(towns, tmp_path, rasa, timeout_ms=1500) as bot:
        waiting = asyncio.create_task(bot.say("안녕하세요"))
        await asyncio.wait_for(rasa.hanging.wait(), 20)
        pool = bot.application.database.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.checkedout() == 0
        other = bot.application.handle(
            Incoming("terminal", "other-1", "jun", "jun", sender_name="jun", language="ko", text="안녕하세요")
        )
        await asyncio.wait_for(other, 20)
        assert not waiting.done()
        assert await asyncio.wait_for(waiting, 20)


async def test_what_is_too_long_to_be_read_is_not_shown_to_rasa(towns: Towns, tmp_path: Path, rasa: RasaPeer) -> None:
    async with beside(towns, tmp_path, rasa) as bot:
        await bot.say("가" * 1001)
    assert rasa.asked == []


async def test_the_log_says_when_rasa_begins_to_fail_and_when_it_is_back_and_nobodys_words(
    rasa: RasaPeer, caplog: pytest.LogCaptureFixture
) -> None:
    opinions = RasaOpinions(RasaClient(rasa.url, TOKEN, 3.0, Breaker(lambda: 0.0)))
    rasa.troubles.extend([answers({}, 503), DROPPED])
    with caplog.at_level(logging.INFO, "bot.opinions"):
        for _ in range(4):
            await opinions.about(ODD)
    await opinions.close()
    assert [(line.levelname, line.getMessage()[:20]) for line in caplog.records] == [
        ("WARNING", "Rasa does not answer"),
        ("WARNING", "Rasa answers again"),
    ]
    assert (caplog.records[0].outcome, caplog.records[0].fault) == ("refused", "503")  # type: ignore[attr-defined]
    assert ODD not in caplog.text
    assert TOKEN not in caplog.text


def test_nobody_is_asked_unless_the_settings_say_so() -> None:
    assert isinstance(opinions_of(Settings(_env_file=None)), NoOpinions)  # type: ignore[call-arg]


@pytest.mark.parametrize("url", ["rasa:5005", "ftp://rasa", "http://", "http://rasa:99999", "http://rasa:0"])
def test_an_address_that_is_none_is_said_so(url: str) -> None:
    with pytest.raises(ValidationError, match="http://HOST:5005"):
        Settings(_env_file=None, nlu_url=url)  # type: ignore[call-arg]


async def test_the_doctor_asks_whether_rasa_answers(tmp_path: Path, rasa: RasaPeer) -> None:
    async def said(**given: Any) -> tuple[str, str, str]:
        made = Settings(_env_file=None, data=tmp_path, nlu="rasa", **{"nlu_url": rasa.url, **given})  # type: ignore[call-arg]
        found = await asyncio.to_thread(lambda: {one.part: one for one in examine(made)}["Rasa"])
        return found.state, found.what.rpartition(": ")[2], found.next_step

    assert await said(nlu_token=SecretStr(TOKEN)) == ("ok", "peer.tar.gz", "")
    state, what, mend = await said(nlu_token=SecretStr("wrong"))
    assert (state, what) == ("wrong", "wants another token")
    assert "DANGOL_NLU_TOKEN" in mend
    rasa.model = None
    state, what, mend = await said(nlu_token=SecretStr(TOKEN))
    assert (state, what) == ("wrong", "it has no model")
    assert "dangol nlu rasa train" in mend
    state, what, mend = await said(nlu_url="http://127.0.0.1:9")
    assert (state, what) == ("wrong", "no Rasa server answers there")
    assert "dangol nlu rasa serve" in mend
