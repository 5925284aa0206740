"""Another engine's opinion, read in the light of who speaks and of what our own rules found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nlu.intents import INTENTS
from nlu.linear import OUTSIDE
from nlu.understanding import Context, Entity, Opinion, Role

RANKED = 3
LEAST = 0.3
"""The confidence, among what the speaker may mean, under which a text counts as none of the bot's business: that of
Rasa's FallbackClassifier."""
FREE: Mapping[str, frozenset[str]] = {
    "note": frozenset({"order_items", "change_item", "add_note"}),
    "reason": frozenset({"merchant_refuse"}),
}
"""Entities that are just words, so that no catalogue and no normal form stands behind them, and where they belong."""


def given(context: Context, text: str) -> Opinion | None:
    """The opinion of just this text, where there is one."""
    return context.opinion if context.opinion is not None and context.opinion.text == text else None


def ranked(opinion: Opinion, role: Role) -> tuple[tuple[tuple[str, float], ...], bool] | None:
    """The best intents that ``role`` may have, their confidences summing up to 1 over all of these, and whether the
    text is in scope. None when the opinion has none of them."""
    open_to = [(name, chance) for name, chance in opinion.ranking if INTENTS[name].open_to(role)]
    total = sum(chance for _, chance in open_to)
    if total <= 0:
        return None
    best = tuple((name, round(chance / total, 4)) for name, chance in open_to[:RANKED])
    return best, best[0][0] != OUTSIDE and best[0][1] >= LEAST and not opinion.unsure


def tagged(opinion: Opinion, intent: str, found: Iterable[Entity]) -> tuple[Entity, ...]:
    """Entities by position: those ``found`` by our rules, and the free words that only the opinion has."""
    ours = tuple(found)
    have = {one.entity for one in ours}
    more = [
        one
        for one in opinion.entities
        if intent in FREE.get(one.entity, ())
        and one.entity not in have
        and not any(one.start < other.end and other.start < one.end for other in ours)
    ]
    return tuple(sorted([*ours, *more], key=lambda one: (one.start, one.end))) if more else ours
