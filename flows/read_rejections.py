"""Answers that are not taken: the ``rejections`` of a question, and those of a slot wherever it is asked for."""

from __future__ import annotations

from flows.keys import REJECTION
from flows.language import Rejection
from flows.reading import Reading
from flows.source import Node


def read_rejections(given: Node | None, reading: Reading, refill: str | None = None) -> tuple[Rejection, ...]:
    """``refill`` is the response that asks again after one of them; None: what has asked before."""
    found = []
    for one in given.items() if given else ():
        if not reading.keys(one, REJECTION, "a rejection"):
            continue
        condition = reading.condition(one.get("if"))
        if condition is None and one.get("if") is None:
            reading.bad(one.spot, "a rejection needs `if`", "Say which answers are not taken")
        said = reading.text(one.get("utter"), "utter", one.spot)
        if condition is not None:
            found.append(Rejection(condition, said, one.spot, refill))
    return tuple(found)
