"""What happens to an update, told three ways at once: a log line, a metric and a span.

Nothing here takes a text, a name, a number to call, a chat's address or a token.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from time import perf_counter
from typing import Any, Final

from bot.channels.port import Blocked, RetryAfter, Undeliverable
from bot.correlation import Cause, caused_by
from bot.messages import Incoming
from bot.metrics import intent_label, metrics
from bot.tracing import beginning, span
from commerce.events import Disputed, Happening, RefundFailed
from commerce.gateways.port import GatewayDown, GatewayRefused
from nlu.understanding import Context, Understanding

log = logging.getLogger(__name__)

Facts = dict[str, Any]

_turn: ContextVar[Facts | None] = ContextVar("turn", default=None)


def note(**facts: str | int | float | bool | None) -> None:
    """Add to the line of the turn under way; outside of one it goes nowhere."""
    if (line := _turn.get()) is not None:
        line.update(facts)


@contextmanager
def turn(incoming: Incoming) -> Iterator[None]:
    """One turn, from being taken up to its commit and the start of what follows. Its outcome is "done" unless another
    is noted, and "failed" when the block raises."""
    channel, kind = incoming.channel, kind_of(incoming)
    facts: Facts = {"channel": channel, "kind": kind} | _subject_of(incoming)
    token = _turn.set(facts)
    try:
        with beginning("turn", channel=channel, kind=kind), _timed("turn", facts, "done"):
            yield
    finally:
        _turn.reset(token)
        counted = metrics()
        counted.turns.labels(channel, kind, facts["outcome"]).inc()
        counted.turn_seconds.labels(channel).observe(facts["ms"] / 1000)


def kind_of(incoming: Incoming) -> str:
    """What sort of update it is; of an event, its name."""
    if incoming.event is not None:
        return incoming.event.name
    for kind in ("text", "tap", "location", "contact", "media"):
        if getattr(incoming, kind) is not None:
            return kind
    return "unreadable"


def _subject_of(incoming: Incoming) -> Facts:
    """Our own name of what an event is about: an order, a payment, a refund."""
    data = incoming.event.data if incoming.event is not None else {}
    found = next((data[name] for name in ("subject", "refund", "payment") if isinstance(data.get(name), str)), None)
    return {} if found is None else {"subject": found}


def parse(
    read: Callable[[str, Context, datetime], Understanding], text: str, context: Context, now: datetime
) -> Understanding:
    """``read`` the text, timed."""
    begun = perf_counter()
    with span("understand"):
        understood = read(text, context, now)
    metrics().understanding_seconds.observe(perf_counter() - begun)
    return understood


@contextmanager
def opinion() -> Iterator[Callable[[str], None]]:
    """Rasa is asked; what is yielded is told how that went: "answered", or why it did not."""
    said = ["cancelled"]
    begun = perf_counter()
    try:
        with span("opinion"):
            yield lambda outcome: said.__setitem__(0, outcome)
    finally:
        note(opinion=said[0])
        counted = metrics()
        counted.opinions.labels(said[0]).inc()
        if said[0] != "resting":
            counted.opinion_seconds.observe(perf_counter() - begun)


def heard(understood: Understanding | None) -> None:
    """How a message was understood in the end; None for what needed no understanding."""
    if understood is None:
        return
    intent = intent_label(understood.intent)
    note(intent=intent, confidence=round(understood.confidence, 3), in_scope=understood.in_scope)
    counted = metrics()
    counted.understood.labels(intent, "yes" if understood.in_scope else "no").inc()
    counted.confidence.observe(understood.confidence)


def taken_up(traceparent: str | None) -> AbstractContextManager[Cause]:
    """A job or a message that a turn left, whoever's it was: what follows belongs to that turn."""
    return caused_by(Cause.parse(traceparent))


def happened(happening: Happening) -> None:
    """What somebody has to look at is counted."""
    if isinstance(happening, RefundFailed):
        metrics().refunds_failed.inc()
    elif isinstance(happening, Disputed):
        metrics().disputes.inc()


def retried(reason: str) -> None:
    """A transaction begins anew: it "collided" with another worker's, or the database was "away"."""
    metrics().retried.labels(reason).inc()


@contextmanager
def till_call(till: str, operation: str) -> Iterator[None]:
    """A call to a till."""
    facts: Facts = {"till": till, "operation": operation}
    try:
        with span(f"till {operation}", till=till), _timed("till call", facts, "ok"):
            yield
    finally:
        counted = metrics()
        counted.till_calls.labels(till, operation, facts["outcome"]).inc()
        counted.till_call_seconds.labels(till, operation).observe(facts["ms"] / 1000)


def till_events(till: str, kinds: Iterable[str]) -> None:
    """Events that a till signed."""
    counted = metrics()
    for kind in kinds:
        counted.till_events.labels(till, counted.kind(kind)).inc()


@contextmanager
def sending(channel: str, number: int) -> Iterator[None]:
    """A try to hand message ``number`` to its platform."""
    facts: Facts = {"channel": channel, "number": number}
    try:
        with span("send", channel=channel), _timed("send", facts, "sent"):
            yield
    finally:
        counted = metrics()
        counted.messages.labels(channel, facts["outcome"]).inc()
        counted.send_seconds.labels(channel).observe(facts["ms"] / 1000)


def pushed(channel: str, number: int) -> None:
    """Message ``number`` was handed to those who listen here; a client that does not fetches it later."""
    metrics().messages.labels(channel, "sent").inc()
    log.debug("send", extra={"channel": channel, "number": number, "outcome": "sent"})


def shown(channel: str, number: int, traceparent: str | None) -> None:
    """A client fetched message ``number``, which another worker committed or which came while it was away."""
    if log.isEnabledFor(logging.DEBUG) and (cause := Cause.parse(traceparent)) is not None:
        log.debug("send", extra={"channel": channel, "number": number, "outcome": "fetched", "turn": cause.turn})


_OUTCOMES: Final[Sequence[tuple[type[BaseException], str]]] = (
    (RetryAfter, "rate_limited"),
    (Blocked, "blocked"),
    (Undeliverable, "dropped"),
    (GatewayRefused, "refused"),
    (GatewayDown, "down"),
    (TimeoutError, "timeout"),
)


@contextmanager
def _timed(event: str, facts: Facts, good: str) -> Iterator[None]:
    """Add how the block went and how long it took, and write the line. ``good`` unless an outcome is noted."""
    begun = perf_counter()
    try:
        yield
    except BaseException as error:
        facts["outcome"] = next((name for kind, name in _OUTCOMES if isinstance(error, kind)), "failed")
        facts["fault"] = type(error).__name__
        raise
    finally:
        facts.setdefault("outcome", good)
        facts["ms"] = round((perf_counter() - begun) * 1000, 2)
        if log.isEnabledFor(logging.INFO):
            log.info(event, extra=facts)
