"""What happens to an update, told three ways at once: a log line, a metric and a span.

Nothing here takes a text, a name, a number to call, a chat's address or a token.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from time import perf_counter
from typing import Any

from bot.correlation import Cause
from bot.messages import Incoming
from bot.metrics import intent_label, metrics
from bot.tracing import beginning, span
from nlu.understanding import Context, Understanding

log = logging.getLogger(__name__)

Facts = dict[str, Any]

_turn: ContextVar[Facts | None] = ContextVar("turn", default=None)


def note(**facts: str | int | float | bool | None) -> None:
    """Add to the line of the turn under way; outside of one it goes nowhere."""
    if (line := _turn.get()) is not None:
        line.update(facts)


@contextmanager
def turn(incoming: Incoming) -> Iterator[Facts]:
    """One turn, from being taken up to its commit and the start of what follows. ``outcome`` may be noted; it is
    "done" else, and "failed" when the block raises."""
    kind = kind_of(incoming)
    facts: Facts = {"channel": incoming.channel, "kind": kind}
    begun = perf_counter()
    token = _turn.set(facts)
    with beginning("turn", **facts) as cause:
        try:
            yield facts
        except BaseException as error:
            facts["outcome"], facts["fault"] = "failed", type(error).__name__
            raise
        finally:
            _turn.reset(token)
            took = perf_counter() - begun
            outcome = facts.setdefault("outcome", "done")
            counted = metrics()
            counted.turns.labels(incoming.channel, kind, outcome).inc()
            counted.turn_seconds.labels(incoming.channel).observe(took)
            if log.isEnabledFor(logging.INFO):
                log.info("turn", extra={**facts, "turn": cause.turn, "ms": round(took * 1000, 1)})


def kind_of(incoming: Incoming) -> str:
    """What sort of update it is; of an event, its name."""
    if incoming.event is not None:
        return incoming.event.name
    for kind in ("text", "tap", "location", "contact", "media"):
        if getattr(incoming, kind) is not None:
            return kind
    return "unreadable"


def parse(
    read: Callable[[str, Context, datetime], Understanding], text: str, context: Context, now: datetime
) -> Understanding:
    """``read`` the text, timed."""
    begun = perf_counter()
    with span("understand"):
        understood = read(text, context, now)
    metrics().understanding_seconds.observe(perf_counter() - begun)
    return understood


def heard(understood: Understanding | None) -> None:
    """How a message was understood in the end; None for what needed no understanding."""
    if understood is None:
        return
    intent = intent_label(understood.intent)
    note(intent=intent, confidence=round(understood.confidence, 3), in_scope=understood.in_scope)
    counted = metrics()
    counted.understood.labels(intent, "yes" if understood.in_scope else "no").inc()
    counted.confidence.observe(understood.confidence)


@contextmanager
def taken_up(what: str, traceparent: str | None) -> Iterator[None]:
    """A job or a message that a turn left, whoever that was: what follows belongs to that turn."""
    with beginning(what, Cause.parse(traceparent)):
        yield


@contextmanager
def till_call(till: str, operation: str) -> Iterator[Facts]:
    """A call to a till. ``outcome`` may be noted; "ok" else, and the exception's name when the block raises."""
    facts: Facts = {"till": till, "operation": operation}
    begun = perf_counter()
    with span(f"till {operation}", till=till):
        try:
            yield facts
        except BaseException as error:
            facts["outcome"] = _OUTCOMES.get(type(error).__name__, "failed")
            raise
        finally:
            took = perf_counter() - begun
            outcome = facts.setdefault("outcome", "ok")
            counted = metrics()
            counted.till_calls.labels(till, operation, outcome).inc()
            counted.till_call_seconds.labels(till, operation).observe(took)
            if log.isEnabledFor(logging.INFO):
                log.info("till call", extra={**facts, "ms": round(took * 1000, 1)})


@contextmanager
def sending(channel: str, number: int, traceparent: str | None) -> Iterator[Facts]:
    """A try to hand message ``number`` to its platform. ``outcome`` may be noted; "sent" else, and from the exception when the
    block raises."""
    facts: Facts = {"channel": channel, "number": number}
    begun = perf_counter()
    with beginning("send", Cause.parse(traceparent), channel=channel, number=number):
        try:
            yield facts
        except BaseException as error:
            facts["outcome"] = _OUTCOMES.get(type(error).__name__, "retried")
            raise
        finally:
            took = perf_counter() - begun
            outcome = facts.setdefault("outcome", "sent")
            counted = metrics()
            counted.messages.labels(channel, outcome).inc()
            counted.send_seconds.labels(channel).observe(took)
            if log.isEnabledFor(logging.INFO):
                log.info("send", extra={**facts, "ms": round(took * 1000, 1)})


_OUTCOMES = {
    "GatewayDown": "down",
    "GatewayRefused": "refused",
    "TimeoutError": "timeout",
    "RetryAfter": "rate_limited",
    "Blocked": "blocked",
    "Undeliverable": "dropped",
}
