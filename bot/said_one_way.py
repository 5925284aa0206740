"""Words that mean one thing at one moment, whatever else they could mean: told by the screen and the open question."""

from __future__ import annotations

from bot.beyond_chat import beyond, beyond_chat
from bot.buttons import asks_it
from bot.on_screen import Screen, taking_by
from bot.reading import Reader
from bot.short_words import goes_on, has_words_for_the_shop
from flows.commands import Command, Repeat
from nlu.understanding import Understanding


def agrees_to_something_else(reader: Reader, screen: Screen, understood: Understanding) -> bool:
    """Whether a yes follows another message than the order's summary: it agrees to that one, and pays nothing."""
    at_summary = reader.asking is not None and reader.asking.slot == "confirmed" and reader.hat == "consumer"
    newest = screen[0][1] if screen else None
    return at_summary and understood.intent == "affirm" and not asks_it(newest, reader.asking)


def in_short(reader: Reader, screen: Screen, text: str) -> Command | None:
    """What words mean that are said in one way only, and at one moment."""
    if reader.hat == "merchant":
        return _shop_in_short(reader, screen, text) if reader.asking is None else None
    if reader.asking is not None and reader.asking.slot == "confirmed" and goes_on(text):
        return Repeat()
    told = reader.hat == "consumer" and reader.may_be_several() and has_words_for_the_shop(text)
    return reader.payload('/tell_shop{"words_to_come": true}', None) if told else None


def _shop_in_short(reader: Reader, screen: Screen, text: str) -> Command | None:
    taking = taking_by(screen, text)
    if taking is not None:
        return reader.payload(taking, None)
    topic = beyond_chat(text)
    return reader.payload(beyond(topic, text), None) if topic is not None else None
