"""Words that mean one thing at one moment, whatever else they could mean: told by the screen and the open question."""

from __future__ import annotations

import re

from bot.beyond_chat import beyond, beyond_chat
from bot.buttons import asks_it
from bot.on_screen import Screen, taking_by
from bot.reading import Reader
from bot.short_words import goes_on, has_words_for_the_shop
from flows.commands import Command, Repeat
from nlu.understanding import Understanding

_OWN_SHOP = re.compile(
    r"(?:메뉴판?|영업\s?시간|가격표|우리\s?가게|내\s?가게)\S{0,2}\s?(?:좀\s|다\s|내역\s)?(?:보여|알려|보자|볼래|보고\s?싶|확인|뭐\s?있|어떻게\s?(?:돼|되|나와|보여))"
    r"|얼마로\s?(?:돼|되어|해\s?놨|나와)|몇\s?시까지.{0,12}(?:돼\s?있|되어\s?있|해\s?놨|걸로)|뭐(?:가)?\s?품절|품절\s?(?:된|인)?\s?(?:거|것|게|메뉴)\S?\s?(?:뭐|있|알려|보여)"
    r"|\bwhat(?:'s| is| are) (?:sold out|(?:my|our) (?:opening )?(?:hours|menu|prices))|\bshow (?:me )?(?:my|our|the) (?:menu|hours|prices|shop)"
)
"""A shop that wants to see what it is known by."""


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
    if _OWN_SHOP.search(text.casefold()):
        return reader.payload("/merchant_own_shop", None)
    topic = beyond_chat(text)
    return reader.payload(beyond(topic, text), None) if topic is not None else None
