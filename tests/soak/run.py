"""One simulation from the first customer to the verdict."""

from __future__ import annotations

import asyncio
import os
import platform
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bot.bench.servers import PostgresServer, RedisServer
from bot.channels.web import shop_chat
from tests.peers.stripe import StripePeer
from tests.peers.telegram import TelegramPeer
from tests.soak.checker import Kept, Verdict, compare
from tests.soak.consumers import Consumer, Pay, Shop
from tests.soak.keeping import kept_in, sandbox_books, stripe_books
from tests.soak.mischief import Mischief
from tests.soak.pages import AtSandbox, AtStripe
from tests.soak.phones import Phone
from tests.soak.witness import Act, Taken, Witness
from tests.weather.processes import Dangol
from tests.weather.street import Street, street
from tests.weather.stripe_counter import events_to, settings_of

Kind = Literal["postgresql", "sqlite"]
BROWSERS = 10
PHONES = 4
SHOPS = ("hana-chicken", "duri-cafe")
DRAIN_S = 240.0
TELL_EVERY_S = 10.0
COMPLAINT = re.compile(r"\[error +\] ([^\[]*)")
NUMBER = re.compile(r"\S*\d\S*")
BRIEF = "…"
"""A message that comes and goes, to take a keyboard away."""


@dataclass(frozen=True)
class Report:
    """What happened, what was found, and on what."""

    verdict: Verdict
    facts: dict[str, Any]
    stories: dict[str, list[str]]
    """What the chats with a finding did and were told."""


@dataclass
class Run:
    kind: Kind
    minutes: float
    chance: random.Random
    street: Street
    server: Dangol
    telegram: TelegramPeer
    stripe: StripePeer | None
    postgres: PostgresServer | None
    redis: RedisServer | None
    witness: Witness
    tell: Callable[[str], None]

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    def clock(self) -> float:
        return time.monotonic() - self.began

    async def go(self) -> Report:
        stop = asyncio.Event()
        mischief = Mischief(
            self.server,
            self.witness,
            self.clock,
            self.chance,
            self.telegram,
            self.stripe,
            self.postgres,
            self.redis,
        )
        async with AsyncExitStack() as stack:
            consumers, shops = await self._people(stack)
            phones = [Phone(self.telegram.user(1001 + n), self.witness, self._pay, self.chance) for n in range(PHONES)]
            beside = [asyncio.create_task(self._watch_telegram()), asyncio.create_task(self._tell(mischief))]
            if self.stripe is not None:
                beside.append(asyncio.create_task(self.stripe.events.keep_trying(1.0)))
            stack.callback(lambda: [task.cancel() for task in beside])
            closed = asyncio.Event()
            keeping = [asyncio.create_task(shop.live(closed)) for shop in shops]
            living = [asyncio.create_task(one.live(stop)) for one in consumers]
            living += [asyncio.create_task(phone.live(stop)) for phone in phones]
            raging = asyncio.create_task(mischief.rage(stop))
            await self._pass(self.minutes * 60, [*living, *keeping, raging])
            stop.set()
            self.tell("the sky clears; everybody finishes what they began")
            await asyncio.gather(raging, *living)
            closed.set()
            await asyncio.gather(*keeping)
            await self._drain()
            await self._screens(consumers, shops)
        return await self._report(mischief)

    async def _pass(self, seconds: float, tasks: list[asyncio.Task[None]]) -> None:
        """Let time pass; whoever ends before that has stumbled, and is listened to."""
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    @property
    def _pay(self) -> Pay:
        if self.stripe is not None:
            return AtStripe(self.street.session)
        return AtSandbox(self.street.session, self.server.url)

    async def _people(self, stack: AsyncExitStack) -> tuple[list[Consumer], list[Shop]]:
        consumers = []
        for _ in range(BROWSERS):
            browser = await stack.enter_async_context(self.street.browser())
            same_page = self.stripe is not None
            consumers.append(Consumer(browser, self.witness, self._pay, self.chance, same_page))
        shops = []
        for slug in SHOPS:
            browser = await stack.enter_async_context(self.street.browser(shop=slug))
            shops.append(Shop(browser, shop_chat(slug), self.witness, self.chance))
        return consumers, shops

    async def _watch_telegram(self) -> None:
        """Write down each message as the messenger takes it."""
        seen: set[int] = set()
        while True:
            async with self.telegram.changed:
                await self.telegram.changed.wait()
                for person in self.telegram.people.values():
                    for shown in person.messages.values():
                        if shown.id not in seen and not shown.mine and shown.text != BRIEF:
                            seen.add(shown.id)
                            taken = Taken(str(shown.id), shown.text, self.clock())
                            self.witness.taken.setdefault(str(person.id), []).append(taken)

    async def _tell(self, mischief: Mischief) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            saw = self.witness
            killed = mischief.done["a worker was killed"]
            self.tell(
                f"{self.clock():5.0f} s   {len(saw.acts)} acts, {sum(saw.placed.values())} orders, "
                f"{sum(map(len, saw.taken.values()))} messages on phones, {killed} workers killed"
            )

    async def _drain(self) -> None:
        """Until nothing is on its way any more, or for as long as that may take."""
        await self.telegram.drained(DRAIN_S)
        for update in self.telegram.updates.history:
            self.witness.acts[Act("telegram", str(update))] = "an update"
        until = time.monotonic() + DRAIN_S
        while time.monotonic() < until:
            waiting = (await kept_in(self.street.database)).waiting
            if self.stripe is not None:
                waiting = {**waiting, "event": len(self.stripe.events.waiting)}
            if not any(waiting.values()):
                return
            await asyncio.sleep(2.0)

    async def _screens(self, consumers: list[Consumer], shops: list[Shop]) -> None:
        """What every browser shows in the end, after one more visit."""
        people: list[Consumer | Shop] = [*consumers, *shops]
        for one in people:
            breaks = one.browser.breaks
            await one.browser.leave()
            await one.browser.until(lambda one=one, breaks=breaks: self._back(one, breaks), 60.0)  # type: ignore[misc]
            self.witness.shown[one.chat] = set()
        kept = await kept_in(self.street.database)
        for one in people:
            wanted = {told.id for told in kept.messages.get(one.chat, [])}
            for _ in range(100):
                if wanted <= set(one.browser.shown):
                    break
                await asyncio.sleep(0.1)
            self.witness.shown[one.chat] = set(one.browser.shown)

    def _back(self, one: Consumer | Shop, breaks: int) -> bool | None:
        return (one.browser.online and one.browser.breaks > breaks) or None

    async def _report(self, mischief: Mischief) -> Report:
        if self.stripe is not None:
            stripe_books(self.stripe, self.witness)
        else:
            await sandbox_books(self.street.database, self.witness)
        kept = await kept_in(self.street.database)
        verdict = compare(self.witness, kept)
        saw = self.witness
        facts = {
            "kind": self.kind,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "minutes": round(self.clock() / 60, 1),
            "acts acknowledged": len(saw.acts),
            "orders placed": sum(saw.placed.values()),
            "orders paid": sum(kept.paid_orders.values()),
            "charges": len(saw.charged),
            "refunds": len(saw.refunded),
            "coupons claimed": sum(saw.claimed.values()),
            "messages to browsers": sum(map(len, saw.shown.values())),
            "messages to phones": sum(map(len, saw.taken.values())),
            "mischief": dict(sorted(mischief.done.items())),
        }
        for line, times in self._complaints().most_common(12):
            self.tell(f"the server said {times} times: {line}")
        return Report(verdict, facts, self._stories(verdict, kept))

    def _complaints(self) -> Counter[str]:
        """What the server logged as errors, without names and numbers."""
        lines = (COMPLAINT.search(line) for line in self.server.log)
        return Counter(NUMBER.sub("…", found[1]).strip() for found in lines if found)

    def _stories(self, verdict: Verdict, kept: Kept) -> dict[str, list[str]]:
        details = " ".join(finding.detail for finding in verdict.findings)
        return {
            chat: [*self.witness.stories[chat], *(f"{told.id} {told.text!r} {told.ref}" for told in messages)]
            for chat, messages in kept.messages.items()
            if f"{chat}:" in details
        }


@asynccontextmanager
async def _servers(
    kind: Kind, stack: AsyncExitStack
) -> AsyncIterator[tuple[PostgresServer | None, RedisServer | None]]:
    if kind == "sqlite":
        yield None, None
        return
    postgres = stack.enter_context(PostgresServer.temporary(durable=True))
    redis = stack.enter_context(RedisServer())
    yield postgres, redis


async def soak(kind: Kind, minutes: float, seed: int, tell: Callable[[str], None]) -> Report:
    """Simulate for ``minutes``; ``seed`` decides what people do and what goes wrong, though not when."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dangol-soak-")))
        (folder / "cache").mkdir()
        (folder / "street").mkdir()
        postgres, redis = await stack.enter_async_context(_servers(kind, stack))
        telegram = await stack.enter_async_context(TelegramPeer())
        settings = {"telegram_token": telegram.token, "telegram_api": telegram.api, "log_level": "warning"}
        stripe, arguments = None, []
        if postgres is not None and redis is not None:
            stripe = await stack.enter_async_context(StripePeer())
            settings |= {**settings_of(stripe), "redis_url": redis.url}
            arguments = ["--workers", "2"]
            url = postgres.create_database("soak")
        else:
            url = f"sqlite+aiosqlite:///{folder / 'soak.db'}"
        one = await stack.enter_async_context(street(folder / "street", folder / "cache", url, "soak", **settings))
        server = await one.open(*arguments)
        if stripe is not None:
            events_to(stripe, server)
        run = Run(kind, minutes, random.Random(seed), one, server, telegram, stripe, postgres, redis, Witness(), tell)
        return await run.go()
