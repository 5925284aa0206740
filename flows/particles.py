"""Korean particles after any word, also one in Latin letters, so that no "이(가)" is ever shown."""

from __future__ import annotations

import re
from functools import lru_cache

import tossi

PARTICLES = frozenset(
    [
        "이",
        "가",
        "은",
        "는",
        "을",
        "를",
        "와",
        "과",
        "으로",
        "로",
        "이에요",
        "예요",
        "이나",
        "나",
        "이랑",
        "랑",
        "이라고",
        "라고",
    ]
)

_HANGUL_OR_DIGIT = re.compile(r"[가-힣0-9]")
_LATIN = re.compile(r"[A-Za-z]+$")
_LETTERS_WITH_CODA = {"L": "엘", "M": "엠", "N": "엔", "R": "알"}
_ENDINGS = (
    ("알", re.compile(r"(?:l|le)$")),
    ("음", re.compile(r"(?:m|n|ng|me|ne|gn)$")),
    ("옥", re.compile(r"(?:ck|ook|(?:^|[^aeiou])[aeiou][pktcb])$")),
)
_OPEN = "아"
_UNIT = re.compile(r"\d\s*(?:%|[kcm]?m|m?l|(?P<gram>k?g))$", re.IGNORECASE)
"""Units after a number are read out: 미터, 퍼센트, 리터 end open, 그램 does not."""


def _sounds_like(word: str) -> str:
    """A Hangul syllable that ends as ``word`` does when read aloud in Korean."""
    latin = _LATIN.search(word)
    if latin is None:
        return _OPEN
    tail = latin.group()
    if tail.isupper() or len(tail) == 1:
        return _LETTERS_WITH_CODA.get(tail[-1].upper(), _OPEN)
    return next((syllable for syllable, ending in _ENDINGS if ending.search(tail.lower())), _OPEN)


@lru_cache(maxsize=4096)
def particle(word: str, form: str) -> str:
    """The shape of the particle ``form`` that fits after ``word``, such as 는 for ("콜라", "은")."""
    bare = re.sub(r"\([^()]*\)\s*$", "", word) or word
    unit = _UNIT.search(bare)
    if unit is not None:
        return str(tossi.pick("그램" if unit["gram"] else _OPEN, form))
    bare = re.sub(r"[\W_]+$", "", bare)
    sounded = bare if bare and _HANGUL_OR_DIGIT.match(bare[-1]) else _sounds_like(bare)
    return str(tossi.pick(sounded, form))
