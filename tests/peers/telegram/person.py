"""A person with Telegram on their phone: writes, taps, shares, blocks, and sees what the bot shows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.peers.telegram.payments import Checkout

if TYPE_CHECKING:
    from tests.peers.telegram.server import TelegramPeer

Json = dict[str, Any]
NUMERAL = re.compile(r"^([①-⑳㉑-㉟㊱-㊿]|\d+\.) ")


@dataclass
class Shown:
    """A message in a chat as the person sees it. ``changed`` counts up with everything that happens in the peer."""

    id: int
    text: str
    mine: bool
    changed: int
    markup: Json | None = None
    silent: bool = False
    edits: int = 0
    invoice: Json | None = None
    payload: str = ""

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons under the message."""
        return [key["text"] for row in self.rows for key in row]

    @property
    def rows(self) -> list[list[Json]]:
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    def key(self, label: str, card: str | None = None) -> Json | None:
        """The one button called ``label``, or with an unambiguous part of it; on the card ``card`` where given."""
        keys = [key for row in self.rows for key in row]
        if card is not None:
            mark = self._mark(card)
            keys = [key for key in keys if mark is None or key["text"].startswith(f"{mark} ")]
        exact = [key for key in keys if label in (key["text"], NUMERAL.sub("", key["text"]))]
        found = exact or [key for key in keys if label in key["text"]]
        if len(found) > 1:
            raise AssertionError(f"{label!r} names several buttons: {[key['text'] for key in found]}")
        return found[0] if found else None

    def _mark(self, card: str) -> str | None:
        lines = [line for line in self.text.splitlines() if card in line]
        if not lines:
            raise AssertionError(f"no card {card!r} in {self.text!r}")
        mark = NUMERAL.match(lines[0])
        return mark.group(1) if mark else None


@dataclass
class Person:
    """``peer.user(id)`` makes one. Everything a person does returns the update's id, unless it says otherwise."""

    peer: TelegramPeer
    id: int
    name: str
    language: str | None
    started: bool = False
    blocked: bool = False
    deleted: bool = False
    keyboard: Json | None = None
    """The keyboard that stands in the place of the letters."""
    taps: dict[str, bool] = field(default_factory=dict)
    """Callback queries: whether the bot has answered, which stops the button's spinner."""
    messages: dict[int, Shown] = field(default_factory=dict)
    acted: int = 0

    # What people do

    async def start(self, code: str | None = None) -> int:
        """Open the bot, by t.me/<bot>?start=<code> where a code is given."""
        return await self.say(f"/start {code}" if code else "/start")

    async def say(self, text: str) -> int:
        body: Json = {"text": text}
        if text.startswith("/"):
            command = text.split(maxsplit=1)[0]
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
        return await self._write(body, text)

    async def tap(self, label: str, card: str | None = None) -> int:
        """Tap the newest button called so."""
        shown, key = self._find(label, card)
        if "url" in key:
            raise AssertionError(f"{label!r} opens {key['url']}: see link()")
        if "pay" in key:
            raise AssertionError(f"{label!r} pays an invoice: see pay()")
        self.acted = self.peer.tick()
        query = f"{self.id}{self.peer.tick():08d}"
        self.taps[query] = False
        body = {
            "id": query,
            "from": self.profile,
            "message": self.peer.message_json(self, shown),
            "chat_instance": str(-(self.id * 7919)),
            "data": key["callback_data"],
        }
        return await self.peer.updates.add("callback_query", body)

    def link(self, label: str, card: str | None = None) -> str:
        """Where the newest button called so leads."""
        url: str = self._find(label, card)[1]["url"]
        return url

    async def press_pay(self, shown: Shown | None = None) -> Checkout:
        """Press the pay button of an invoice, the newest or that one: Telegram asks the bot."""
        shown = shown or next(each for each in reversed(self.messages.values()) if each.invoice)
        invoice = shown.invoice
        assert invoice is not None
        self.acted = self.peer.tick()
        query = f"{self.id}{self.peer.tick():010d}"
        asked = {"currency": invoice["currency"], "total_amount": invoice["total_amount"]}
        checkout = Checkout(query, shown.payload, invoice["total_amount"], invoice["currency"], self.peer.seconds())
        self.peer.checkouts.found[query] = checkout
        body = {"id": query, "from": self.profile, "invoice_payload": shown.payload, **asked}
        await self.peer.updates.add("pre_checkout_query", body)
        return checkout

    async def answered(self, checkout: Checkout, timeout_s: float = 30.0) -> Checkout:
        """Wait until the bot has answered, or too late."""
        done = f"{self.name} to hear whether they may pay"
        await self.until(lambda: checkout.ok is not None or checkout.late, timeout_s=timeout_s, what=done)
        return checkout

    async def charge(self, checkout: Checkout, *, unasked: bool = False, charge: str | None = None) -> int:
        """The provider takes the money, and Telegram tells the bot: only after a yes in time, unless ``unasked``.
        ``charge`` is Telegram's name for the payment, a new one each time."""
        if not (checkout.ok and not checkout.late) and not unasked:
            raise AssertionError(f"nobody is charged without a yes: {checkout}")
        checkout.charged += 1
        names = {
            "telegram_payment_charge_id": charge or f"{self.peer.bot['id']}_{checkout.id}_{checkout.charged}",
            "provider_payment_charge_id": f"ch_{checkout.id}_{checkout.charged}",
        }
        paid = {"currency": checkout.currency, "total_amount": checkout.amount, "invoice_payload": checkout.payload}
        return await self._write({"successful_payment": {**paid, **names}}, "✅")

    async def pay(self, shown: Shown | None = None) -> int:
        """Pay an invoice from the button to the receipt; the id of the update that tells of the payment."""
        checkout = await self.answered(await self.press_pay(shown))
        assert checkout.ok, checkout.words
        return await self.charge(checkout)

    def forward(self, shown: Shown, to: Person) -> Shown:
        """Pass an invoice on. Its copy pays only where it has no start parameter."""
        assert shown.invoice is not None
        start = shown.invoice["start_parameter"]
        link = {"text": "Pay", "url": f"https://t.me/{self.peer.bot['username']}?start={start}"}
        markup = {"inline_keyboard": [[link if start else {"text": "Pay", "pay": True}]]}
        number = self.peer.next_message()
        copy = replace(shown, id=number, mine=True, changed=self.peer.tick(), markup=markup)
        to.messages[number] = copy
        return copy

    async def share_location(self, lat: float, lon: float) -> int:
        return await self._write({"location": {"latitude": lat, "longitude": lon}}, "📍")

    async def share_contact(self, phone: str, *, of: int | None = None) -> int:
        """A phone number: one's own, or that of another person ``of``."""
        contact = {"phone_number": phone, "first_name": self.name, "user_id": self.id if of is None else of}
        return await self._write({"contact": contact}, "📱")

    async def send(self, kind: str) -> int:
        """Media: photo, voice, video, sticker or document."""
        return await self._write(media(kind), kind)

    async def edit(self, text: str) -> int:
        """Change the words of the newest message of one's own."""
        shown = next(each for each in reversed(self.messages.values()) if each.mine)
        shown.text = text
        self.acted = shown.changed = self.peer.tick()
        now = self.peer.now()
        body = {**self._envelope(shown.id), "edit_date": now, "text": text}
        return await self.peer.updates.add("edited_message", body)

    async def block(self) -> int:
        self.blocked = True
        return await self._member("member", "kicked")

    async def unblock(self) -> int:
        self.blocked = False
        return await self._member("kicked", "member")

    # What people see

    def screen(self) -> list[Shown]:
        """The chat, oldest first."""
        return list(self.messages.values())

    def newest(self) -> Shown:
        """The bot's newest message."""
        return next(shown for shown in reversed(self.messages.values()) if not shown.mine)

    async def sees(self, *parts: str, anywhere: bool = False, timeout_s: float = 30.0) -> Shown:
        """Wait for a message of the bot's with all ``parts`` in its text or buttons, new or edited since the person
        last did something; ``anywhere`` on the whole screen."""

        def found() -> Shown | None:
            for shown in reversed(self.messages.values()):
                words = "\n".join([shown.text, *shown.buttons])
                fresh = anywhere or shown.changed > self.acted
                if not shown.mine and fresh and all(part in words for part in parts):
                    return shown
            return None

        await self.until(lambda: found() is not None, timeout_s=timeout_s, what=f"{self.name} to see {parts}")
        shown = found()
        assert shown is not None
        return shown

    async def until(self, true: Callable[[], bool], *, timeout_s: float = 30.0, what: str = "that") -> None:
        """Wait for a condition on anything in the peer."""
        try:
            async with self.peer.changed:
                await asyncio.wait_for(self.peer.changed.wait_for(true), timeout_s)
        except TimeoutError:
            lines = "\n".join(f"{'>' if m.mine else ' '} {m.text} {m.buttons}" for m in self.screen())
            raise AssertionError(f"waited {timeout_s:g} s for {what}; the screen is\n{lines}") from None

    # What Telegram knows of them

    @property
    def profile(self) -> Json:
        profile: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        return profile if self.language is None else {**profile, "language_code": self.language}

    @property
    def chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.name}

    def _find(self, label: str, card: str | None) -> tuple[Shown, Json]:
        for shown in reversed(self.messages.values()):
            if card is None or card in shown.text:
                key = shown.key(label, card)
                if key is not None:
                    return shown, key
        raise AssertionError(f"no button {label!r}; there are {[shown.buttons for shown in self.screen()]}")

    async def _write(self, body: Json, shown: str) -> int:
        if self.blocked:
            await self.unblock()
        self.started = True
        if self.keyboard and self.keyboard.get("one_time_keyboard") and "text" not in body:
            self.keyboard = None
        number = self.peer.next_message()
        self.acted = self.peer.tick()
        self.messages[number] = Shown(number, shown, mine=True, changed=self.acted)
        return await self.peer.updates.add("message", {**self._envelope(number), **body})

    def _envelope(self, number: int) -> Json:
        return {"message_id": number, "from": self.profile, "chat": self.chat, "date": self.peer.now()}

    async def _member(self, was: str, now: str) -> int:
        def member(status: str) -> Json:
            fact: Json = {"user": self.peer.bot, "status": status}
            return {**fact, "until_date": 0} if status == "kicked" else fact

        body = {
            "chat": self.chat,
            "from": self.profile,
            "date": self.peer.now(),
            "old_chat_member": member(was),
            "new_chat_member": member(now),
        }
        return await self.peer.updates.add("my_chat_member", body)


def media(kind: str) -> Json:
    """The part of a message that carries a file of that kind."""
    file: Json = {"file_id": f"{kind}-file", "file_unique_id": f"{kind}-unique"}
    size = {"width": 90, "height": 60}
    parts: dict[str, Any] = {
        "photo": [{**file, **size}],
        "voice": {**file, "duration": 3},
        "video": {**file, **size, "duration": 3},
        "sticker": {**file, **size, "type": "regular", "is_animated": False, "is_video": False},
        "document": file,
    }
    return {kind: parts[kind]}
