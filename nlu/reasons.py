"""Why a merchant can't take an order: ``reason`` in the merchant's words, the refusal itself left away."""

from __future__ import annotations

import itertools

from nlu.patterns import Pattern
from nlu.values import Value
from nlu.written import has_hangul

_VERB_END = r"(?:요|다|니다|게|게요|네|네요|죠|소|유|예|더|데이|어|아|지|음|함|해|돼|가|쪄|겠어|겠습니다|겠네|겠네요)"
_REFUSAL_KO = Pattern(
    r"(?:(?:이번|이|그|저)\s?(?:주문|건|거|것)[은을이도]?\s?)?(?:(?:주문|예약|배달)[은을이도]?\s?)?(?:거절|거부|반려|사양|취소)\S*(?:\s?(?:처리\S*|시켜\S*|할\S*|해\S*|합니다|드\S*))?(?:\s?주\S+)?"
    rf"|(?:(?:이번|이|그|저)\s?(?:주문|건|거|것)[은을이도]?\s)?(?:지금은?\s?|오늘은?\s?|더는?\s)?(?:(?:주문|예약|배달)[은을이도]?\s)?(?:못|안)\s?[가-힣]+?{_VERB_END}(?=$|[\s,.!~ㅠㅜ])"
    r"|(?:주문을?\s?)?받을\s?수(?:가|는)?\s?없\S*|(?:죄송|미안)\S*|불가\S*|어렵\S*|어려\S*(?:\s?것\s?같\S*)?|힘들\S*(?:\s?것\s?같\S*)?"
)
_CONNECTED = Pattern(
    r"[가-힣](?:서|라|니까|느라|거든요?)(?=(?:\s(?:[가-힣]+[은는을를이가]|배달|예약|주문|더|이번|이|지금))+\s*$)"
)
"""The end of a reason before what is refused: 너무 멀어서 | 배달."""
_NOTHING_KO = Pattern(
    r"(?:오늘|지금|이번|이|그|저|아무래도|도저히|더)?[은는]?\s?(?:주문|건|거|것|손님|예약|배달)?[은는을이]?|(?:처리\s?)?(?:해|좀)?\s?(?:주세요|줘요?|주십시오)|되겠\S+"
)
_LEADING_KO = Pattern(
    r"(?:(?:아이고|에고|애고|아이구|어쩌나|어쩌죠|어떡하죠|어떡해|저런|사장님|고객님|손님|네|넵|예|아|어|음|앗|헉|근데|그런데|지금은?|저희가|저희|제가|지금\s?보니|보니까|확인해\s?보니)(?=[\s,.!~…ㅠㅜ])|[\s,.!~…ㅠㅜ])+|때문에\s"
)
_TRAILING_KO = Pattern(r"(?:\s[가-힣]+[을를]|\s때문에|(?<=부족)으로|[\s,]+(?:어쩌죠|어떡하죠|ㅠ+|ㅜ+))$")
_EDGES = " ,.!~:;-ㅠㅜ…"
_BREAK_EN = Pattern(
    r"\s*[,.;!?…]+\s*|\s-+\s|\s+(?:so|but|and so|hence)\s+|\s+(?:because(?: of)?|since|as|due to|bc|cuz|cause)\s+"
)
_REFUSED_EN = Pattern(
    r"\b(?:can'?t|cannot|can not|cant|won'?t|wont|unable|not able|refus\w+|reject\w*|declin\w+|deny\w*|rather not|not (?:taking|accepting|possible|today|this)|no can do|cancel\w*"
    r"|turn(?:ing)? (?:\w+ ){0,3}(?:down|away)|pass(?:ing)? on|say(?:ing)? no|don'?t want|no delivery$|have to take it|no refunds?|won'?t be able|can'?t undo|skip)\b|^(?:no|nope|nah|pass|sorry|no way|unfortunately(?: not)?|apologi\w+)$"
)
_LEADING_EN = Pattern(
    r"(?:i'?m (?:so |really |very )?sorry|(?:so |really |very )?sorry|unfortunately|regretfully|apologies|i'?m afraid|afraid|no way|no can do|nope|nah|no sorry|(?:we'?re|we are)(?= (?:out of|fully booked|too)\b)|it'?s(?= too busy\b)|no(?= (?:we|i|it|the|our|too|there)\b)|oh|um|well|hi|hey|he|right now|because(?: of)?|since|as|due to|bc|cuz|cause|but|and|so|cant?(?= sorry)|can'?t(?= sorry))\b[\s,]*"
)
_BEHIND_EN = Pattern(r"\s(?:sorry|please|pls|sir|i'?m afraid)$")
LONG = 5
"""Spaces in a clause that says more than no: "we can't deliver in this snow"."""
_POLITE_EN = Pattern(r"(?:please|pls|plz|sir|madam|thanks|guys|all|folks)")


def find_reason(text: str) -> Value | None:
    """The words left when the refusal is taken away; None when nothing says why."""
    span = _reason_ko(text) if has_hangul(text) else reason_en(text)
    if span is None or span[1] - span[0] < 3:
        return None
    return Value("reason", text[span[0] : span[1]], *span)


def reason_en(text: str, *, refused: bool = False) -> tuple[int, int] | None:
    """The span of the longest clause that does not refuse. ``refused``: only where another one does."""
    edges = [(0, 0), *(match.span() for match in _BREAK_EN.finditer(text)), (len(text), len(text))]
    clauses = [_led(text, one[1], other[0]) for one, other in itertools.pairwise(edges)]
    if refused and not _says_no(text, clauses):
        return None
    left = [one for one in clauses if not _REFUSED_EN.search(text[slice(*one)])]
    left = [one for one in left if not _POLITE_EN.fullmatch(text[slice(*one)])]
    left = left or [one for one in clauses[1:] if text[slice(*one)].count(" ") >= LONG]
    return max(left, key=lambda one: one[1] - one[0], default=None)


def _says_no(text: str, clauses: list[tuple[int, int]]) -> bool:
    led = _LEADING_EN.match(text)
    return bool(led and led[0].startswith("n")) or any(_REFUSED_EN.search(text[slice(*one)]) for one in clauses)


def _led(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause without sighs, a no, "because" and blanks at its edges."""
    while (leading := _LEADING_EN.match(text, start, end)) is not None and leading.end() > start:
        start = leading.end()
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    behind = _BEHIND_EN.search(text, start, end)
    return start, behind.start() if behind else end


def _reason_ko(text: str) -> tuple[int, int] | None:
    parts: list[tuple[int, int]] = []
    at = 0
    for match in _REFUSAL_KO.finditer(text):
        parts.append((at, match.start()))
        at = match.end()
    parts.append((at, len(text)))
    left = [part for part in (_trimmed(text, *part) for part in parts) if not _NOTHING_KO.fullmatch(text[slice(*part)])]
    return max(left, key=lambda part: part[1] - part[0], default=None)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The part without sighs, what is refused and punctuation at its edges."""
    while (leading := _LEADING_KO.match(text, start, end)) and leading.end() > start:
        start = leading.end()
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    trailing = _CONNECTED.search(text, start, end)
    end = trailing.end() if trailing else end
    trailing = _TRAILING_KO.search(text, start, end)
    end = trailing.start() if trailing else end
    while start < end and text[start] in _EDGES:
        start += 1
    return start, end
