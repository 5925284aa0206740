"""Amounts of money: ``money`` in won as a whole number; dollars as text ("5.00 USD"), so that nobody takes them for won.

``limit`` says which side of an amount is meant ("at_most", "at_least", "about", "range" for 2만원대), ``change`` where
a price is to go ("up" or "down" by the amount, "to" it).
"""

from __future__ import annotations

import re

from nlu.numbers import DIGITS, ENGLISH, MIXED, number
from nlu.patterns import Pattern
from nlu.values import Value

MOST = 10**12
_LEAST_SPELT = 10
"""공원 is a park, 사원 somebody who works there: fewer won are never spelt out."""
_SINO = "영공일이삼사오육륙칠팔구십백천만억"
_WORDS = rf"(?<![가-힣])(?:[{_SINO}][{_SINO}\s]*)"
_DECIMAL = r"\d{1,4}\.\d{1,2}"
_MONEY = Pattern(
    rf"(?<![\d,.])(?:[₩￦]\s?(?P<sign>{DIGITS})"
    rf"|(?:us)?\$\s?(?P<dollars>\d{{1,6}}(?:,\d{{3}})*(?:\.\d{{1,2}})?)"
    rf"|(?P<tens>{_DECIMAL})\s?(?P<scale>[만천])(?:\s?원)?"
    rf"|(?P<word>{MIXED}|{DIGITS}|{_WORDS})\s?(?:원(?![룸산조두칙래가장])|won\b|krw\b)"
    rf"|(?P<bucks>{_DECIMAL}|{DIGITS}|\b{ENGLISH}|\ba)\s?(?:bucks?\b|dollars?\b|usd\b)"
    rf"|(?!이불)(?P<bul>{_DECIMAL}|{DIGITS}|{_WORDS})\s?(?:달러|불(?![고닭족맛편만]))"
    rf"|(?P<thousands>\d{{1,4}}(?:\.\d{{1,2}})?)k(?:\s?won)?\b"
    rf"|(?P<english>\b{ENGLISH})\s(?:won|krw)\b"
    rf"|(?P<unit>\d+\s?만(?:\s?\d\s?천)?(?:\s?\d\s?백)?|\d+\s?천(?:\s?\d\s?백)?|(?<![가-힣])[{_SINO[2:12]}]?만\s?(?:[{_SINO[2:12]}]?\s?천|[{_SINO[3:12]}]천\s?[{_SINO[3:12]}]?백))"
    rf"(?!\s?(?:개|잔|명|장|송이|마리|병|권))(?=\s|$|[,.!?~]|짜리|에|으로|로|이상|이하|미만|까지|쯤|정도|대(?![가-힣])|안으로|안쪽|넘|이?요|입니다|예요|이에요|인데|씩|만|도))"
)
_HINT = Pattern(r"원|₩|￦|\$|won|krw|usd|\dk|\d\s?[만천]|만\s?[가-힣]?\s?천|buck|dollar|달러|불")
_ROUND = r"(?:\d{1,3}(?:,\d{3})+|[1-9]\d{1,5}0)(?![\d,:]|\.\d|\s?(?:원|won|krw|개|잔|번|호|분|시|g\b|ml|am|pm|min|hour|o'|pcs|pieces|times|%))"
"""As prices are: down to tens."""
_BARE = Pattern(rf"(?<![\d,.:#-])(?<![a-z])(?P<amount>{_ROUND})")
_OLD = Pattern(r"\b(?:from|isn'?t|not|instead of|rather than|was|were)\s(?!today|now)$")
_TILL_NOW = Pattern(r"\s?(?:→|->|=>|에서|말고|이?던|\s(?:to \d|anymore|before))")
"""What a dish cost so far: the bot puts the first amount."""
_PRICE = Pattern(
    r"가격|값|받(?:을|아|으|자|습|는)|올려|올릴|내려|내릴|바꿔|바꿀|변경|고쳐|팔(?:게|자|아|고|래)|\d\s?(?:으로|로)(?:$|[\s,.!요])|에\s?(?:팔|해|받)|[가-힣]\s?\d[\d,]+\s?[.!]?$|→|->|="
    r"|\b(?:prices?|priced|make|making|set|put|charge|charging|sell|selling|costs?|should be|will be|(?:is|are|it's) (?:now )?\d|now|from \d|from (?:today|now|tomorrow)|to \d|at \d|for \d|by \d|up|down|add|take|knock|extra|off|more|less|expensive|cheaper|instead of|rather than|anymore)\b"
)
_CHANGE = Pattern(
    r"(?P<to>(?<=원)으로|(?<=[\d천만백])(?:으로|로)|\bto\b(?=\s(?:₩\s?)?\d)|\b(?:is now|now costs?|will be|costs?)\b)"
    r"|(?P<up>올려|올릴|올렸|올립|올린|올리|인상|더\s?받|추가\s?로\s?받|비싸게|\b(?:rais|increas|add\b|up\b|more expensive|bump)(?:e[ds]?|ing|es)?)"
    r"|(?P<down>내려|내릴|내렸|내립|내린|내리|인하|할인|깎|깍|낮춰|낮출|낮추|싸게|세일|\b(?:lower|reduc|drop|cut|decreas|discount|off\b|cheaper|less\b|knock)(?:e[ds]?|ing|s)?)"
)
_LIMIT_AFTER = Pattern(
    r"\s?(?:짜리)?\s?(?:(?P<range>대)(?![가-힣]{2})|(?P<at_most>이하|미만|안으로|안쪽|아래|밑으로|안\s?넘|까지|or (?:less|under|below)|max\b|tops\b|and under)"
    r"|(?P<at_least>이상|넘|부터|초과|or (?:more|over|above)|and up|minimum|at least)|(?P<about>정도|쯤|내외|안팎|or so|ish\b))"
)
_LIMIT_BEFORE = Pattern(
    r"\b(?:(?P<at_most>under|below|less than|cheaper than|at most|up to|max(?:imum)?|within|no more than)"
    r"|(?P<at_least>over|above|more than|at least|min(?:imum)?|from)|(?P<about>about|around|roughly))\s$|(?P<about_ko>(?<![가-힣])(?:약|한))\s?$"
)


def find_money(text: str, *, merchant: bool = False) -> list[Value]:
    """``money`` values: 18,000원, 2만3천원, 만오천 원, ₩500, 23k, $5. A shop's bare "5500으로" is a price as well."""
    found: list[Value] = []
    if _HINT.search(text):
        for match in _MONEY.finditer(text):
            amount = _amount(match)
            if amount is not None:
                end = match.end() - (len(match[0]) - len(match[0].rstrip()))
                found.append(Value("money", amount, match.start(), end))
    if merchant and not found:
        found += _bare(text)
    return found


def find_limits(text: str, amounts: list[Value]) -> list[Value]:
    """``limit`` values beside ``amounts``: 만원 이하, 2만원대, under 10k."""
    found: list[Value] = []
    for amount in amounts:
        match = _LIMIT_AFTER.match(text, amount.end) or _LIMIT_BEFORE.search(text, 0, amount.start)
        if match and match.lastgroup:
            first, last = match.span(match.lastgroup)
            found.append(Value("limit", match.lastgroup.removesuffix("_ko"), first, last))
    return found


def find_changes(text: str, amounts: list[Value]) -> list[Value]:
    """The ``change`` of a price, "to" before the others: 5천원으로 올려줘 is to, 500원 올려줘 up, 500원 할인 down."""
    if not amounts:
        return []
    kinds = {match.lastgroup: match for match in reversed(list(_CHANGE.finditer(text))) if match.lastgroup}
    for kind in ("to", "up", "down"):
        match = kinds.get(kind)
        if match is not None:
            return [Value("change", kind, match.start(), match.end())]
    return []


def _bare(text: str) -> list[Value]:
    if not (_CHANGE.search(text) or _PRICE.search(text)):
        return []
    new = (
        match
        for match in _BARE.finditer(text)
        if not _OLD.search(text, 0, match.start()) and not _TILL_NOW.match(text, match.end())
    )
    found = ((number(match["amount"]), match.span("amount")) for match in new)
    return [Value("money", amount, *span) for amount, span in found if amount is not None and 100 <= amount <= MOST]


def _amount(match: re.Match[str]) -> int | str | None:
    if match["dollars"] or match["bucks"] or match["bul"]:
        return _dollars(match["dollars"] or match["bucks"] or match["bul"])
    if match["thousands"]:
        return round(float(match["thousands"]) * 1000)
    if match["tens"]:
        return round(float(match["tens"]) * (10_000 if match["scale"] == "만" else 1000))
    amount = number((match["sign"] or match["word"] or match["unit"] or match["english"]).strip())
    spelt = match["word"] is not None and not re.search(r"\d", match["word"])
    return amount if amount is not None and (_LEAST_SPELT if spelt else 0) <= amount <= MOST else None


def _dollars(words: str) -> str | None:
    if "." in words:
        return f"{float(words.replace(',', '')):.2f} USD"
    amount = number(words.strip())
    return None if amount is None else f"{amount}.00 USD"
