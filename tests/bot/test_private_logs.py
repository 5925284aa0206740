"""A whole order by somebody whose every word is marked, with everything logged at its most talkative: no mark in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import logs
from bot.channels.telegram import TelegramChannel
from bot.messages import Point
from bot.tracebacks import OURS
from tests.bot.working import Desk, working
from tests.dialogues.stage import Towns

NAME = "김하늘표식"
PHONE = "010-9753-8642"
ADDRESS = "표식로 97531길 86"
NOTE = "표식요청 문앞에"
CHAT = "8642097531"
TOKEN = "8642097531:AAmarkedTokenThatNobodyMaySee12345"
WORDS = "표식단어 근처 치킨집"
MARKS = (NAME, PHONE, "9753", "8642", "표식", "marked", TOKEN)


@dataclass(frozen=True, slots=True)
class Written:
    """``guarded`` is what our handler wrote, ``raw`` what another one in its place would have."""

    guarded: io.StringIO
    raw: io.StringIO

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.guarded.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    """Everything that is logged, every library's debugging included."""
    both = Written(io.StringIO(), io.StringIO())
    logs.begin("json", "debug", both.guarded)
    plain = logging.StreamHandler(both.raw)
    logging.getLogger().addHandler(plain)
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in [*logging.root.manager.loggerDict])]
    before = [(logger, logger.level, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.disabled = False
    yield both
    logging.getLogger().removeHandler(plain)
    for logger, level, disabled in before:
        logger.setLevel(level)
        logger.disabled = disabled


async def marked_order(desk: Desk) -> None:
    """From the first word to money that goes back, with a messenger that fails on the way."""
    failures = iter([ConnectionError(f"cannot reach {CHAT} for {NAME} {PHONE}"), None])

    async def stumble(_: object) -> None:
        if (error := next(failures, None)) is not None:
            raise error

    async def do(**what: Any) -> None:
        incoming = desk.incoming(CHAT, **what)
        await desk.application.handle(incoming)
        await desk.application.settle()

    await do(text=WORDS)
    await do(location=Point(37.556, 126.910))
    await desk.tap(CHAT, "메뉴 보기")
    await desk.tap(CHAT, "후라이드")
    await do(text=f"{NOTE} 해 주세요")
    await do(contact=PHONE)
    await desk.tap(CHAT, "주문하기")
    desk.wire.before = stumble
    await desk.tap(CHAT, "포장")
    await do(text=f"{ADDRESS} {NAME} {PHONE}")
    desk.clock.move_to(desk.clock.now().replace(second=59))
    await desk.application.settle()
    await do(text="결제하기")


async def test_nothing_of_a_person_is_in_the_logs(written: Written, towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        await marked_order(desk)
        await desk.order(f"{CHAT}-next")
        await desk.pay(f"{CHAT}-next")
    lines = written.lines()
    assert {line["event"] for line in lines} >= {"turn", "send", "till call"}
    assert any(line.get("intent") for line in lines)
    for mark in (NAME, PHONE, "표식"):
        assert mark in written.raw.getvalue(), "without the guard it would be there"
    # An id is 32 digits of chance and may hold four of anybody's telephone number; so may a time.
    said = [{name: value for name, value in line.items() if name not in {"turn", "timestamp", "ms"}} for line in lines]
    for mark in MARKS:
        assert [line for line in said if mark in json.dumps(line, ensure_ascii=False)] == []
    assert not [line for line in lines if line["level"] in {"debug", "info"} and not ours(line["logger"])]


def ours(logger: str) -> bool:
    return logger.split(".", maxsplit=1)[0] in OURS or logger in logs.CALM


async def test_a_turn_its_sends_and_its_calls_to_the_till_share_an_id(
    written: Written, towns: Towns, tmp_path: Path
) -> None:
    async with working(towns, tmp_path) as desk:
        await desk.order("somebody")
    lines = written.lines()
    [opening] = [line for line in lines if line["event"] == "till call" and line["operation"] == "open"]
    chain = [line["event"] for line in lines if line.get("turn") == opening["turn"]]
    assert chain[0] == "turn"
    assert chain[-1] == "send"
    assert chain.count("turn") == 2, "the tap, and the till's answer"
    other = {line["turn"] for line in lines if line["event"] == "turn"}
    assert len(other) > 3, "each of a person's messages has an id of its own"


async def test_telegrams_client_keeps_the_token_to_itself(written: Written) -> None:
    channel = TelegramChannel(SecretStr(TOKEN).get_secret_value(), site="http://127.0.0.1", api="http://127.0.0.1:9")
    try:
        with pytest.raises(Exception, match=r".*") as failed:
            await channel.listen_by_polling()
        logging.getLogger("bot.channels.telegram.polling").exception("failed: %s", failed.value, exc_info=failed.value)
    finally:
        await channel.close()
    assert "failed" in written.guarded.getvalue()
    assert TOKEN not in written.guarded.getvalue()
    assert TOKEN in written.raw.getvalue(), "without the guard it would be there"
    assert "marked" not in written.guarded.getvalue()


async def test_a_message_sent_later_is_logged_under_the_turn_that_said_it(
    written: Written, towns: Towns, tmp_path: Path
) -> None:
    async with working(towns, tmp_path) as desk:

        async def out_of_reach(_: object) -> None:
            raise ConnectionError

        desk.wire.before = out_of_reach
        await desk.do("somebody", text="근처 치킨집")
        desk.wire.before = None
        desk.clock.move_to(desk.clock.now() + timedelta(minutes=1))
        await desk.application.settle()
    lines = written.lines()
    [turn] = [line["turn"] for line in lines if line["event"] == "turn" and line["kind"] == "text"]
    sends = [line for line in lines if line["event"] == "send" and line["channel"] == "wire"]
    assert [line["outcome"] for line in sends] == ["failed", "sent"]
    assert {line["turn"] for line in sends} == {turn}
