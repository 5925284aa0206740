"""What somebody wrote, without what tells who they are or lets others at their things, so that it may be kept to learn
from. What is taken out leaves a word in braces: "{phone}로 전화 주세요".

Names of people and places are not recognised; a message that answers a question for one is not kept at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.redaction import secrets_in
from nlu.addresses import expected_address, find_addresses
from nlu.phones import find_phones
from nlu.understanding import Entity, Language
from nlu.written import Written

Mark = tuple[str, int, int]
"""An entity with its half-open span."""

_PERSONAL = frozenset({"address", "phone", "code"})
_NOUGHT_TO_NINE = "공영일이삼사오육칠팔구"
_SPELLED = "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("link", re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)),
    ("email", re.compile(r"[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    # The code of a front door, as it is told to who delivers.
    (
        "code",
        re.compile(
            r"(?:비번|비밀\s?번호|현관|도어\s?락|공동\s?현관|출입\s?번호|(?:pass|door|gate|entry)\s?-?(?:code|word)|\bpin\b)"
            r"[^\d*#]{0,16}(?P<kept>[*#]{0,2}\d(?:[\s-]?\d){2,7}[*#]{0,2})",
            re.IGNORECASE,
        ),
    ),
    # With the month that it is good until.
    ("card", re.compile(r"(?<!\d)\d(?:[ .–-]{0,3}\d){12,18}(?!\d)(?:\s?/\s?\d{2,4})?")),
    ("phone", re.compile(r"(?<!\d)(?:\+|00)\d(?:[ .()–-]{0,3}\d){7,13}(?!\d)")),
    (
        "phone",
        re.compile(
            rf"(?=(?:\d?[\s.·~-]{{0,3}}){{0,8}}[{_NOUGHT_TO_NINE}]{{2}})"
            rf"(?:[\d{_NOUGHT_TO_NINE}][\s.·~-]{{0,3}}){{8,}}[\d{_NOUGHT_TO_NINE}]"
        ),
    ),
    ("phone", re.compile(rf"\b(?:(?:{_SPELLED})[\s,-]{{1,3}}){{6,}}(?:{_SPELLED})\b", re.IGNORECASE)),
    ("number", re.compile(r"(?<!\d)\d(?:[ .–-]{0,3}\d){6,}(?!\d)")),
    ("address", re.compile(r"(?:[a-z]?\d{1,4}\s?동\s*)?(?:지하\s?)?\b[a-z]?\d{3,5}\s?호(?!선)", re.IGNORECASE)),
)
_HINT = re.compile(
    rf"\d|[@:=_]|www\.|[{_NOUGHT_TO_NINE}]\s?[{_NOUGHT_TO_NINE}]\s?[{_NOUGHT_TO_NINE}]|\b(?:{_SPELLED})[\s,-]{{1,3}}(?:{_SPELLED})\b",
    re.IGNORECASE,
)
"""Where nothing of this is, there is nothing to take out but what the reading found."""

_STAND_INS: dict[str, tuple[str, str]] = {
    "phone": ("[010-0000-0000](phone)", "[010-0000-0000](phone)"),
    "address": ("[망원로 12](address)", "[12 Mangwon-ro](address)"),
    "code": ("[abcd2345](code)", "[abcd2345](code)"),
    "card": ("1234-5678-1234-5678", "1234-5678-1234-5678"),
    "number": ("123-456-7890", "123-456-7890"),
    "email": ("me@example.com", "me@example.com"),
    "link": ("https://example.com", "https://example.com"),
    "hidden": ("", ""),
}
"""What training reads in the place of what was taken out, in Korean and in English."""
_LEFT = re.compile(r"\{(" + "|".join(_STAND_INS) + r")\}")


@dataclass(frozen=True, slots=True)
class Wiped:
    """``marks`` are the entities of what is left."""

    text: str
    marks: tuple[Mark, ...] = ()


def wiped(text: str, entities: Iterable[Entity] = (), *, address_asked: bool = False) -> Wiped:
    """``text`` without telephone, card, account and other long numbers, addresses, e-mail addresses, links, codes and
    secrets. ``address_asked``: whatever looks like an answer is an address then."""
    entities = tuple(entities)
    if address_asked and expected_address(Written.of(text).text) is not None:
        return Wiped("{address}")
    spans = _apart([*_personal(entities), *_found(text)])
    out: list[str] = []
    at = 0
    for kind, start, end in spans:
        out += [text[at:start], f"{{{kind}}}"]
        at = end
    out.append(text[at:])
    return Wiped("".join(out), tuple(_moved(entities, spans)))


def stood_in(text: str, language: Language) -> str:
    """A wiped text as training may read it."""
    return _LEFT.sub(lambda left: _STAND_INS[left[1]][language == "en"], text)


def _personal(entities: Iterable[Entity]) -> Iterator[Mark]:
    return ((one.entity, one.start, one.end) for one in entities if one.entity in _PERSONAL)


def _found(text: str) -> Iterator[Mark]:
    if _HINT.search(text) is None:
        return
    written = Written.of(text)
    for value in (*find_phones(written.text), *find_addresses(written.text)):
        yield value.entity, *written.span(value.start, value.end)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            group = "kept" if "kept" in pattern.groupindex else 0
            yield kind, *match.span(group)
    for start, end in secrets_in(text):
        yield "hidden", start, end


def _apart(spans: Iterable[Mark]) -> list[Mark]:
    """By position; those that overlap become one, of the kind of the first that was found."""
    numbered = sorted(enumerate(span for span in spans if span[1] < span[2]), key=lambda one: one[1][1:])
    out: list[tuple[int, Mark]] = []
    for order, (kind, start, end) in numbered:
        if out and start < out[-1][1][2]:
            before, (its, begun, ended) = out[-1]
            out[-1] = (min(order, before), (kind if order < before else its, begun, max(end, ended)))
        else:
            out.append((order, (kind, start, end)))
    return [span for _, span in out]


def _moved(entities: Iterable[Entity], spans: list[Mark]) -> Iterator[Mark]:
    """The entities that nothing was taken out of, where they stand now."""
    for one in sorted(entities, key=lambda entity: (entity.start, -entity.end)):
        if one.start < one.end and not any(start < one.end and one.start < end for _, start, end in spans):
            longer = sum(len(kind) + 2 - (end - start) for kind, start, end in spans if end <= one.start)
            yield one.entity, one.start + longer, one.end + longer
