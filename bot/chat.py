"""`dangol chat --json`: lines in, every delivered message out, under a clock that moves only when told."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot import operators, people
from bot.app import Application
from bot.channels.port import Outgoing
from bot.channels.terminal import NoSuchButton, TerminalChannel
from bot.channels.web import SHOP_PREFIX, shop_chat
from bot.messages import Card, Event, Incoming, Media, Point
from commerce import shops
from commerce.gateways.sandbox import Decision
from commerce.shops import ShopView
from commerce.work import Work

log = logging.getLogger(__name__)

LONGEST_ADVANCE = timedelta(days=366)
MOST_STEPS = 10_000
OPERATOR = "operator"
"""Operators are called so, or `operator:sora`."""
_DURATION = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?", re.ASCII)


_CODE = re.compile(r"(?:초대|join) ([a-z2-9]{8})\b")
_ACTS = ("say", "tap", "location", "media", "pay", "refunded", "disputes", "leaves", "invites", "advance")


class CannotCarryOut(Exception):
    """A line that means nothing here; the message says why."""


class SimulatedClock:
    """Stands still until moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, at: datetime) -> None:
        self._now = max(self._now, at)


class ChatLine(BaseModel):
    """One line of input: what somebody does, or time passing."""

    model_config = ConfigDict(extra="forbid")

    as_: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = Field(default=None, alias="as")
    lang: Literal["ko", "en"] | None = None
    say: str | None = None
    tap: str | None = None
    card: str | None = None
    location: tuple[float, float] | None = None
    media: Media | None = None
    pay: Literal["approve", "approve unheard", "decline", "abandon"] | None = None
    refunded: int | None = Field(default=None, gt=0)
    disputes: int | None = Field(default=None, ge=0)
    leaves: Literal[True] | None = None
    invites: Literal[True] | None = None
    advance: str | None = None

    @model_validator(mode="after")
    def _one_act(self) -> ChatLine:
        acts = [name for name in _ACTS if getattr(self, name) is not None]
        if len(acts) != 1:
            raise ValueError(f"a line has exactly one of {', '.join(_ACTS)}")
        if (self.advance is None) == (self.as_ is None):
            raise ValueError("a person's act needs “as”; “advance” stands alone")
        if self.card is not None and self.tap is None:
            raise ValueError("“card” goes with “tap”")
        return self


def duration(text: str) -> timedelta:
    """Read "90s", "15m", "1h30m" or "2d". Raises CannotCarryOut."""
    found = _DURATION.fullmatch(text.strip())
    if not text.strip() or found is None:
        raise CannotCarryOut(f"{text!r} is no duration; write one like 15m, 90s or 1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > LONGEST_ADVANCE:
        raise CannotCarryOut(f"{text!r} is more than a year")
    return length


class Chat:
    """Plays lines over an application whose native channel is the terminal. ``write`` takes each line of output."""

    def __init__(
        self,
        application: Application,
        terminal: TerminalChannel,
        clock: SimulatedClock,
        write: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.application = application
        self.terminal = terminal
        self.clock = clock
        self.write = write
        self.names: dict[str, str] = {}
        """What each chat is called in the script."""
        self._code = ""
        """Of the newest invitation."""
        self._played = 0
        self._delivered_now: list[tuple[int, dict[str, Any]]] = []

    async def play(self, line: str) -> None:
        """Carry out one line of input and everything it causes."""
        self._played += 1
        await self._or_say_why(self._carry_out(line))
        await self._or_say_why(self.application.settle())
        # Chats are sent to side by side: the order of the turns is the same in every run, that of arrival is not.
        for _, told in sorted(self._delivered_now, key=lambda one: one[0]):
            self.write(told)
        self._delivered_now.clear()
        self.write({"settled": self._played})

    async def _or_say_why(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except CannotCarryOut as error:
            self.write({"error": str(error)})
        except Exception as error:
            log.exception("a line failed")
            self.write({"error": f"this failed inside: {type(error).__name__}: {error}"})

    async def _carry_out(self, line: str) -> None:
        try:
            act = ChatLine.model_validate_json(line)
        except ValidationError as error:
            raise CannotCarryOut(_why(error)) from error
        if act.advance is not None:
            await self._advance(duration(act.advance))
            return
        chat = await self._person(str(act.as_), act.lang)
        if act.invites:
            await self._invite_operator()
            return
        if act.pay is not None or act.refunded is not None or act.disputes is not None:
            await self._at_the_till(chat, act)
            return
        incoming = self._incoming(chat, act)
        await self.application.handle(incoming)

    def _incoming(self, chat: str, act: ChatLine) -> Incoming:
        name = str(act.as_).rsplit("/", 1)[-1].removeprefix(f"{OPERATOR}:")
        common: dict[str, Any] = {
            "channel": "terminal",
            "update_id": self.application.ids.new("line"),
            "chat": chat,
            "sender": chat,
            "sender_name": name,
            "language": act.lang,
        }
        if act.tap is not None:
            try:
                return Incoming(**common, tap=self.terminal.screens[chat].tap(act.tap, act.card))
            except NoSuchButton as error:
                raise CannotCarryOut(str(error)) from error
        if act.location is not None:
            lat, lon = act.location
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):
                raise CannotCarryOut("a location is [latitude, longitude] in degrees")
            return Incoming(**common, location=Point(lat, lon))
        if act.media is not None:
            return Incoming(**common, media=act.media)
        if act.leaves:
            return Incoming(**common, event=Event("member.blocked", {}))
        if not (act.say or "").strip():
            raise CannotCarryOut("nothing was said")
        return Incoming(**common, text=str(act.say).replace("{code}", self._code))

    async def _advance(self, length: timedelta) -> None:
        """Move the clock, stopping wherever something is due on the way."""
        await self.application.settle()
        target = self.clock.now() + length
        for _ in range(MOST_STEPS):
            due = await self.application.outbox.next_due()
            if due is None or due > target:
                break
            self.clock.move_to(due)
            await self.application.settle()
        self.clock.move_to(target)

    async def _at_the_till(self, chat: str, act: ChatLine) -> None:
        """What happens to the payment that was asked for last."""
        asked = self.terminal.screens[chat].payment()
        if asked is None:
            raise CannotCarryOut("nobody has asked this person to pay")
        ref = await self.application.ref_of(asked.payment)
        sandbox = self.application.sandbox
        if act.refunded is not None:
            if ref is None or not await sandbox.give_back(ref, act.refunded):
                raise CannotCarryOut("so much was not paid, or has gone back already")
        elif act.disputes is not None:
            if ref is None or not await sandbox.dispute(ref, act.disputes):
                raise CannotCarryOut("nothing was paid")
        else:
            decision, _, unheard = str(act.pay).partition(" ")
            if ref is None or not await sandbox.decide(ref, cast(Decision, decision), not unheard):
                raise CannotCarryOut("this payment has been decided already")

    # -- who

    async def _person(self, name: str, language: str | None) -> str:
        """The chat of a name; a shop's people are seated when they first speak."""
        if name == OPERATOR or name.startswith(f"{OPERATOR}:"):
            return await self._operator(name, language)
        if not name.startswith(SHOP_PREFIX):
            self.names[name] = name
            if language is not None:
                await self._speaks(name, language)
            return name
        wanted, slash, colleague = name.removeprefix(SHOP_PREFIX).partition("/")
        if slash and not colleague.strip():
            raise CannotCarryOut(f"{name!r} names no colleague")
        async with self.application.database.transaction() as session:
            work = Work(session, self.clock.now(), self.application.ids)
            shop = await self._shop(work, wanted)
            chat = shop_chat(shop.slug) + (f"/{colleague}" if slash else "")
            if slash:
                await self._seat_colleague(work, shop, chat, colleague)
            elif await people.conversation_at(work, "terminal", chat) is None:
                await self.application.seat_owner(work, shop)
        self.names[chat] = name
        if language is not None:
            await self._speaks(chat, language)
        return chat

    async def _invite_operator(self) -> None:
        """As `dangol operators invite` does; ``{code}`` in what is said then stands for it."""
        async with self.application.database.transaction() as session:
            self._code = await operators.invite(Work(session, self.clock.now(), self.application.ids))

    async def _operator(self, name: str, language: str | None) -> str:
        """An operator, who has joined when they first act."""
        async with self.application.database.transaction() as session:
            work = Work(session, self.clock.now(), self.application.ids)
            if await people.conversation_at(work, "terminal", name) is None:
                called = name.partition(":")[2] or name
                joined = await people.enter(work, "terminal", name, name=called, home="operator")
                await operators.add(work, joined.person.id, called)
        self.names[name] = name
        if language is not None:
            await self._speaks(name, language)
        return name

    async def _shop(self, work: Work, wanted: str) -> ShopView:
        shop = await shops.by_slug(work, wanted)
        if shop is not None:
            return shop
        named = await shops.named(work, wanted)
        if len(named) != 1:
            raise CannotCarryOut(
                f"there is no shop {wanted!r}" if not named else f"several shops are called {wanted!r}"
            )
        return named[0]

    async def _seat_colleague(self, work: Work, shop: ShopView, chat: str, name: str) -> None:
        if await people.conversation_at(work, "terminal", chat) is not None:
            return
        joined = await people.enter(work, "terminal", chat, name=name, home="merchant")
        await shops.add_staff(work, shop.id, joined.person.id, "staff", name)

    async def _speaks(self, chat: str, language: str) -> None:
        async with self.application.database.transaction() as session:
            found = await people.conversation_at(
                Work(session, self.clock.now(), self.application.ids), "terminal", chat
            )
            if found is not None:
                found.person.language = language

    def listen(self) -> None:
        """Write every message that is delivered from now on."""
        self.terminal.deliver = self._delivered

    def _delivered(self, message: Outgoing, edited: bool) -> None:
        reply = message.reply
        invited = _CODE.search(reply.text or "")
        self._code = invited[1] if invited else self._code
        told = {
            "to": self.names.get(message.chat, message.chat),
            "text": reply.text,
            "buttons": [button.label for button in reply.buttons],
            "cards": [_card(card) for card in reply.cards],
            "asks": reply.asks,
            "payment": {"amount": reply.payment.amount, "currency": reply.payment.currency} if reply.payment else None,
            "edits": edited,
        }
        self._delivered_now.append((message.id, told))


def _card(card: Card) -> dict[str, Any]:
    return {"title": card.title, "subtitle": card.subtitle, "buttons": [button.label for button in card.buttons]}


def _why(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def as_json(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)
