"""The composition root: builds everything once; nothing else constructs adapters."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import people
from bot.bus import WORK, Bus, LocalBus
from bot.catalogue import Catalogue
from bot.channels.port import Channel, Outgoing
from bot.channels.telegram import TelegramChannel
from bot.channels.web import WebChannel, shop_chat
from bot.claims import worker_name
from bot.invoices import Invoices
from bot.links import Links
from bot.live_flows import LiveFlows
from bot.live_model import LiveModel, open_engine
from bot.messages import Incoming, Reply
from bot.metrics import watch_pool
from bot.migrating import migrate
from bot.observed_till import ObservedTill
from bot.opinions import opinions_of
from bot.outbox import Outbox
from bot.pace import Gate, LocalPace, Outward, Pace, Rate, Sluice
from bot.services import Home, Services
from bot.settings import Settings
from bot.tills import Tills, till_for
from bot.town import TownSpec, load_town, read_town, town_file
from bot.turn import Turns
from bot.versions import Versions
from commerce import payments, shops
from commerce.cells import distance_m
from commerce.database import Database, alone
from commerce.gateways.port import Gateway, GatewayEvent
from commerce.gateways.sandbox import Decision, SandboxTill
from commerce.gateways.telegram import TelegramTill
from commerce.work import Clock, Ids, SystemClock, Work
from flows.kept import compile_kept, load_kept
from flows.library import Library
from nlu.engine import Engine

if TYPE_CHECKING:
    from commerce.gateways.stripe import StripeTill

log = logging.getLogger(__name__)

TELEGRAM_TAKES = Outward(chat=Rate(20, 1.0), whole=Rate(30, 30.0))
"""Messages: one a second in a chat, with short bursts; about thirty a second of a bot (Telegram's FAQ for bots)."""
TOO_FAST = {
    "ko": "메시지가 너무 빨리 와서 마지막 것들은 읽지 못했어요. 잠시 뒤에 다시 보내 주세요.",
    "en": "Messages came too fast, so the last ones were not read. Please send them again in a moment.",
}
TELL_S = 5.0

LIBRARY = Path(__file__).parent.parent / "flows" / "library"


class Application:
    """The whole of Dangol in one process. ``native`` is the channel that shops without another one are reached on."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        ids: Ids,
        home: Home,
        engine: Engine,
        channels: Mapping[str, Channel],
        native: str,
        library: Library | None = None,
    ) -> None:
        self.settings = settings
        self.database = database
        watch_pool(database.engine.sync_engine)
        self.clock = clock
        self.ids = ids
        self.native = native
        self.links = Links(settings.signing_key)
        self.worker = worker_name()
        self.bus = bus_of(settings)
        self.pace = pace_of(settings)
        self.gate = Gate(self.pace, Rate(settings.message_burst, settings.messages_per_s))
        self.web = WebChannel(database, clock, self.bus, self.worker)
        self.channels: dict[str, Channel] = {self.web.name: self.web, **channels}
        self.sandbox = SandboxTill(database, clock, ids, settings.signing_key.encode(), self._till_event)
        gateways: dict[str, Gateway] = {self.sandbox.name: self.sandbox}
        self.stripe = stripe_till(settings, clock)
        if self.stripe is not None:
            gateways[self.stripe.name] = self.stripe
        self.telegram = next((one for one in channels.values() if isinstance(one, TelegramChannel)), None)
        invoices = self._invoices_till()
        if invoices is not None:
            gateways[invoices.name] = invoices
        self.services = Services(
            settings=settings,
            home=home,
            engine=engine,
            opinions=opinions_of(settings),
            versions=versions_of(settings, library),
            catalogue=Catalogue(self.bus),
            links=self.links,
            gateways=gateways,
            till=partial(till_for, gateways),
            invitation_link=self._invitation_link,
        )
        self.model = LiveModel(engine, settings.data)
        self.flows = LiveFlows(self.services.versions, database)
        replaying = frozenset({self.web.name})
        self.turns = Turns(database, clock, ids, self.services, replaying, self.web)
        watched = {name: ObservedTill(till) for name, till in gateways.items()}
        self.tills = Tills(database, clock, ids, watched, self.turns.handle)
        self.outbox = Outbox(
            database, clock, ids, self.channels, replaying, self.tills.calls(), self.turns.handle, self.worker
        )
        self.outbox.sluice = Sluice(self.pace, {TelegramChannel.name: TELEGRAM_TAKES})
        self.bus.subscribe(WORK, lambda _: self.outbox.wake())
        self.turns.outbox = self.outbox
        if self.telegram is not None and invoices is not None:
            receive = self.tills.receive
            self.telegram.cashier = Invoices(database, clock, ids, self.services, invoices, receive, self.outbox)

    def _invoices_till(self) -> TelegramTill | None:
        """The till for Telegram's own invoices, where a provider takes their money."""
        if self.telegram is None or not self.telegram.takes_money:
            return None
        return TelegramTill(self.database, self.clock, self.ids, self.telegram.secret, self.stripe)

    def _invitation_link(self, code: str, channel: str) -> str:
        if self.telegram is not None and self.telegram.link is not None and channel == self.telegram.name:
            return f"{self.telegram.link}?start={code}"
        return f"{self.settings.base_url}/?join={code}"

    async def handle(self, incoming: Incoming) -> None:
        """Apply one update; returns when it is committed."""
        await self.turns.handle(incoming)

    async def take(self, incoming: Incoming) -> None:
        """As ``handle``, of what a messenger brings. What one person sends too fast is left out; they are told so, once
        for a whole flood, and it costs the database nothing."""
        if await self.gate.lets_in(incoming):
            await self.handle(incoming)
        elif await self.gate.tells(incoming):
            text = TOO_FAST[people.language_of(incoming.language)]
            with suppress(Exception):
                async with asyncio.timeout(TELL_S):
                    await self.channels[incoming.channel].send(Outgoing(0, incoming.chat, Reply(text)))

    async def settle(self) -> None:
        """Work until nothing is due any more."""
        await self.outbox.settle()

    async def _till_event(self, body: bytes, headers: Mapping[str, str]) -> None:
        await self.on_sandbox(self.sandbox.verify(body, headers))

    async def on_sandbox(self, events: Sequence[GatewayEvent]) -> None:
        """Events that the sandbox till signed."""
        await self.tills.receive(self.sandbox.name, events)

    async def decide(self, payment: str, decision: Decision) -> bool:
        """What a person does on the sandbox till's page; False when it was decided already."""
        ref = await self.ref_of(payment)
        return ref is not None and await self.sandbox.decide(ref, decision)

    async def ref_of(self, payment: str) -> str | None:
        """The till's own name for a payment; None until it has one."""
        async with self.database.read() as session:
            return (await payments.get(Work(session, self.clock.now(), self.ids), payment)).ref

    async def seat_owners(self, work: Work) -> None:
        """Give every shop that nobody answers for an owner in its own chat on the native channel."""
        for shop in await shops.unstaffed(work):
            await self.seat_owner(work, shop)

    async def seat_owner(self, work: Work, shop: shops.ShopView) -> None:
        chat = shop_chat(shop.slug)
        owner = await people.conversation_at(work, self.native, chat)
        if owner is None:
            owner = await people.enter(work, self.native, chat, name="사장님", language="ko", home="merchant")
        await shops.add_staff(work, shop.id, owner.person.id, "owner", "사장님")

    async def close(self) -> None:
        if self.telegram is not None:
            with suppress(Exception):
                await self.telegram.close()
        if self.stripe is not None:
            await self.stripe.aclose()
        await self.services.opinions.close()
        await self.pace.close()
        await self.database.close()


async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    channels: Callable[[Settings], Mapping[str, Channel]] | None = None,
    native: str = "web",
    prepared: bool = False,
) -> Application:
    """Migrate, load the town, train or load the understanding, and put everything together.

    ``prepared``: another process has made everything ready, so the database is not touched, and need not be there.
    """
    clock = clock or SystemClock()
    ids = ids or Ids()
    settings.data.mkdir(parents=True, exist_ok=True)
    spec = await asyncio.to_thread(read_town, town_file(settings.town), settings.data / "cache")
    database = Database(settings.database)
    if not prepared:
        await migrate(database)
    engine = await asyncio.to_thread(open_engine, settings.data)
    application = Application(
        settings,
        database,
        clock,
        ids,
        home_of(spec),
        engine,
        channels(settings) if channels else {},
        native,
    )
    if not prepared:
        async with database.transaction() as session:
            await alone(session, "town")
            work = Work(session, clock.now(), ids)
            await load_town(work, spec)
            await application.services.versions.keep(work)
            await application.seat_owners(work)
    return application


async def prepare(settings: Settings) -> None:
    """Make everything ready for workers, and end."""
    await (await build(settings)).close()


def home_of(spec: TownSpec) -> Home:
    nearest = min(spec.places, key=lambda place: distance_m(spec.lat, spec.lon, place.lat, place.lon), default=None)
    place = dict(nearest.name) if nearest else None
    return Home(spec.name, ZoneInfo(spec.timezone), spec.currency, spec.lat, spec.lon, place)


def versions_of(settings: Settings, library: Library | None) -> Versions:
    """With the flows that come with the program, unless others are given."""
    if library is not None:
        return Versions(library)
    cache, key = settings.data / "cache", settings.signing_key.encode()
    return Versions(load_kept(LIBRARY, cache, key), partial(compile_kept, cache=cache, key=key))


def bus_of(settings: Settings) -> Bus:
    """Redis where there is one. Its client takes a while to import, so nobody else waits for that."""
    if settings.redis_url is None:
        return LocalBus()
    from bot.redis_bus import RedisBus

    return RedisBus(settings.redis_url.get_secret_value())


def pace_of(settings: Settings) -> Pace:
    """Counted for all workers where there is Redis."""
    if settings.redis_url is None:
        return LocalPace()
    from bot.redis_bus import RedisPace

    return RedisPace(settings.redis_url.get_secret_value(), LocalPace())


def stripe_till(settings: Settings, clock: Clock) -> StripeTill | None:
    """Stripe when there is a key. Its SDK takes a while to import, so nobody else waits for that."""
    keys = settings.stripe
    if keys is None:
        return None
    from commerce.gateways.stripe import StripeTill

    return StripeTill(keys, settings.base_url, clock, settings.stripe_fee_bps)


def telegram_channels(settings: Settings) -> dict[str, Channel]:
    """Telegram when there is a token."""
    if settings.telegram_token is None:
        return {}
    provider = settings.telegram_provider_token
    channel = TelegramChannel(
        settings.telegram_token.get_secret_value(),
        site=settings.base_url,
        api=settings.telegram_api,
        provider=provider.get_secret_value() if provider else None,
    )
    return {channel.name: channel}
