"""How many: ``quantity`` as a whole number."""

from __future__ import annotations

import re

from nlu.counters import COUNTERS_EN, COUNTERS_KO, SINO_COUNTERS
from nlu.numbers import COUNTED_NATIVE, DIGITS, ENGLISH, FREE_NATIVE, NATIVE, SINO, number
from nlu.values import Value

MOST = 999
"""More of one thing than this is no order but a slip."""

_KO = "|".join(sorted(COUNTERS_KO, key=len, reverse=True))
_SINO_KO = "|".join(SINO_COUNTERS)
_EN = "|".join(COUNTERS_EN)
_NOT_INSIDE = r"(?<![\d.,:])"
_PARTICLE = r"(?=$|[\s,.!?~]|씩|만|요|이요|이랑|랑|하고|로|으로|더|정도|도|주|추가|포장|배달|만요|는|은|를|을|가|이|와|과|에|예|여|시|할|있|담|부탁|짜리|플리즈|바꿔|빼|준|너|넣)"
_KOREAN = re.compile(
    rf"{_NOT_INSIDE}(?:"
    rf"(?P<counted>{DIGITS}|{COUNTED_NATIVE})\s?(?:{_KO})(?!(?<=포)장|(?<=알)[려아]|(?<=줄)(?:[여어게까래]|이[고자기는세])|(?<=단)무|(?<=모)[두든]|(?<=장)바|(?<=판)매|(?<=통)화|(?<=근)처|(?<=병)원)(?![가-힣]*\s?번째)(?!월)"
    rf"|(?P<sino>{SINO})\s?(?:{_SINO_KO})"
    rf"|(?<![가-힣])(?P<free>{FREE_NATIVE})(?!\s다(?:\s|$)){_PARTICLE}"
    rf"|(?<=[가-힣])(?P<stuck>하나|둘|셋|넷|다섯){_PARTICLE}"
    rf"|(?P<bare>{DIGITS})(?!\s?(?:시|분|원|월|일|층|호|번|동|점|%|퍼|k|천|만|백|년|주|인분|명|살|세대|cm|g|kg|ml|l\b|[a-z]|[-:./]\d|-))"
    rf")"
)
_ENGLISH = re.compile(
    rf"(?<![\w.,:#$₩-])(?:(?P<number>{DIGITS}|{ENGLISH})(?:\s?x\b|\s+(?:{_EN})(?:\s+of)?\b|\b)"
    rf"(?!\s?(?:am\b|pm\b|a\.m|p\.m|o'?clock|min|hour|hr|km|won|krw|%|:|stars?\b|st\b|nd\b|rd\b|th\b|k\b|[-./:]\d|days?\b|weeks?\b))"
    rf"|x\s?(?P<times>\d{{1,3}})\b"
    rf"|(?P<one>an?)\s+(?:{_EN})\s+of\b)"
)
_AMOUNT = re.compile(
    rf"(?:{DIGITS}|{COUNTED_NATIVE}|{SINO}|반)?(?:{_KO})|{DIGITS}|{NATIVE}|(?:{ENGLISH}|half)?(?:{_EN})?"
)
_AMOUNTS_WITHIN = re.compile(rf"(?:{DIGITS}|{COUNTED_NATIVE})(?:{_KO})+")
_COUNTED_END = re.compile(rf"\s+(?:{DIGITS}|{COUNTED_NATIVE})\s?(?:{_KO})(?:\s?세트)?$")
_KOREAN_HINT = re.compile(r"[\d하한둘두세셋석서네넷넉너다여일열스서마쉰예칠아오육이삼사팔구십백]")
_ENGLISH_HINT = re.compile(r"[a-z\d]")
_BARE_SINO = re.compile(
    rf"\s*(?P<number>{SINO}|{NATIVE}|{DIGITS})\s*(?:개|요|이요|개요|로|으로|입니다|예요|이에요|만|만요)*[\s.!~]*$"
)
_BARE_ENGLISH = re.compile(
    rf"\s*(?:just |only )?(?P<number>{ENGLISH}|{DIGITS}|an?)(?:\s+(?:please|pls|of them))?[\s.!]*$"
)


def find_quantities(text: str) -> list[Value]:
    """``quantity`` values, both languages at once."""
    found: list[Value] = []
    for pattern, hint in ((_KOREAN, _KOREAN_HINT), (_ENGLISH, _ENGLISH_HINT)):
        if not hint.search(text):
            continue
        for match in pattern.finditer(text):
            words = next((group for group in match.groups() if group), "")
            value = number(words)
            if value is not None and 0 <= value <= MOST and not _overlaps(found, match):
                found.append(Value("quantity", value, match.start(), match.end()))
    found.sort(key=lambda value: value.start)
    return found


def bare_quantity(text: str) -> Value | None:
    """The number when the whole text is one, read generously because a quantity was asked for: 이, 셋이요, three."""
    for pattern in (_BARE_SINO, _BARE_ENGLISH):
        match = pattern.match(text)
        value = number(match["number"]) if match else None
        if match and value is not None and 0 <= value <= MOST:
            return Value("quantity", value, match.start("number"), len(text.rstrip(" .!~")))
    return None


def is_amount(words: str) -> bool:
    """Whether words (reading form, spaces out) are no more than a number, a counter, or both: 두마리, 세트, two."""
    return bool(_AMOUNT.fullmatch(words))


def amounts_within(words: str) -> list[tuple[int, int]]:
    """The spans of amounts in a name (reading form, spaces out): 두마리세트 of 통닭두마리세트."""
    return [match.span() for match in _AMOUNTS_WITHIN.finditer(words)]


def without_amount(name: str) -> str:
    """A dish's name (reading form) without the amount at its end: 후라이드 of "후라이드 한 마리"."""
    bare = _COUNTED_END.sub("", name)
    return bare if len(bare) > 1 else name


def _overlaps(found: list[Value], match: re.Match[str]) -> bool:
    return any(match.start() < value.end and value.start < match.end() for value in found)
