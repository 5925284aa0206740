"""Ratings: ``stars`` from 1 to 5."""

from __future__ import annotations

import re

from nlu.numbers import number
from nlu.values import Value

_STARS = re.compile(
    r"(?P<signs>[★⭐🌟]{1,5})"
    r"|별\s?점?\s?(?P<ko>[1-5]|하나|한|둘|두|셋|세|넷|네|다섯|일|이|삼|사|오)(?:\s?(?:개|점))?(?![0-9])"
    r"|(?<![\d.])(?P<points>[1-5]|[일이삼사오])\s?점(?!심)(?:\s?만점)?(?=$|[\s.,!~]|이|요|드|줄|주|입|만|짜)"
    r"|(?P<full>만점)"
    r"|\b(?P<en>[1-5]|one|two|three|four|five)[\s-]?stars?\b"
    r"|(?<![\d/])(?P<over>[1-5])\s?/\s?5(?![\d/])"
    r"|\b(?P<out>[1-5]|one|two|three|four|five) out of (?:5|five)\b"
)
_HINT = re.compile(r"[★⭐🌟별점/]|star|out of")


def find_stars(text: str) -> list[Value]:
    """``stars`` values: 별 다섯 개, 4점, ★★★, five stars, 4/5."""
    found: list[Value] = []
    if not _HINT.search(text):
        return found
    for match in _STARS.finditer(text):
        if match["signs"]:
            stars: int | None = len(match["signs"])
        elif match["full"]:
            stars = 5
        else:
            stars = number(match["ko"] or match["points"] or match["en"] or match["over"] or match["out"])
        if stars is not None and 1 <= stars <= 5:
            found.append(Value("stars", stars, match.start(), match.end()))
    return found
