"""A first menu as a shop owner types it: "김밥 3500원, 라면 4천5백원", "kimbap 3500, ramyeon 4500"."""

from __future__ import annotations

import re
import unicodedata

MOST = 30
LONGEST_NAME = 60

_PART = re.compile(r"\s*(?:[,;\n·/]|그리고|\band\b)\s*(?!\d{3}\b)")
_PRICE = re.compile(
    r"(?P<name>.*?\D)[\s:=]*[₩$]?\s*"
    r"(?:(?P<man>\d+(?:\.\d+)?)\s*만\s*)?(?:(?P<thousand>\d+(?:\.\d+)?)\s*천\s*)?(?:(?P<hundred>\d)\s*백\s*)?"
    r"(?P<plain>\d[\d,]*(?:\.\d{1,2})?)?\s*(?P<unit>원|won|krw|k|usd|dollars?)?\s*$",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[\s:=\-–₩$]+$|(?<=[가-힣])\s*(?:은|는)\s*$")


def parse_priced_dishes(text: str, minor_digits: int = 0) -> list[tuple[str, int]]:
    """Names with prices in minor units (``minor_digits`` 0 for won, 2 for dollars); empty when any part has none."""
    said = unicodedata.normalize("NFC", text)
    dishes: list[tuple[str, int]] = []
    for part in _PART.split(re.sub(r"(?<=\d),(?=\d{3}\b)", "", said)):
        if not part.strip():
            continue
        found = _PRICE.match(part.strip())
        price = _price(found, minor_digits) if found else None
        name = _TRAILING.sub("", found["name"]).strip() if found else ""
        if price is None or not name or len(name) > LONGEST_NAME:
            return []
        dishes.append((name, price))
    return dishes[:MOST]


def _price(found: re.Match[str], minor_digits: int) -> int | None:
    parts = [(found["man"], 10000), (found["thousand"], 1000), (found["hundred"], 100), (found["plain"], 1)]
    if all(digits is None for digits, _ in parts):
        return None
    amount = sum(float(digits.replace(",", "")) * scale for digits, scale in parts if digits)
    if (found["unit"] or "").lower() == "k":
        amount *= 1000
    price = round(amount * 10**minor_digits)
    return price if 0 < price < 10**9 else None
