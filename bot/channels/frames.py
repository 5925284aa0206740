"""What a browser is sent."""

from __future__ import annotations

from typing import Any

from bot.messages import Button, Reply, Tap

Frame = dict[str, Any]


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
