"""A street to have weather on: servers over one database, people at their browsers, and a look behind the counter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar
from pydantic import SecretStr
from sqlalchemy import text, update

from bot.app import build
from bot.audit import check
from bot.jobs import Job
from bot.links import Links
from bot.outgoing import OutgoingMessage
from bot.settings import Settings
from commerce.audit import Fault
from commerce.database import Database
from tests.bot.commands import prepare_cache
from tests.dialogues.stage import town_path
from tests.weather.browsers import PATIENCE_S, Browser
from tests.weather.processes import Dangol
from tests.webhooks.visiting import Frame, decide

SECRET = "only for the weather"


@dataclass
class Street:
    """``settings`` are those of every server that is opened; ``database`` is the test's own door to theirs."""

    folder: Path
    session: ClientSession
    settings: dict[str, str]
    database: Database
    servers: list[Dangol] = field(default_factory=list)

    async def open(self, *arguments: str, **settings: str) -> Dangol:
        """One more server, ready for people."""
        server = Dangol(self.folder, *arguments, **{**self.settings, **settings})
        self.servers.append(server)
        await server.start()
        return server

    async def open_some(self) -> list[Dangol]:
        """As many servers as the database can have: two, or one on SQLite."""
        return [await self.open() for _ in range(1 if self.database.sqlite else 2)]

    def browser(
        self, *servers: Dangol, shop: str | None = None, token: str | None = None, patience_s: float = PATIENCE_S
    ) -> Browser:
        """Somebody's browser, which knows ``servers`` (else all); ``shop`` is the slug of the shop whose chat it is."""
        urls = [server.url for server in servers or self.servers]
        key = Links(SECRET).shop_key(shop) if shop else None
        return Browser(self.session, urls, shop=key, token=token, patience_s=patience_s)

    async def pay(self, asked: Frame, decision: str = "approve", at: Dangol | None = None) -> None:
        """Decide on the page of the payment that a message asks for."""
        await decide(self.session, (at or self.servers[0]).url + asked["payment"]["url"], decision)

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        async with self.database.read() as session:
            return list((await session.execute(text(statement), values)).all())

    async def number(self, statement: str, **values: Any) -> int:
        """What a counting statement counts."""
        return int((await self.rows(statement, **values))[0][0])

    async def change(self, statement: str, **values: Any) -> None:
        async with self.database.transaction() as session:
            await session.execute(text(statement), values)

    async def until(self, statement: str, limit_s: float = 30.0, **values: Any) -> None:
        """Wait until a counting ``statement`` counts 0."""
        async with asyncio.timeout(limit_s):
            while await self.number(statement, **values):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.02)

    async def all_sent(self) -> None:
        """Wait until every message is marked as sent."""
        await self.until("SELECT count(*) FROM outgoing WHERE sent_at IS NULL")

    async def waits_for_a_lock(self) -> None:
        """Wait until a server stands at a lock; SQLite's file tells nobody who waits for it."""
        if not self.database.sqlite:
            await self.until(
                "SELECT (count(*) = 0)::int FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )

    async def leases_over(self) -> None:
        """As if so much time had passed that what a dead server had taken up is free again."""
        async with self.database.transaction() as session:
            await session.execute(update(OutgoingMessage).values(claimed_until=None))
            claimed = update(Job).where(Job.claimed_until.is_not(None))
            await session.execute(claimed.values(claimed_until=None, due_at=datetime.now(UTC)))

    async def faults(self) -> list[Fault]:
        """What the audit finds."""
        async with self.database.snapshot() as session:
            return await check(session)

    async def sound(self) -> None:
        """The audit finds nothing."""
        assert await self.faults() == []


async def furnish(database_url: str, folder: Path, cache: Path) -> None:
    """Tables, shops and flows into an empty database, as the first start does."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data=data_folder(folder, cache),
        town=town_path("weather"),
        database_url=database_url,
        secret=SecretStr(SECRET),
    )
    application = await build(settings)
    if application.database.sqlite:
        async with application.database.engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await application.close()


def data_folder(folder: Path, cache: Path) -> Path:
    """A data folder in ``folder`` whose cache is ``cache``."""
    prepare_cache(cache)
    data = folder / "data"
    data.mkdir(parents=True)
    (data / "cache").symlink_to(cache, target_is_directory=True)
    return data


@asynccontextmanager
async def street(
    folder: Path, cache: Path, database_url: str, town: str = "weather", **settings: str
) -> AsyncIterator[Street]:
    """Without a server yet. ``cache`` is kept between streets: what every start would compute again."""
    data_folder(folder, cache)
    own = {"database_url": database_url, "secret": SECRET, "town": town_path(town), "message_burst": "1000", **settings}
    database = Database(database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        opened = Street(folder, session, own, database)
        try:
            yield opened
        except BaseException:
            print("".join(line for server in opened.servers for line in server.log))
            raise
        finally:
            for server in opened.servers:
                await server.close()


async def ask_to_pay(browser: Browser, words: str = "하나치킨 후라이드 한 마리 포장") -> Frame:
    """Order in one breath, up to the payment that is asked for."""
    last = browser.last
    await browser.here()
    await browser.say(words)
    await browser.sees("결제하기", after=last)
    await browser.tap("결제하기")
    return await browser.sees_payment(last)
