"""Ratings: ``stars`` from 1 to 5."""

from __future__ import annotations

from nlu.numbers import number
from nlu.patterns import Pattern
from nlu.values import Value

_STARS = Pattern(
    r"(?P<signs>[★⭐🌟]{1,5})"
    r"|(?<![가-힣])별\s?점?\s?(?P<ko>[1-5]|하나|한|둘|두|셋|세|넷|네|다섯|일(?!곱)|이|삼|사|오)(?:\s?(?:개|점))?(?![0-9])(?!(?<=별일|별이|별사)\s?(?:[없있은이를가]|$|[.?!]))"
    r"|(?<![\d.])(?P<points>[1-5]|[일이삼사오]|(?<![가-힣])[한두세네]|(?<![가-힣])다섯)\s?점(?!심)(?:\s?만점)?(?=$|[\s.,!~]|이|요|드|줄|주|입|만|짜|정도|밖|을|만큼)"
    r"|(?P<full>만점|\bfull marks\b|\btop marks\b)"
    r"|\b(?P<en>[1-5]|one|two|three|four|five)[\s-]?stars?\b"
    r"|(?<![\d/])(?P<over>[1-5])\s?/\s?5(?![\d/])"
    r"|\b(?P<out>[1-5]|one|two|three|four|five) out of (?:5|five)\b"
)
_HINT = Pattern(r"[★⭐🌟별점/]|star|out of|marks")


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


_RATED_KO = Pattern(
    r"(?<![가-힣\d])(?P<ko>[1-5]|하나|한|둘|두|셋|세|넷|네|다섯)\s?개?(?=\s?(?:만|도|다|밖에|정도|는|꾹|꽉|로)?\s?(?:줄|드|준|줬|눌|누|주|못|아까)|이?요|\s?(?:$|[.!~,]))"
)
_RATED_EN = Pattern(
    r"\b(?P<en>[1-5]|one|two|three|four|five)\b(?=\s*(?:$|[.!,;~])|\s(?:from me|for me|from us|overall|at best|i'?d say|because|cause|but|and that))"
)


def rated(text: str) -> list[Value]:
    """``stars`` said as a bare number by somebody who rates: 다섯 개 줄게요, "a solid four"."""
    for pattern in (_RATED_KO, _RATED_EN):
        for match in pattern.finditer(text):
            stars = number(match[1])
            if stars is not None:
                return [Value("stars", stars, *match.span())]
    return []
