"""A first menu as a shop owner types it: "김밥 3500원, 라면 4천5백원", "kimbap 3500, ramyeon 4500"."""

from __future__ import annotations

import re
import unicodedata

from nlu.patterns import Pattern

MOST = 30
LONGEST_NAME = 60
LARGEST = 10**9
"""No price reaches this many minor units."""

_THOUSANDS = Pattern(r"(?<=\d),(?=\d{3}(?!\d))")
_PRICE = Pattern(
    r"(?P<before>[₩$]\s*)?(?<![\d.])"
    r"(?:"
    r"(?:(?P<man>\d+(?:\.\d+)?)\s*만\s*)?(?:(?P<thousand>\d+(?:\.\d+)?)\s*천\s*)?(?:(?P<hundred>\d)\s*백\s*)?"
    r"(?P<plain>\d+(?:\.\d{1,2})?)?(?<=[\d만천백])"
    r"|(?P<written>[일이삼사오육칠팔구]?만(?:\s*[일이삼사오육칠팔구]?천)?(?:\s*[일이삼사오육칠팔구]?백)?"
    r"|[일이삼사오육칠팔구]?천(?:\s*[일이삼사오육칠팔구]?백)?)(?=\s*원)"
    r")"
    r"(?:[ \t]*(?P<unit>원|won\b|krw\b|k\b|usd\b|dollars?\b))?(?:이에요|예요|입니다|이요|요|짜리|이고요|이고|씩)?",
    re.IGNORECASE,
)
_AROUND = Pattern(r"^[\s:=\-–·,.;/]+|[\s:=\-–₩$·,.;/(]+$")
_TOPIC = Pattern(r"(?<=[가-힣])(?:은|는)\s*$|(?<=[a-z])\s(?:is|are|costs?|for|at)\s*$", re.IGNORECASE)
_LEADING = Pattern(r"^(?:(?:그리고|하고|and|we have|we sell|the|our|a|an)\s+)+", re.IGNORECASE)
_DIGITS = {digit: value for value, digit in enumerate("일이삼사오육칠팔구", 1)}
_UNITS = {"만": 10000, "천": 1000, "백": 100}


def parse_priced_dishes(text: str, minor_digits: int = 0) -> list[tuple[str, int]]:
    """Names with prices in minor units (``minor_digits`` 0 for won, 2 for dollars); empty when any part has none.

    A name is what stands before a price that ends a part, so that "1인 세트 9000원" is "1인 세트".
    """
    said = _THOUSANDS.sub("", unicodedata.normalize("NFC", text)).strip()
    dishes: list[tuple[str, int]] = []
    begins = 0
    for found in _PRICE.finditer(said):
        name = _name(said[begins : found.start()])
        price = _price(found, minor_digits)
        if not name or not price or not _ends_a_part(said, found, minor_digits):
            continue
        dishes.append((name, price))
        begins = found.end()
    left = _name(said[begins:])
    if left or any(len(name) > LONGEST_NAME for name, _ in dishes):
        return []
    return dishes[:MOST]


def _ends_a_part(said: str, found: re.Match[str], minor_digits: int) -> bool:
    """Whether the number is a price: it has its unit, or a separator or the end comes after it."""
    if found["unit"] or found["before"] or found["man"] or found["thousand"] or found["written"]:
        return True
    rest = said[found.end() :]
    separated = re.match(r"\s*(?:[,;\n/·]|그리고|하고|\band\b|$)", rest, re.IGNORECASE)
    return bool(separated) or (minor_digits == 0 and len(found["plain"] or "") >= 4)


def _name(raw: str) -> str:
    return _LEADING.sub("", _TOPIC.sub("", _AROUND.sub("", raw)).strip()).strip()


def _price(found: re.Match[str], minor_digits: int) -> int | None:
    if found["written"]:
        amount: float = _written(found["written"])
    else:
        parts = [(found["man"], 10000), (found["thousand"], 1000), (found["hundred"], 100), (found["plain"], 1)]
        amount = sum(float(digits) * scale for digits, scale in parts if digits)
    if (found["unit"] or "").lower() == "k":
        amount *= 1000
    price = round(amount * 10**minor_digits)
    return price if 0 < price < LARGEST else None


def _written(words: str) -> int:
    """ "삼천오백" → 3500."""
    total, digit = 0, 1
    for letter in words.replace(" ", ""):
        if letter in _UNITS:
            total += digit * _UNITS[letter]
            digit = 1
        else:
            digit = _DIGITS[letter]
    return total
