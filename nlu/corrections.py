"""What somebody takes back in the same breath: "라떼 두 잔 아니 세 잔", "two, no, three lattes"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from nlu.drafts import kind
from nlu.fillers import Spanned, content
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.values import Value, any_in

_One = TypeVar("_One", Mention, Value)
_BACK = Pattern(
    r"(?:아\s?)?(?<![가-힣])아니(?:다|야|요|고|라|지|구나|에요|예요)?(?=[\s,.!~]|$)|(?<![가-힣])(?:아\s?)?(?:정정|미안|죄송|잘못\s?말\S*)(?:할게요?|요|해요|해|합니다)?"
    r"|\b(?:no,? (?:wait|sorry|make (?:it|that)|actually)|oh no|no(?=[,.] )|no(?= (?:one|two|three|four|five|six|\d))|wait(?:,? no)?|actually|sorry|i mean(?:t)?|or rather|make (?:that|it)|(?:erm?|uh+|um+)(?=,? (?:one|two|three|four|five|six|\d)))\b,?"
)
_NO = Pattern(
    r"(?:\b(?:hm+|u[hm]+|er|well|oh|ah|wait),? )?\bno (?:put |make it |give me )?$|\b(?:hm+|u[hm]+|er|well|oh|ah|wait),? no,? (?:put |make it |give me )?$"
)
"""Before an option that takes the place of another."""
_FROM_TO = Pattern(
    r"(?:이|가|은|는)?\s?(?:에서|말고|대신에?|이?\s?아니라|아니고|더\s?(?:늘려|해|추가해|시켜|넣어)서?|\bto\b)\s?(?:just |only )?$"
)
"""Between a number and the one that takes its place."""
_TOPIC = Pattern(r"\s?(?:은|는)(?=\s|$|,)")
_NOT_THAT = Pattern(
    r"(?:으?로|이?라고?)?\s?(?:했|담겼|담았|시켰|골랐|넣었|주문했|눌렀)\S*(?:는데|지만|네요?|거든요?|구요?|고요?)?[\s,.]+(?:\S+(?:니까|아서|어서)\s)?"
    r"|였?(?:죠|지|는데)\??[요]?\s|(?:이|가|은|는)?\s?(?:말고|대신에?|아니고|아니라|에서)\s|\s?(?:->|→|=>)\s?"
)
"""Between an option and the one that takes its place: "단품으로 담겼는데 세트로"."""
_AND_NOT = Pattern(r",?\s(?:not|instead of|rather than|and not)\s(?:the |an? )?|\s?(?:이지|지)\s")
"""Between an option and the one whose place it takes: "pork not tuna"."""
_DENIED_OPTION = Pattern(
    r"\b(?:not|instead of|rather than|no longer|don't (?:want|like|need)|hates?|dislikes?|can't stand|allergic to|sick of) (?:the |an? |my |any )?$"
)
"""Before an option or a number whose place another takes: "jumbo I want, not regular"."""
_TOO_MUCH = Pattern(
    r"(?:'s| is| was| would be|'d be) (?:a bit |way |far |just )?(?:too|more than)\b|(?:은|는|이|가)\s?(?:좀\s|너무\s|별로\s?)*(?:싫|많을|많아|많네|작을|작아|작네|적을|클\s|별로|부담)"
)
"""Behind an option that is not wanted after all: "large is too much"."""
_OUT_OF = Pattern(r"\s?중에?서?\s\S+\s?\S*\s?(?:빼|취소|줄)")
"""How many of them are to go: "두 개 중에 하나 빼줘"."""
_DENIED = Pattern(r"\bnot (?:the |an? |my )?$")
"""Before a dish that another takes the place of in the cart: "not the soup, I meant the stew"."""
_ALL_BACK = Pattern(r"\b(?:scratch|forget|cancel|strike) (?:that|it|those)\b|취소하고|다\s?취소")
_ALL_BACK_HINT = ("scratch", "forget", "cancel", "strike", "취소")
_ALSO = Pattern(r"\s?(?:도|추가|더)|.{0,12}(?:하나\s더|추가)")
_STOP = Pattern(r"[,.;\n&+!]|그리고|\b(?:and|plus)\b|(?:이랑|랑|하고)\s")


@dataclass(frozen=True, slots=True)
class Corrected:
    """What still holds; ``spans`` are the words that were taken back, up to where the correction begins."""

    mentions: tuple[Mention, ...]
    quantities: tuple[Value, ...]
    spans: tuple[Value, ...]


def corrected(text: str, mentions: Sequence[Mention], quantities: Sequence[Value]) -> Corrected:
    """Drop what is taken back. A number gives way to a number, a dish to a dish (whose number it keeps)."""
    left, numbers, spans = list(mentions), list(quantities), []
    everything_back = _ALL_BACK.finditer(text) if any_in(_ALL_BACK_HINT, text) else ()
    for back in (*everything_back, *_BACK.finditer(text)):
        everything = back.re is _ALL_BACK.compiled and any(m.of("item") and m.start >= back.end() for m in left)
        named: list[Spanned] = [*left, *numbers]
        if any(one.start < back.end() and back.start() < one.end for one in named):
            continue
        before_items = [m for m in left if m.end <= back.start()]
        before_numbers = [n for n in numbers if n.end <= back.start()]
        if not before_items and not before_numbers:
            continue
        if everything:
            left = [m for m in left if m.start >= back.end()]
            numbers = [n for n in numbers if n.start >= back.end()]
            spans.append(Value("", None, 0, back.end()))
            continue
        gone = _gone(text, back, left, numbers)
        if gone is not None:
            left = [m for m in left if m not in gone]
            numbers = [n for n in numbers if n not in gone]
            first = min([one.start for one in gone] or [back.start()])
            spans.append(Value("", None, first, back.end()))
            spans.append(Value("", None, back.start(), _behind(text, back.end())))
            spans.append(Value("", None, before_edge(text, back.start()), back.start()))
    left, replaced = _replaced(text, left)
    more = [*_given_way(text, left, numbers), *replaced]
    return Corrected(tuple(_kept(left, more)), tuple(_kept(numbers, more)), (*spans, *more))


def _replaced(text: str, mentions: Sequence[Mention]) -> tuple[list[Mention], list[Value]]:
    """With the dish that takes the place of one ordered before in the same breath: "소주 하나요, 아 소주 말고 막걸리로"; and
    the words in which that was said."""
    left, spans = list(mentions), []
    dishes = [mention for mention in mentions if mention.of("item")]
    for one, other in itertools.pairwise(dishes):
        first = next((m for m in left if m.end <= one.start and m.of("item")[:1] == one.of("item")[:1]), None)
        if first is None or not _FROM_TO.fullmatch(text[one.end : other.start].lstrip()):
            continue
        left[left.index(first)] = replace(other, start=first.start, end=first.end)
        left = [mention for mention in left if mention not in (one, other)]
        spans.append(Value("", None, one.start, other.end))
    return left, spans


def _given_way(text: str, mentions: Sequence[Mention], numbers: Sequence[Value]) -> list[Value]:
    """The words of numbers and options that another takes the place of right behind: "두 잔에서 세 잔으로", "hmm no,
    medium"."""
    found = [
        Value("", None, one.start, other.start)
        for one, other in itertools.pairwise(numbers)
        if (_FROM_TO.fullmatch(text[one.end : other.start].lstrip()) or _OUT_OF.match(text, one.end))
        and not _TOPIC.match(text, other.end)
    ]
    choices = [mention for mention in mentions if not mention.of("item")]
    for one, other in itertools.pairwise(choices):
        between = text[one.end : other.start]
        if {name.of for name in one.names}.isdisjoint(name.of for name in other.names) or any(
            one.end <= m.start < other.start for m in mentions
        ):
            continue
        if _NOT_THAT.fullmatch(between):
            found.append(Value("", None, one.start, other.start))
        elif _AND_NOT.fullmatch(between):
            found.append(Value("", None, one.end, other.end))
    found += _denied(text, choices, lambda one, other: bool(_kinds(one) & _kinds(other)))
    found += _denied(text, numbers, lambda one, other: True)
    for choice in choices:
        no = _NO.search(text, 0, choice.start)
        old = next((m for m in reversed(choices) if m.end <= choice.start and _kinds(m) & _kinds(choice)), None)
        if no is not None and old is not None:
            found += [Value("", None, old.start, old.end), Value("", None, no.start(), no.end())]
    return found


def _denied(text: str, ones: Sequence[_One], alike: Callable[[_One, _One], bool]) -> list[Value]:
    """The words of those that are said not to be wanted, where another of the kind is named."""
    gone = [one for one in ones if _DENIED_OPTION.search(text, 0, one.start) or _TOO_MUCH.match(text, one.end)]
    return [
        Value("", None, one.start, one.end)
        for one in gone
        if any(other not in gone and alike(one, other) for other in ones)
    ]


def _kept(ones: Sequence[_One], spans: Sequence[Value]) -> list[_One]:
    return [one for one in ones if not any(span.start <= one.start and one.end <= span.end for span in spans)]


def _behind(text: str, end: int) -> int:
    """Past the comma or space that follows the words of taking back."""
    while end < len(text) and text[end] in " ,.":
        end += 1
    return end


def before_edge(text: str, start: int) -> int:
    """Back over the comma or space that precedes the words of taking back."""
    while start > 0 and text[start - 1] in " ,.":
        start -= 1
    return start


def _gone(
    text: str, back: re.Match[str], mentions: Sequence[Mention], numbers: Sequence[Value]
) -> list[Mention | Value] | None:
    """What is taken back; None when the words take nothing back after all."""
    begins = _behind(text, back.end())
    stop = _STOP.search(text, begins)
    ends = stop.start() if stop else len(text)
    items = [m for m in mentions if m.of("item") and begins <= m.start < ends]
    counts = [n for n in numbers if begins <= n.start < ends]
    choices = [m for m in mentions if not m.of("item") and begins <= m.start < ends]
    old_items = [m for m in mentions if m.of("item") and m.end <= back.start()]
    if (items and _ALSO.match(text, items[-1].end)) or not (items or counts or choices):
        return None
    gone: list[Mention | Value] = []
    old_item = old_items[-1] if old_items else None
    if old_item is not None and _DENIED.search(text, 0, old_item.start):
        return None
    if items and old_item is not None:
        if content(text, back.end(), items[0].start, [*counts, *choices]):
            return None
        gone.append(old_item)
    if counts and not (choices and not items and choices[0].start > counts[0].end):
        gone += _old_number(text, back, old_item, numbers, mentions)
    kinds = {kind for choice in choices for kind in _kinds(choice)}
    gone += [m for m in mentions if m.end <= back.start() and not m.of("item") and _kinds(m) & kinds]
    if choices and not items and not counts and not kinds:
        last = next((m for m in reversed(mentions) if m.end <= back.start()), None)
        beside = last is not None and not text[last.end : back.start()].strip(" ,로으")
        if last is not None and not last.of("item") and beside and not back[0].startswith("make"):
            gone.append(last)
    return gone


def _kinds(choice: Mention) -> set[str]:
    """What an option is about, such as its size, for each dish that has it."""
    return {kind(name) for name in choice.of("choice")} - {""}


def _old_number(
    text: str, back: re.Match[str], item: Mention | None, numbers: Sequence[Value], mentions: Sequence[Mention]
) -> list[Mention | Value]:
    """The last number before, where it counts the last dish before (or none was named)."""
    before = [number for number in numbers if number.end <= back.start()]
    if not before:
        return []
    last = before[-1]
    if item is None or last.start >= item.end:
        return [last]
    near = not content(text, last.end, item.start, mentions)
    return [last] if near else []
