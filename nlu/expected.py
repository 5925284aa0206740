"""Reading a text as the answer to what was just asked."""

from __future__ import annotations

import re
from datetime import datetime

from nlu.addresses import expected_address, trimmed_address
from nlu.durations import LONGEST
from nlu.fillers import content
from nlu.intents import ANSWERS
from nlu.numbers import number
from nlu.quantities import bare_quantity
from nlu.reading import Reading
from nlu.rules import yes_or_no
from nlu.times import bare_time
from nlu.understanding import Context, Expect
from nlu.values import Value
from nlu.written import LONGEST as LONGEST_READ

FREE: frozenset[Expect] = frozenset({"text", "name", "hours", "dishes"})
"""Questions to which nearly any text is an answer."""
WAYS_OUT = frozenset({"cancel", "restart", "help", "handoff", "skip"})
"""What is heard even then."""

NEAR_ADDRESS = frozenset({"find_shop", "ask_location", "choose_delivery", "register_shop", "give_address"})
"""What the model may take a bare address or place for."""

_BARE_NUMBER = re.compile(
    r"\s*(?:약|한|about|around)?\s*(?P<number>\d{1,3}|[일이삼사오육칠팔구십백]+|[a-z -]+?)\s*(?:정도|쯤|요|이요|please)*[\s.!~]*$"
)
_NAME_ENDING = re.compile(
    r"(?:이라고\s?(?:해요|합니다)|라고\s?(?:해요|합니다)|이에요|예요|입니다|이요|이야|요)?[\s.!~]*$"
)
_NAME_START = re.compile(
    r"^\s*(?:(?:제|내|우리|저희|가게)\s?)?(?:가게\s?)?이름은\s|^\s*(?:it'?s called|it is called|the name is|my name is|i'?m|it'?s)\s"
)

Answer = tuple[str, tuple[Value, ...]]


def expected_answer(reading: Reading, context: Context, now: datetime) -> Answer | None:
    """The intent and the further values of an answer to ``context.expect``; None when the text is no answer to it."""
    expect = context.expect
    if expect is None or not reading.text.strip():
        return None
    if expect in FREE:
        return ANSWERS[expect][0], (_free(reading, expect),)
    if expect == "yesno":
        return _yes_no(reading)
    if expect == "address":
        return _address(reading)
    if expect == "eta":
        return _eta(reading)
    if expect == "time":
        return _time(reading, now)
    if expect == "quantity":
        return _quantity(reading)
    return _named(reading, expect)


def unclear_answer(reading: Reading, expect: Expect | None) -> Answer | None:
    """The last resort when nothing else was understood: an address or a place may be any words."""
    if expect not in ("address", "place"):
        return None
    words = trimmed_address(reading.text)
    if words is None or len(words.value) < 2:
        return None
    return (ANSWERS[expect][0], (words,)) if expect == "address" else ("inform", (_renamed(words, "text"),))


def _free(reading: Reading, expect: Expect) -> Value:
    typed = reading.written.typed
    start, end = 0, len(reading.text)
    if end == LONGEST_READ:
        return Value(expect, typed.strip(), start, end)
    if expect == "name":
        before = _NAME_START.match(reading.text)
        start = before.end() if before else 0
        after = _NAME_ENDING.search(reading.text, start)
        end = after.start() if after and after.start() > start else end
    while start < end and reading.text[start].isspace():
        start += 1
    while end > start and reading.text[end - 1].isspace():
        end -= 1
    first, last = reading.written.span(start, end)
    return Value(expect, typed[first:last], start, end)


def _yes_no(reading: Reading) -> Answer | None:
    if reading.mentions or reading.has("quantity", "time", "minutes"):
        return None
    intent = yes_or_no(reading.text)
    return (intent, ()) if intent else None


def _address(reading: Reading) -> Answer | None:
    whole = expected_address(reading.text)
    if whole is None:
        return None
    return ANSWERS["address"][0], (whole,)


def _eta(reading: Reading) -> Answer | None:
    if reading.has("minutes"):
        return ANSWERS["eta"][0], ()
    match = _BARE_NUMBER.match(reading.text)
    minutes = number(match["number"]) if match else None
    if match is None or minutes is None or not 0 < minutes <= LONGEST:
        return None
    return ANSWERS["eta"][0], (Value("minutes", minutes, match.start("number"), match.end("number")),)


def _time(reading: Reading, now: datetime) -> Answer | None:
    if reading.has("time", "asap"):
        return ANSWERS["time"][0], ()
    bare = bare_time(reading.text, now)
    return (ANSWERS["time"][0], (bare,)) if bare else None


def _quantity(reading: Reading) -> Answer | None:
    if reading.mentions:
        return None
    bare = bare_quantity(reading.text)
    if bare is not None:
        return ANSWERS["quantity"][0], (bare,)
    if len(reading.of("quantity")) == 1 and not content(reading.text, 0, len(reading.text), reading.values):
        return ANSWERS["quantity"][0], ()
    return None


def _named(reading: Reading, expect: Expect) -> Answer | None:
    """A place or a choice by its name, with no more than politeness around it."""
    found = [mention for mention in reading.mentions if mention.of(expect)]
    rest = content(reading.text, 0, len(reading.text), [*found, *reading.values])
    return (ANSWERS[expect][0], ()) if found and len(rest) <= 1 else None


def _renamed(value: Value, entity: str) -> Value:
    return Value(entity, value.value, value.start, value.end)
