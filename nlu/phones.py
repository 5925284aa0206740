"""Telephone numbers: ``phone`` as digits with hyphens (010-1234-5678), the country code turned to a leading 0."""

from __future__ import annotations

import re

from nlu.values import Value

_PHONE = re.compile(
    r"(?<![\d-])(?:\+?82[\s-]?\(?0?\)?(?P<abroad>\d{1,2})|(?P<area>0\d{1,2})|(?P<short>1[568]\d\d))[\s.)-]*(?P<middle>\d{3,4})(?:[\s.-]*(?P<last>\d{4}))?(?!\d)"
)
_HINT = re.compile(r"\d{3}")


def find_phones(text: str) -> list[Value]:
    """``phone`` values of Korean numbers: mobile, area code, or 15xx-xxxx."""
    found: list[Value] = []
    if not _HINT.search(text):
        return found
    for match in _PHONE.finditer(text):
        digits = _digits(match)
        if digits is not None:
            found.append(Value("phone", digits, match.start(), match.end()))
    return found


def _digits(match: re.Match[str]) -> str | None:
    if match["short"]:
        whole = len(match["middle"]) == 4 and not match["last"]
        return f"{match['short']}-{match['middle']}" if whole else None
    if not match["last"]:
        return None
    area = match["area"] or "0" + match["abroad"]
    return f"{area}-{match['middle']}-{match['last']}"
