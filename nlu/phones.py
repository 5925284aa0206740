"""Telephone numbers: ``phone`` as digits with hyphens (010-1234-5678), Korea's country code turned to a leading 0.

Of other countries as "+" and digits (+14155552671). Digits may be read out (공일공 일이삼사 오육칠팔).
"""

from __future__ import annotations

import re

from nlu.numbers import spoken_digits
from nlu.patterns import Pattern
from nlu.values import Value

_GAP = r"[\s.)-]{0,3}(?:에\s|의\s)?"
_AREA = r"01[016789]|02|0[3-6][1-5]|070|080|050\d"
_PHONE = Pattern(
    rf"(?<![\d-])(?:\+?82[\s.-]?\(?0?\)?(?P<abroad>1[016789]|2|[3-6][1-5]|70)|\(?(?P<area>{_AREA})|(?P<short>1[568]\d\d)){_GAP}(?P<middle>\d{{3,4}})(?:{_GAP}(?P<last>\d{{4}}))?(?!\d)"
)
_FOREIGN = Pattern(r"(?<![\d+])\+(?!82)[1-9](?:[\s().-]{0,2}\d){7,14}(?!\d)")
_D = r"[영공일이삼사오육륙칠팔구0-9]"
_READ_OUT = Pattern(rf"(?<![가-힣\d])(?:[공영0]일[공영0일육칠팔구]){_GAP}{_D}{{3,4}}{_GAP}{_D}{{4}}(?![\d])")
_HINT = Pattern(r"\d{3}|\+\d|[공영]일")


def find_phones(text: str) -> list[Value]:
    """``phone`` values: Korean mobile, area code or 15xx-xxxx, in digits or read out; international with its plus."""
    found: list[Value] = []
    if not _HINT.search(text):
        return found
    for match in _PHONE.finditer(text):
        digits = _digits(match)
        if digits is not None:
            found.append(Value("phone", digits, *match.span()))
    for match in _FOREIGN.finditer(text):
        found.append(Value("phone", "+" + spoken_digits(match[0]), *match.span()))
    for match in _READ_OUT.finditer(text):
        digits = spoken_digits(match[0].replace("에 ", "").replace("의 ", ""))
        found.append(Value("phone", f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}", *match.span()))
    return found


def _digits(match: re.Match[str]) -> str | None:
    if match["short"]:
        whole = len(match["middle"]) == 4 and not match["last"]
        return f"{match['short']}-{match['middle']}" if whole else None
    if not match["last"]:
        return None
    area = match["area"] or "0" + match["abroad"]
    return f"{area}-{match['middle']}-{match['last']}"
