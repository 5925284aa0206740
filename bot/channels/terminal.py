"""The terminal: what each simulated person has on their screen, and which button a label means."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.channels.port import Outgoing, Sent
from bot.messages import Button, PaymentRequest, Reply, Tap


class NoSuchButton(Exception):
    """The label names no button on that screen, or several different ones."""


@dataclass(slots=True)
class Screen:
    """The messages one person sees, oldest first; an edit takes the place of what it edits."""

    messages: list[Outgoing] = field(default_factory=list)

    def show(self, message: Outgoing) -> bool:
        """Put a message on the screen; True when it replaced one."""
        if message.edits_ref is not None:
            for index, shown in enumerate(self.messages):
                if str(shown.id) == message.edits_ref:
                    self.messages[index] = message
                    return True
        self.messages.append(message)
        return False

    def payment(self) -> PaymentRequest | None:
        """The latest payment asked for."""
        return next((shown.reply.payment for shown in reversed(self._by_age()) if shown.reply.payment), None)

    def tap(self, label: str, card: str | None = None) -> Tap:
        """The newest button with this label, else the newest that has it as an unambiguous part, else the first
        button of the newest card with this title.

        Raises NoSuchButton with the labels to choose from.
        """
        offered = [
            (button, Tap(shown.id, index))
            for shown in reversed(self._by_age())
            for index, button, title in titled_buttons(shown.reply)
            if card is None or (title is not None and _same_part(card, title))
        ]
        exact = [tap for button, tap in offered if _plain(button.label) == _plain(label)]
        if exact:
            return exact[0]
        part = [(button, tap) for button, tap in offered if _plain(label) and _plain(label) in _plain(button.label)]
        newest = [(button, tap) for button, tap in part if tap.message == part[0][1].message]
        if len({_plain(button.label) for button, _ in newest}) == 1:
            return newest[0][1]
        if not newest and card is None and (titled := self._titled(label)) is not None:
            return titled
        labels = list(dict.fromkeys(button.label for button, _ in offered))[:20]
        what = "fits several buttons" if newest else "is no button"
        where = f" on card {card!r}" if card is not None else ""
        raise NoSuchButton(f"{label!r} {what}{where}; on the screen: {', '.join(labels) or 'none'}")

    def _titled(self, label: str) -> Tap | None:
        """The first button of the newest card whose title the label names."""
        for shown in reversed(self._by_age()):
            fitting = [
                (index, title) for index, _, title in titled_buttons(shown.reply) if title and _same_part(label, title)
            ]
            if _plain(label) and len({title for _, title in fitting}) == 1:
                return Tap(shown.id, fitting[0][0])
        return None

    def _by_age(self) -> list[Outgoing]:
        return sorted(self.messages, key=lambda shown: shown.id)


class TerminalChannel:
    """``deliver`` is told of every message, with whether it took the place of an earlier one."""

    name = "terminal"

    def __init__(self) -> None:
        self.deliver: Callable[[Outgoing, bool], None] | None = None
        self.screens: dict[str, Screen] = defaultdict(Screen)

    async def send(self, message: Outgoing) -> Sent:
        edited = self.screens[message.chat].show(message)
        if self.deliver is not None:
            self.deliver(message, edited)
        return Sent(ref=str(message.id))


def titled_buttons(reply: Reply) -> list[tuple[int, Button, str | None]]:
    """Every button with its number and the title of its card."""
    titles: list[str | None] = [None] * len(reply.buttons)
    for card in reply.cards:
        titles += [card.title] * len(card.buttons)
    return [
        (index, button, title) for index, (button, title) in enumerate(zip(reply.all_buttons(), titles, strict=True))
    ]


def _plain(label: str) -> str:
    """Letters and digits only, composed, caseless: "🛵 배달" and "배달" are one label."""
    composed = unicodedata.normalize("NFC", label).casefold()
    letters = "".join(letter for letter in composed if letter.isalnum())
    return letters or composed.strip()


def _same_part(part: str, whole: str) -> bool:
    return _plain(part) in _plain(whole)
