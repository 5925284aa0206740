"""Several wishes in one message: each by itself, in the order in which they were said, and what is said to all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.turned import Say, Turned
from nlu.understanding import Entity, Understanding, Wish

BESIDE = frozenset(
    {"greet", "thanks", "goodbye", "chitchat", "insult", "out_of_scope", "inform", "affirm", "deny", "repeat"}
)
"""What is said along with a wish and is none itself."""
HOW = frozenset({"choose_delivery", "choose_pickup", "give_address", "give_time", "checkout"})
"""Wishes about one and the same thing, how an order is to be had: they are one."""
_PAIR = 2
WHOLE = frozenset({"merchant_pause", "merchant_close_at", "merchant_day_off"})
"""Wishes that say in further words until when: "stop orders for now, I'll be back at 8:40"."""


def each_wish(understood: Understanding) -> tuple[Understanding, ...]:
    """The wishes, each as if it had been the whole message; the message itself when it has but one."""
    if not understood.in_scope:
        return (understood,)
    each = _each_order(understood)
    if each:
        return each
    parts = [part for part in understood.parts if part.intent not in BESIDE]
    if any(part.intent in WHOLE for part in parts):
        return (understood,)
    joined = _joined(parts)
    return tuple([_alone(understood, part) for part in joined]) if len(joined) > 1 else (understood,)


def _each_order(understood: Understanding) -> tuple[Understanding, ...]:
    """A shop's times for several orders that it tells apart by their dishes: "라떼는 20분 아메리카노는 10분"."""
    if understood.intent != "merchant_accept":
        return ()
    said = [one for one in understood.entities if one.entity in ("item", "minutes")]
    kinds = [one.entity for one in said]
    if len(said) < _PAIR * 2 or kinds != ["item", "minutes"] * (len(said) // _PAIR):
        return ()
    pairs = [said[at : at + _PAIR] for at in range(0, len(said), _PAIR)]
    return tuple(
        _alone(understood, Wish("merchant_accept", (), (dish, time), dish.start, time.end)) for dish, time in pairs
    )


def _joined(parts: Sequence[Wish]) -> list[Wish]:
    """With what belongs together put together. How and where dishes are to be had goes with the order of them."""
    orders = [part for part in parts if part.intent == "order_items"]
    how = [part for part in parts if part.intent in HOW]
    kept: list[Wish] = []
    taken = _with_order(how) if len(orders) == 1 else []
    for part in parts:
        if part in taken:
            continue
        if part.intent == "order_items" and taken:
            kept.append(_one(part, [part, *taken]))
        elif part.intent in HOW and kept and kept[-1].intent in HOW:
            first = kept[-1] if kept[-1].intent.startswith("choose") or part.intent == "checkout" else part
            kept[-1] = _one(first, [kept[-1], part])
        else:
            kept.append(part)
    return kept


def _with_order(how: Sequence[Wish]) -> list[Wish]:
    """What the order itself takes in: delivery or pickup, when, and where to if it is to be delivered."""
    ways = {part.intent for part in how}
    delivered = "choose_delivery" in ways
    with_it = ("choose_delivery", "choose_pickup", "give_time", *(("give_address",) if delivered else ()))
    return [part for part in how if part.intent in with_it]


def _one(first: Wish, parts: Sequence[Wish]) -> Wish:
    """Several as one, with the intent of ``first`` and everything that was named."""
    entities: dict[tuple[str, int, int], Entity] = {}
    for entity in sorted((one for part in parts for one in part.entities), key=lambda one: one.start):
        entities.setdefault((entity.entity, entity.start, entity.end), entity)
    lines = next((part.lines for part in parts if part.lines), ())
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    return replace(first, lines=lines, entities=tuple(entities.values()), start=start, end=end)


def _alone(whole: Understanding, part: Wish) -> Understanding:
    text = whole.text[part.start : part.end].strip() or whole.text
    return replace(
        whole,
        text=text,
        intent=part.intent,
        entities=part.entities,
        lines=part.lines,
        wishes=(part.intent,),
        ranking=((part.intent, whole.confidence),),
        parts=(),
    )


def together(moves: Sequence[Turned]) -> Turned:
    """All moves of one message as one: everything is said in order, but a question only once, at the end."""
    *earlier, last = moves
    says: list[Say] = []
    asked: Say | None = None
    for move in earlier:
        kept = list(move.says)
        if move.asking is not None and kept and kept[-1].response == move.asking.response:
            asked = kept.pop()
        says += kept
    says += last.says
    waits = last.asking is not None and asked is not None and asked.response == last.asking.response
    if asked is not None and waits and not any(say.response == asked.response for say in last.says):
        says.append(asked)
    return replace(
        last,
        says=tuple(says),
        patterns=tuple([pattern for move in moves for pattern in move.patterns]),
        trace=tuple([passed for move in moves for passed in move.trace]),
        fault=next((move.fault for move in moves if move.fault), None),
    )
