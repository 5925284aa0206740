"""How a stretch speaks of its dishes: as a topic once more, as all lines, as a thing on a list."""

from __future__ import annotations

from collections.abc import Container, Sequence

from nlu.drafts import Draft
from nlu.fillers import Spanned, content
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.stretches import Said

_TOPIC = Pattern(r"\s?(?:\S{1,3}\s?)?(?:은|는)(?=[\s,]|$)")
_TOPIC_EN = Pattern(
    r"\b(?:one of (?:the|those|my)|make (?:one|the|that|my)(?: of the)?|the|that|those|for the)\s(?:[a-z]+\s)?$"
)
_PART = Pattern(r"\s?(?:은|는|만)(?=[\s,]|$)|\sof (?:them|those|the)\b")
_OF_THEM = Pattern(r"그\s?중|\b(?:make|of (?:them|those)|in (?:one|two|three)|for one)\b")
_ALL_BEHIND = Pattern(r"둘\s?다|셋\s?다|모두|전부|(?<![가-힣])다(?=\s)|\bboth\b|\ball\b")
_NO_THING = Pattern(
    r"(?:요|다|까|줘|게|고|서|면|지|네|는데|은데|니다|세여|셈|죠|음|함|심|래|려|러|듯|뿐|중|때|분|님|집|앞|시|로|용|ㅠ|ㅋ|ㅎ|!)$"
)
_MOST_WORDS = 3
_TOLD = Pattern(
    r"\b(?:i|i'm|im|we|we're|you|he|she|they|it|it's|its|is|are|was|were|be|me|my|our|us|his|her|their|[a-z]+'s|obviously|really|seriously|so|too|then|yes|yeah|don't|dont|that'll|thatll|there'll|what|which|who)\b"
)
"""What makes words of a sentence, and not of a list."""


def is_topic(text: str, said: Said, draft: Draft) -> bool:
    """Whether a dish named again is spoken about and not ordered once more: "라떼는", "한 잔은", "one of the lattes"."""
    numbers = [number for number in said.quantities if number.start >= draft.end]
    ends = [draft.end, *(number.end for number in numbers[:1] if not text[draft.end : number.start].strip())]
    if any(_TOPIC.match(text, end) and text[end:].lstrip()[:1] in "은는" for end in ends):
        return True
    return bool(_TOPIC_EN.search(text[said.start : draft.start]))


def is_part(text: str, said: Said) -> bool:
    """Whether the number of the stretch counts some of the lines before: "하나는", "one of them", "make one …"."""
    if any(_PART.match(text, number.end) for number in said.quantities):
        return True
    return bool(_OF_THEM.search(text, said.start, said.end))


def leads_beside(said: Said, last: Draft, count: int, choices: Sequence[Mention]) -> bool:
    """Whether options come before a number that can't be part of the last line: "매운맛 하나, 안 맵게 하나"."""
    first = bool(said.quantities) and choices[0].start < said.quantities[0].start
    return first and bool(last.choices) and last.has(choices[0]) and (last.quantity or 0) <= count


def of_all_lines(text: str, said: Said) -> bool:
    """Whether "둘 다" or "both" stands behind the last dish of the stretch and so holds for lines before."""
    return bool(said.items) and bool(_ALL_BEHIND.search(text, said.items[-1].end, said.end))


def names_things(text: str, said: Said, covered: Sequence[Spanned], words: Container[str]) -> tuple[int, int] | None:
    """The span of a thing named on a list, in a stretch in which nothing was recognised; None for other words."""
    if not (said.joined or _joins_behind(text, said)):
        return None
    found = content(text, said.start, said.end, covered)
    if not 0 < len(found) <= _MOST_WORDS or _TOLD.search(text, said.start, said.end):
        return None
    for start, end in found:
        word = text[start:end]
        if len(word) < 2 or word in words or _NO_THING.search(word) or not any(map(str.isalpha, word)):
            return None
    return found[0][0], found[-1][1]


def _joins_behind(text: str, said: Said) -> bool:
    return text[said.start : said.end].rstrip().endswith(("랑", "하고", "와", "과", "및", " and", "&", "+"))
