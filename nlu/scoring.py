"""How right an engine is on utterances of which all is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from nlu.damage import Damage, damaged
from nlu.gold import ENTITIES, Gold, GoldLine
from nlu.linear import OUTSIDE
from nlu.live_names import LiveNames
from nlu.understanding import Context, OrderLine, Understanding

LOOSE = frozenset({"one_typo", "two_typos", "slang"})
"""Damages that change words: what was said in free words is then only compared by whether there is any."""


class Understands(Protocol):
    """An engine."""

    def parse(self, text: str, context: Context, now: datetime) -> Understanding: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """An utterance and what was made of it. ``text`` is what the engine read; ``lines`` are by the menu's names."""

    gold: Gold
    damage: Damage
    text: str
    found: Understanding
    lines: tuple[GoldLine, ...]

    @property
    def accepted(self) -> bool:
        """Whether it was taken for the bot's business."""
        return self.found.in_scope and self.found.intent != OUTSIDE

    @property
    def intent_right(self) -> bool:
        """The right intent, whatever the threshold says."""
        return self.found.intent == self.gold.intent

    @property
    def cart_right(self) -> bool:
        """All lines as they should be, in whatever order."""
        loose = self.damage in LOOSE
        wanted = Counter(_comparable(line, loose=loose) for line in self.gold.lines or ())
        return wanted == Counter(_comparable(line, loose=loose) for line in self.lines)

    @property
    def wishes_right(self) -> bool:
        """All wishes and no other, in whatever order."""
        return set(self.found.wishes) == set(self.gold.wishes or (self.gold.intent,))

    def spans(self) -> frozenset[tuple[str, int, int]]:
        """The entities found, of those that are annotated at all."""
        every = self.found.entities
        return frozenset((one.entity, one.start, one.end) for one in every if one.entity in ENTITIES)


@dataclass(frozen=True, slots=True)
class Score:
    """Shares from 0 to 1; None where there was nothing to judge.

    ``intent`` counts what is right *and* accepted among what is in scope, ``intent_any`` what is right whatever the
    threshold says. ``outside`` is the share of what is none of the bot's business that was seen to be so. ``entities``
    is the F1 of spans (name, start and end exact; micro-averaged; only for undamaged text), ``cart`` the share of
    orders with every line right, ``wishes`` that of messages with several wishes whose wishes all came out,
    ``wishes_made_up`` that of the others to which further ones were given.
    """

    utterances: int
    intent: float | None
    intent_any: float | None
    outside: float | None
    entities: float | None
    cart: float | None
    wishes: float | None
    wishes_made_up: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """The figures by name."""
        return asdict(self)


def judge(
    engine: Understands, utterances: Iterable[Gold], names: LiveNames, damage: Damage = "none", seed: int = 0
) -> list[Judged]:
    """Have ``engine`` read each utterance. Raises KeyError for a shop that ``names`` do not know."""
    judged: list[Judged] = []
    for gold in utterances:
        text = damaged(gold.text, damage, seed)
        found = engine.parse(text, names.context(gold.role, gold.expect, gold.shop), names.now)
        judged.append(Judged(gold, damage, text, found, tuple(_named(line, names.called) for line in found.lines)))
    return judged


def score(judged: Sequence[Judged]) -> Score:
    """The figures of one language and damage."""
    inside = [one for one in judged if one.gold.inside]
    outside = [one for one in judged if not one.gold.inside]
    several = [one for one in inside if one.gold.wishes]
    single = [one for one in inside if not one.gold.wishes]
    return Score(
        len(judged),
        intent=_share(one.intent_right and one.accepted for one in inside),
        intent_any=_share(one.intent_right for one in inside),
        outside=_share(not one.accepted for one in outside),
        entities=span_f1(inside) if all(one.damage == "none" for one in judged) else None,
        cart=_share(one.cart_right for one in inside if one.gold.lines is not None),
        wishes=_share(one.wishes_right for one in several),
        wishes_made_up=_share(len(set(one.found.wishes)) > 1 for one in single),
    )


def span_f1(judged: Iterable[Judged]) -> float | None:
    """Micro-averaged F1 of entities by name, start and end."""
    right = wanted = found = 0
    for one in judged:
        spans = one.spans()
        right += len(spans & one.gold.entities)
        wanted += len(one.gold.entities)
        found += len(spans)
    return 2 * right / (wanted + found) if wanted + found else None


def faults(one: Judged) -> list[str]:
    """What is wrong with one reading, in words; nothing when all is right."""
    wrong: list[str] = []
    gold, found = one.gold, one.found
    if not gold.inside:
        return [] if not one.accepted else [f"taken for {found.intent} ({found.confidence:.2f})"]
    if not one.intent_right:
        wrong.append(f"intent {found.intent} ({found.confidence:.2f}), not {gold.intent}")
    elif not one.accepted:
        wrong.append(f"{gold.intent} refused as out of scope ({found.confidence:.2f})")
    if one.damage == "none":
        spans = one.spans()
        wrong += [f"missed {_span(one.text, span)}" for span in sorted(gold.entities - spans)]
        wrong += [f"made up {_span(one.text, span)}" for span in sorted(spans - gold.entities)]
    if gold.lines is not None and not one.cart_right:
        wrong.append(f"cart {_cart(one.lines)}, not {_cart(gold.lines)}")
    if not one.wishes_right and (gold.wishes or len(found.wishes) > 1):
        wrong.append(f"wishes {', '.join(found.wishes)}, not {', '.join(gold.wishes or (gold.intent,))}")
    return wrong


def _share(found: Iterable[bool]) -> float | None:
    every = list(found)
    return sum(every) / len(every) if every else None


def _named(line: OrderLine, called: Mapping[str, str]) -> GoldLine:
    item = called.get(line.item, line.item) if line.item else None
    return GoldLine(item, line.quantity, frozenset(called.get(key, key) for key in line.options), line.note, line.text)


def _comparable(line: GoldLine, *, loose: bool) -> tuple[str | None, int | None, frozenset[str], str, str]:
    """A line without what does not count: spaces and marks in free words, the words of what is on the menu."""
    note = _letters(line.note or "")
    text = "" if line.item else _letters(line.text)
    if loose:
        note, text = "…" if note else "", "…" if text else ""
    return line.item, line.quantity, line.options, note, text


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", words.casefold())


def _span(text: str, span: tuple[str, int, int]) -> str:
    return f"[{text[span[1] : span[2]]}]({span[0]})"


def _cart(lines: Iterable[GoldLine]) -> str:
    every = []
    for line in lines:
        parts = [line.item or f"“{line.text}”", "×?" if line.quantity is None else f"×{line.quantity}"]
        parts += [f"+{option}" for option in sorted(line.options)]
        parts += [f"“{line.note}”"] if line.note else []
        every.append(" ".join(parts))
    return "; ".join(every) or "nothing"
