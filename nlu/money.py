"""Amounts of won: ``money`` as a whole number of minor units (a won has none below it)."""

from __future__ import annotations

import re

from nlu.numbers import DIGITS, MIXED, number
from nlu.values import Value

MOST = 10**12
_MONEY = re.compile(
    rf"(?<![\d,.])(?:₩\s?(?P<sign>{DIGITS})"
    rf"|(?P<word>{MIXED}|{DIGITS}|(?<![가-힣])[영공일이삼사오육칠팔구십백천만억][영공일이삼사오육칠팔구십백천만억\s]*)\s?(?:원|won\b|krw\b)"
    rf"|(?P<thousands>\d{{1,4}}(?:\.\d)?)k\b"
    rf"|(?P<unit>\d+\s?[만천](?:\s?\d\s?천)?)(?=\s|$|짜리|에|으로|이상|이하|까지|쯤|정도))"
)
_HINT = re.compile(r"원|₩|won|krw|\dk|\d\s?[만천]")


def find_money(text: str) -> list[Value]:
    """``money`` values: 18,000원, 2만3천원, 만오천 원, ₩500, 23k."""
    found: list[Value] = []
    if not _HINT.search(text):
        return found
    for match in _MONEY.finditer(text):
        if match["thousands"]:
            amount: int | None = round(float(match["thousands"]) * 1000)
        else:
            amount = number((match["sign"] or match["word"] or match["unit"]).strip())
        if amount is not None and 0 <= amount <= MOST:
            found.append(Value("money", amount, match.start(), match.end()))
    return found
