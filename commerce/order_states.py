"""Which way an order may go: one table, for the moves themselves and for the audit."""

from __future__ import annotations

from typing import Final

UNPAID: Final = "unpaid"
RECEIVED: Final = "received"
ASKING: Final = "asking"
ACCEPTED: Final = "accepted"
COOKING: Final = "cooking"
READY: Final = "ready"
ON_THE_WAY: Final = "on_the_way"
DONE: Final = "done"
REFUSED: Final = "refused"
CANCELLED: Final = "cancelled"
EXPIRED: Final = "expired"

FINAL: Final = frozenset({DONE, REFUSED, CANCELLED, EXPIRED})
DEAD: Final = FINAL - {DONE}
WAITING: Final = frozenset({RECEIVED, ASKING})
"""Paid, and not yet answered by the shop."""
AT_WORK: Final = frozenset({ACCEPTED, COOKING, READY, ON_THE_WAY})
OPEN: Final = WAITING | AT_WORK | {UNPAID}
STATES: Final = OPEN | FINAL

_BOTH: Final[dict[str, frozenset[str]]] = {
    UNPAID: frozenset({RECEIVED, CANCELLED, EXPIRED}),
    RECEIVED: frozenset({ACCEPTED, ASKING, REFUSED, CANCELLED, EXPIRED}),
    ASKING: frozenset({RECEIVED, REFUSED, CANCELLED, EXPIRED}),
    EXPIRED: frozenset({UNPAID}),
}
"""Only an order that nobody paid comes back from being expired: its money was on the way (commerce.reviving)."""
_DELIVERY: Final = _BOTH | {
    ACCEPTED: frozenset({COOKING, READY, ON_THE_WAY, REFUSED, CANCELLED}),
    COOKING: frozenset({READY, ON_THE_WAY, REFUSED, CANCELLED}),
    READY: frozenset({ON_THE_WAY, CANCELLED}),
    ON_THE_WAY: frozenset({DONE}),
}
_PICKUP: Final = _BOTH | {
    ACCEPTED: frozenset({COOKING, READY, REFUSED, CANCELLED}),
    COOKING: frozenset({READY, REFUSED, CANCELLED}),
    READY: frozenset({DONE, CANCELLED}),
}
_ALLOWED: Final = {"delivery": _DELIVERY, "pickup": _PICKUP}


_TAKEN_BACK: Final = {
    COOKING: frozenset({ACCEPTED}),
    READY: frozenset({ACCEPTED, COOKING}),
    ON_THE_WAY: frozenset({ACCEPTED, COOKING, READY}),
}
"""Where a step that was told by mistake goes back to. What is done, and money with it, stays done."""


def taken_back(state: str) -> frozenset[str]:
    """The states that an order in ``state`` may go back to, if it came from there."""
    return _TAKEN_BACK.get(state, frozenset())


def allowed(fulfilment: str, state: str) -> frozenset[str]:
    """The states that an order in ``state`` may move to."""
    return _ALLOWED[fulfilment].get(state, frozenset())


def last_steps(fulfilment: str, state: str) -> tuple[str, ...]:
    """The shortest allowed way from ``state`` to done, without ``state`` itself."""
    way = {"delivery": (ON_THE_WAY, DONE), "pickup": (READY, DONE)}[fulfilment]
    return way[way.index(state) + 1 :] if state in way else way
