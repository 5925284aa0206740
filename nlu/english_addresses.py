"""Addresses written in Latin letters, as chains of their parts: a street with its number, a building, a floor, a door."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.patterns import Pattern

_NO_NAME = (
    r"(?:to|at|in|is|it|its|the|from|near|my|our|your|a|an|and|with|please|for|of|on|by|deliver|delivered|delivery|send|sent|bring|drop|take|address|live|living"
    r"|stay|staying|home|now|here|there|me|us|them|that|this|was|be|put|down|come|go|order|off|or|then|but|so|yes|ok|no|not|new|use|change|which|what|any|open|next|behind|opposite|over)\b"
)
_WORD = rf"(?:(?!{_NO_NAME})[a-z]+(?:'s)?\s)"
_HOUSE = r"\d{1,5}(?:-\d{1,4})?"
_WAY = r"(?:ro|gil|daero)"
_STREET = (
    rf"{_WORD}{{0,2}}?(?:[a-z]+(?:-?\d+)?[- ]{_WAY}|[a-z]+\s\d+-{_WAY}|[a-z]+-\d*dong|[a-z]+\s\d-dong)\b(?:,?\s\d+[- ]gil\b)?"
    rf"|{_WORD}{{1,3}}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court)\b\.?"
)
_HOMES = r"villas?|apts?|apartments?|heights|tower|officetel|building|bldg|mansions?|house|residences?|prugio|xi|raemian|castle|palace|city|village|hills?|plaza|dormitory|dorm"
_PUBLIC = r"guest\s?house|hotel|hostel|hospital|clinic|university|college|school|library|park|church|market|museum|(?:community\s)?cent(?:re|er)|hall|studio|factory|mall"
_AT_WORK = r"(?:my|our|the)\s(?:office|work|workplace|dorm|hotel|studio|school|lab|hostel|guesthouse)"
_FLOOR = r"(?:\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|top)\s(?:floor|fl\b)|floor\s\d{1,2}\b|b?\d{1,2}f\b|level\s\d{1,2}\b|b\d{1,4}\b|basement(?:\sstudio)?\b|roof\s?top(?:\sroom)?\b"
_SURE_DOOR = r"(?:apt|apartment|unit|suite|room|rm|flat)\b\.?\s?(?:no\.?\s)?#?(?=\w*\d|[a-z]\b)(?!a\s[a-z]|\d\s(?:a|the|my|two|more)\b)\w{1,6}(?:-\d{1,4})?\b|\d{1,4}[\s-]?dong\s\d{1,5}[\s-]?ho\b"
_PART = rf"{_SURE_DOOR}|{_FLOOR}|#\s?\w{{1,6}}|(?:building|bldg|block|tower|wing|ward|bed|gate|door|dormitory|dorm|house)\b\.?\s?(?:no\.?\s)?#?(?:\d{{1,4}}[a-z]?|[a-z])\b|(?:main|front|back|north|south|east|west)\s(?:gate|entrance|lobby)\b|lobby\b|reception\b|\d{{1,4}}[\s-]?dong\b|\d{{1,5}}[\s-]?ho\b"
_TOLD = r"(?=\s*(?:$|[,.!?;])|\s(?:please|pls|plz|thanks|and|for|at|by|around|asap|now)\b)"
_AMOUNT = r"(?!\d|,\d{3}|[.:]\d|\s?(?:[ap]\.?m\b|min|won\b|krw\b|k\b|g\b|kg\b|ml\b|x\b|o'))"
_BARE = rf"\d{{1,4}}-\d{{1,4}}\b|\d{{3,5}}{_AMOUNT}{_TOLD}|\d{{1,2}}{_AMOUNT}(?=\s*(?:$|[,.!?;])(?!,\s\d))"
_CHAINED = Pattern(
    rf"(?<![\w'-])(?:(?P<street>{_HOUSE},?\s(?:{_STREET})|(?:house\s)?(?:no\.?\s|number\s)\d{{1,4}},?\s(?:{_STREET})|{_WORD}?[a-z]+-{_WAY}\s(?:\d+-gil\s)?(?:no\.?\s|number\s)?{_HOUSE}(?![\d-])|[a-z]+-{_WAY},\s(?:no\.?|number)\s\d{{1,4}}|[a-z]+-dong\s\d{{1,4}}(?:-\d{{1,4}})?)"
    rf"|(?P<region>[a-z]+-(?:gu|si|do|dong)\b|seoul\b)"
    rf"|(?P<door>{_SURE_DOOR})|(?P<part>{_PART})"
    rf"|(?P<work>{_AT_WORK})\b(?=,)"
    rf"|(?P<public>(?:the\s)?{_WORD}{{1,3}}(?:{_PUBLIC})\b)"
    rf"|(?P<home>(?:\d{{3,4}}\s|the\s)?{_WORD}{{1,3}}(?:{_HOMES})(?![\w'])\.?)"
    rf"|(?P<bare>{_BARE}))"
)
_NUMBERED = Pattern(r"\d{3}")
_JOINT = Pattern(r",?\s")
_HINT = Pattern(rf"\d|\b(?:unit|room|flat|apt|building|block|gate|ward|floor|basement|rooftop)\b|-{_WAY}\b")
_BROUGHT = Pattern(
    rf"\b(?:send|bring|deliver|drop|take|run|get|have)(?:ed)?\s(?:it\s|them\s|this\s|that\s|everything\s|my order\s|the order\s)?(?:over\s|off\s|round\s|up\s|delivered\s|sent\s|brought\s)?(?:to|at)\s(?P<where>{_AT_WORK}(?:\s(?:lobby|entrance|gate|reception))?)\b(?!')"
)

_ASKED = Pattern(r"\b(?:do|does|did)\s(?:you|they|it)\s(?:also\s|even\s)?$")


def english_addresses(text: str) -> Iterator[tuple[int, int]]:
    """The spans of addresses in ``text`` (reading form)."""
    found = False
    if _HINT.search(text):
        for chain in _chains(text):
            kinds = {part.lastgroup for part in chain}
            named = any(part.lastgroup in ("home", "public", "work") for part in chain)
            numbered = bool(kinds & {"part", "bare"}) or any(_NUMBERED.match(part[0]) for part in chain)
            if kinds & {"street", "door"} or (named and numbered):
                found = True
                yield chain[0].start(), chain[-1].end()
    brought = None if found else _BROUGHT.search(text)
    if brought is not None and not _ASKED.search(text, 0, brought.start()):
        yield brought.span("where")


def _chains(text: str) -> Iterator[list[re.Match[str]]]:
    """Parts that stand together. A number alone begins none."""
    chain: list[re.Match[str]] = []
    at = 0
    while (match := _CHAINED.search(text, at)) is not None:
        at = match.end()
        joined = bool(chain) and _JOINT.fullmatch(text, chain[-1].end(), match.start()) is not None
        if match["bare"] and not (joined and chain[-1].lastgroup in ("street", "home", "work", "part", "bare")):
            at = match.start() + 1
            if chain and not joined:
                yield chain
                chain = []
            continue
        if chain and not joined:
            yield chain
            chain = []
        chain.append(match)
    if chain:
        yield chain
