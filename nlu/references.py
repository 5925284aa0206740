"""Words that speak of lines said before: the rest, both of them, the second one, each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.fillers import Spanned
from nlu.patterns import Pattern
from nlu.values import any_in

_OF_THEM = r"(?:그\s?중(?:에서?|에)?\s?|거기서\s?)"
_REST = Pattern(
    rf"{_OF_THEM}?(?:나머지|남은\s?(?:거|건|것|하나|한)|(?:또\s)?다른\s?(?:하나|한\s?\S|두\s?\S|거|건))|\bthe (?:other|rest|others|remaining)\b|(?<=[,;] )(?:rest|other)\b|\bother one\b"
)
_BOTH = Pattern(r"둘\s?다|두\s?(?:개|잔|그릇|마리|판|줄)\s?(?:모두|다)(?=\s)|\bboth\b|\b(?:each|either) of them\b")
_ALL = Pattern(
    r"(?:셋|넷|세\s?\S|네\s?\S)\s?다(?=\s)|모두|전부|싹\s?다|(?<![가-힣])다(?=\s)|\ball of (?:them|it|those)\b|\ball(?= (?:large|small|medium|regular|iced|hot|decaf|with|to go|warmed|heated|toasted|cut))\b|\beverything\b|\bthem all\b|\bevery(?:body|(?:\s(?:single|last))?\s?one)\b|\beach (?:\w+ )?(?=(?:in|with)\b)|\beach one\b|\b(?:on|in|for|with) all(?=$|[ ,.!])|\bthe lot\b|\ball in(?= [a-z])"
)
_ALL_OF = Pattern(r"\b(?:all|each|everything)(?: in| with| on| of them| be| to be)? $")
_EACH = Pattern(r"씩|각각|각자|(?<![가-힣])각(?=\s?(?:하나|한|두|세|\d))|\beach\b|\bapiece\b|\bof each\b")
_NTH = Pattern(
    r"(?P<ko>첫|두|둘|세|셋|네|넷)\s?번?째\s?(?:거|것|건|껀|잔|메뉴|음료)?|\bthe (?P<en>first|second|third|fourth|last)(?: one)?\b|(?P<last>마지막)\s?(?:거|것|건|껀)"
)
_ORDINALS = {
    "첫": 0, "두": 1, "둘": 1, "세": 2, "셋": 2, "네": 3, "넷": 3,
    "first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "마지막": -1,
}  # fmt: skip
_SAME = Pattern(r"(?:똑같|같은\s?(?:걸|거|것)|마찬가지|동일)|\bsame\b")
_SAME_AGAIN = Pattern(
    r"\bthe same (?:again|once more|one more time)\b|\bsame again\b|\bthe same(?= but\b)|(?:똑같은|같은)\s?(?:거|걸|것)(?:로|으로)?\s?(?:하나\s?더|한\s\S\s더|또)|똑같은데\s"
)
_MORE = Pattern(r"(?<!니)(?<!좀\s)더(?=$|[\s요.,!주])|추가|\b(?:more|another)\b")
_BEGINS = Pattern(
    rf"{_OF_THEM}(?=하나|한|두|세|\d)|{_REST.pattern}|둘\s?다(?=\s)|셋\s?다(?=\s)"
    r"|(?:첫|두|세|네)\s?번째\s?(?:거|것|건|껀|잔|메뉴|음료)?(?=[은는\s])|\bboth(?= (?!an?\b|the\b))|\bone of (?:them|those|the)\b|\bthe (?:first|second|third|last)(?: one\b|(?= (?:with|in|is|as|to be)\b))|\ball of them\b"
)
_BEGINS_HINT = ("중", "거기서", "나머지", "남은", "다른", "둘", "셋", "번째", "rest", "other", "remaining", "both", "one of", "first", "second", "third", "last", "all of")  # fmt: skip
_ALL_HINT = ("다", "모두", "전부", "all", "every", "each", "the lot")
_LISTED_ALL = Pattern(r"(?:모두|전부|다|각각?|각자|all)\s?$")


def begins_reference(text: str) -> list[int]:
    """Where such words begin that open a stretch of their own."""
    return [match.start() for match in _BEGINS.finditer(text)] if any_in(_BEGINS_HINT, text) else []


def means_rest(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is about what an earlier number left over."""
    return bool(_REST.search(text, start, end))


def how_many_lines(text: str, start: int, end: int, options: Sequence[Spanned] = ()) -> int | None:
    """2 for "둘 다", 0 for "전부" (every line), None when no lines are spoken of together. ``options`` are said in
    between: "all medium"."""
    if _BOTH.search(text, start, end):
        return 2
    if any(_ALL_OF.search(text, start, option.start) or text.startswith(" each", option.end) for option in options):
        return 0
    return 0 if any_in(_ALL_HINT, text) and _ALL.search(text, start, end) else None


def nth_line(text: str, start: int, end: int) -> int | None:
    """The index of the line spoken of: 0 for "첫 번째 거", -1 for the last."""
    match = _NTH.search(text, start, end)
    if match is None:
        return None
    return _ORDINALS[match["ko"] or match["en"] or match["last"]]


def means_same(text: str, start: int, end: int) -> bool:
    """Whether what was said of one line is to hold for another."""
    return bool(_SAME.search(text, start, end))


def means_same_again(text: str, start: int, end: int) -> bool:
    """Whether another is wanted like the line before, or but for what is said next: "the same again but plain"."""
    return bool(_SAME_AGAIN.search(text, start, end))


def means_more(text: str, start: int, end: int) -> bool:
    """Whether a number is to be added to what there is."""
    return bool(_MORE.search(text, start, end))


def counts_each(text: str, start: int, end: int, number_start: int, number_end: int) -> bool:
    """Whether the number counts every dish of the list: "하나씩", "각 하나", "전부 두 개", "one of each"."""
    if _EACH.match(text, number_end) or text[number_start:number_end].endswith("씩"):
        return True
    before = text[start:number_start]
    if _LISTED_ALL.search(before) or _EACH.search(before[-6:]):
        return True
    return bool(re.match(r"\s?(?:of\s)?(?:each|apiece)\b", text[number_end:end]))
