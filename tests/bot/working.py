"""The application over a prepared town, with a messenger whose every failure is in the test's hands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from bot.app import Application
from bot.channels.port import Channel, Outgoing, Sent
from bot.channels.terminal import TerminalChannel
from bot.chat import SimulatedClock
from bot.messages import Incoming, Point, Tap
from commerce.work import Ids
from tests.dialogues.stage import Towns, settings_for

FRIDAY_NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
HERE = Point(37.556, 126.910)


class Wire:
    """A messenger. ``before`` is called with each message before it arrives and may raise or wait."""

    name = "wire"

    def __init__(self, before: Callable[[Outgoing], Awaitable[None]] | None = None) -> None:
        self.before = before
        self.tried: list[int] = []
        self.arrived: list[Outgoing] = []

    async def send(self, message: Outgoing) -> Sent:
        self.tried.append(message.id)
        if self.before is not None:
            await self.before(message)
        self.arrived.append(message)
        return Sent(ref=f"wire-{message.id}")

    def texts(self, chat: str) -> list[str]:
        return [message.reply.text for message in self.arrived if message.chat == chat]

    def tap(self, chat: str, label: str) -> Tap:
        """A tap on the newest button with ``label`` in it."""
        for message in reversed(self.arrived):
            if message.chat == chat:
                for index, button in enumerate(message.reply.all_buttons()):
                    if label in button.label:
                        return Tap(message.id, index)
        raise AssertionError(f"no button {label!r} for {chat}")


class Desk:
    """What a test works with. Everything somebody does has settled when it returns, unless said otherwise."""

    def __init__(self, application: Application, clock: SimulatedClock, wire: Wire, terminal: TerminalChannel) -> None:
        self.application = application
        self.clock = clock
        self.wire = wire
        self.terminal = terminal

    def incoming(self, who: str, update: str | None = None, **what: Any) -> Incoming:
        update = update or self.application.ids.new("update")
        return Incoming(self.wire.name, update, chat=who, sender=who, sender_name=who, language="ko", **what)

    async def do(self, who: str, **what: Any) -> None:
        await self.application.handle(self.incoming(who, **what))
        await self.application.settle()

    async def tap(self, who: str, label: str) -> None:
        await self.do(who, tap=self.wire.tap(who, label))

    async def order(self, who: str) -> None:
        """One fried chicken to pick up, as far as the payment that is asked for."""
        await self.do(who, text="근처 치킨집")
        await self.do(who, location=HERE)
        await self.tap(who, "메뉴 보기")
        await self.tap(who, "후라이드")
        await self.tap(who, "주문하기")
        await self.tap(who, "포장")
        await self.tap(who, "결제하기")

    def payment(self, who: str) -> str | None:
        """The payment last asked for."""
        asked = [message.reply.payment for message in self.wire.arrived if message.chat == who]
        return next((payment.payment for payment in reversed(asked) if payment), None)

    async def pay(self, who: str) -> None:
        payment = self.payment(who)
        assert payment is not None
        assert await self.application.decide(payment, "approve")
        await self.application.settle()

    async def owner(self, text: str) -> None:
        """The chicken shop's owner says something."""
        chat, update = "shop:hana-chicken", self.application.ids.new("update")
        await self.application.handle(Incoming(self.terminal.name, update, chat=chat, sender=chat, text=text))
        await self.application.settle()

    def shop_told(self) -> list[str]:
        return [message.reply.text for message in self.terminal.screens["shop:hana-chicken"].messages]

    async def count(self, table: Any, *where: Any) -> int:
        async with self.application.database.read() as session:
            return int(await session.scalar(select(func.count()).select_from(table).where(*where)) or 0)

    async def refuse(self, table: str, why: str) -> None:
        """Let the database refuse every row that is added to ``table``, until :meth:`allow`."""
        if self.application.database.sqlite:
            await self.sql(f"CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END")
        else:
            body = f"BEGIN RAISE EXCEPTION '{why}'; END"
            await self.sql(
                f"CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
                f"CREATE TRIGGER refused BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()",
            )

    async def allow(self, table: str) -> None:
        await self.sql("DROP TRIGGER refused" + ("" if self.application.database.sqlite else f" ON {table}"))

    async def sql(self, *statements: str) -> None:
        async with self.application.database.transaction() as session:
            for statement in statements:
                await session.execute(text(statement))


@asynccontextmanager
async def working(towns: Towns, folder: Path, *channels: Channel) -> AsyncIterator[Desk]:
    """On a fresh copy of the test town; shops' owners are at the terminal."""
    settings = await towns.copy("testville", FRIDAY_NOON, folder)
    async with on(towns, settings.data, SimulatedClock(FRIDAY_NOON), Wire(), *channels) as desk:
        yield desk


@asynccontextmanager
async def on(
    towns: Towns, folder: Path, clock: SimulatedClock, wire: Wire, *channels: Channel, seed: int = 4
) -> AsyncIterator[Desk]:
    """On the database that is in ``folder`` already."""
    settings = settings_for(folder, "testville")
    terminal = TerminalChannel()
    application = towns.application(settings, clock, Ids(seed), wire, terminal, *channels)
    try:
        yield Desk(application, clock, wire, terminal)
    finally:
        await asyncio.wait_for(application.close(), 10)
