"""The web chat: frames for the browsers that are listening. What they miss they fetch by sequence number."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bot.channels.port import Outgoing, Sent
from bot.messages import Button, Reply, Tap
from commerce.work import Clock

Frame = dict[str, Any]
Listener = Callable[[Frame], None]

SHOP_PREFIX = "shop:"


def visitor_chat(token: str) -> str:
    """A browser's chat address: only the hash of its token is kept, so that the table opens nobody's chat."""
    return "visitor:" + hashlib.sha256(token.encode()).hexdigest()[:40]


def shop_chat(slug: str) -> str:
    """The chat address of a shop's owner."""
    return f"{SHOP_PREFIX}{slug}"


class WebChannel:
    """Keeps who listens to which chat in this process."""

    name = "web"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listeners: dict[str, list[Listener]] = defaultdict(list)

    def attach(self, chat: str, listener: Listener) -> None:
        self._listeners[chat].append(listener)

    def detach(self, chat: str, listener: Listener) -> None:
        listeners = self._listeners[chat]
        listeners.remove(listener)
        if not listeners:
            del self._listeners[chat]

    async def send(self, message: Outgoing) -> Sent:
        edits = int(message.edits_ref) if message.edits_ref else None
        self._tell(message.chat, message_frame(message.id, message.reply, edits, self._clock.now().isoformat()))
        return Sent()

    def look(self, chat: str, shop: str) -> None:
        """Tell a demo street which shop its consumer looks at."""
        self._tell(chat, {"type": "shop", "slug": shop})

    def _tell(self, chat: str, frame: Frame) -> None:
        for listener in list(self._listeners.get(chat, ())):
            listener(frame)


def message_frame(number: int, reply: Reply, edits: int | None, at: str) -> Frame:
    """A message as the browser reads it; ``edits`` is the sequence number of the message it replaces."""
    own = len(reply.buttons)
    cards = []
    for card in reply.cards:
        cards.append(
            {"title": card.title, "subtitle": card.subtitle, "buttons": _buttons(number, card.buttons, start=own)}
        )
        own += len(card.buttons)
    payment = reply.payment
    return {
        "type": "message",
        "seq": number,
        "text": reply.text,
        "buttons": _buttons(number, reply.buttons, start=0),
        "cards": cards,
        "asks": reply.asks,
        "payment": payment and {"amount": payment.amount, "currency": payment.currency, "url": payment.url},
        "edits": edits,
        "alert": reply.alert,
        "at": at,
    }


def _buttons(number: int, buttons: tuple[Button, ...], start: int) -> list[Frame]:
    return [
        {"label": button.label, "data": Tap(number, start + index).data, "url": button.url}
        for index, button in enumerate(buttons)
    ]
