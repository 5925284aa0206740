"""What is counted, for Prometheus. Values of labels are bounded: names in our own code, never anything from outside.

With several workers each writes to files in ``PROMETHEUS_MULTIPROC_DIR``, and whichever is asked adds them all up.
``prometheus_client`` decides at its import which way it counts, so it is imported with the first count, not before.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from sqlalchemy import Engine, QueuePool, event

from nlu.intents import INTENTS

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
SLOW: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SURENESS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
MOST_KINDS: Final = 60
"""Kinds of a till's events that are told apart; the till chooses them."""


class Metrics:
    """Every metric of ours. Times are in seconds."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        from prometheus_client import REGISTRY, Counter, Gauge, Histogram

        to = registry or REGISTRY
        self.turns = Counter("dangol_turns", "Updates applied.", ["channel", "kind", "outcome"], registry=to)
        self.turn_seconds = Histogram(
            "dangol_turn_seconds", "From taking an update up to its commit.", ["channel"], registry=to, buckets=SLOW
        )
        self.retried = Counter(
            "dangol_transactions_retried", "Begun anew: collided with another, database away.", ["reason"], registry=to
        )
        self.understood = Counter("dangol_understood", "Messages understood.", ["intent", "in_scope"], registry=to)
        self.confidence = Histogram(
            "dangol_understanding_confidence", "How sure of the intent.", registry=to, buckets=SURENESS
        )
        self.understanding_seconds = Histogram(
            "dangol_understanding_seconds", "Reading one text.", registry=to, buckets=QUICK
        )
        self.opinions = Counter("dangol_opinions", "Rasa asked what a message means.", ["outcome"], registry=to)
        self.opinion_seconds = Histogram("dangol_opinion_seconds", "Asking Rasa.", registry=to, buckets=QUICK)
        self.till_calls = Counter("dangol_till_calls", "Calls to tills.", ["till", "operation", "outcome"], registry=to)
        self.till_call_seconds = Histogram(
            "dangol_till_call_seconds", "A call to a till.", ["till", "operation"], registry=to, buckets=SLOW
        )
        self.till_events = Counter("dangol_till_events", "Events that tills signed.", ["till", "kind"], registry=to)
        self.refunds_failed = Counter("dangol_refunds_failed", "A person has to look at them.", registry=to)
        self.disputes = Counter("dangol_disputes", "A payer's bank wants money back.", registry=to)
        self.reconciled = Counter(
            "dangol_reconciled", "Payments and refunds nothing was heard of, asked about again.", ["what"], registry=to
        )
        self.messages = Counter("dangol_messages", "Tries to send a message.", ["channel", "outcome"], registry=to)
        self.send_seconds = Histogram(
            "dangol_send_seconds", "Handing a message to its platform.", ["channel"], registry=to, buckets=SLOW
        )
        self.sockets = Gauge("dangol_sockets_open", "Web chats open now.", registry=to, multiprocess_mode="livesum")
        self.connections = Gauge(
            "dangol_database_connections_in_use", "Taken from the pool.", registry=to, multiprocess_mode="livesum"
        )
        self.bus = Gauge(
            "dangol_bus_connected",
            "Workers whose connection to Redis stands.",
            registry=to,
            multiprocess_mode="livesum",
        )
        self.nudges = Counter("dangol_bus_nudges", "Wake-ups between workers.", ["direction"], registry=to)
        self._kinds: set[str] = set()

    def kind(self, given: str) -> str:
        """A till's kind of event as a label: the first MOST_KINDS as they are."""
        if given in self._kinds or len(self._kinds) < MOST_KINDS:
            self._kinds.add(given)
            return given
        return "other"


@cache
def metrics() -> Metrics:
    """Those of this process."""
    return Metrics()


def intent_label(intent: str | None) -> str:
    return "other" if intent is None or intent not in INTENTS else intent


_WATCHED: WeakSet[Engine] = WeakSet()


def watch_pool(engine: Engine) -> None:
    """Tell how many connections are taken from ``engine``'s pool; one that is given back is still counted by it then."""
    if engine in _WATCHED:
        return
    _WATCHED.add(engine)

    def taken(*_: object) -> None:
        if isinstance(engine.pool, QueuePool):
            metrics().connections.set(engine.pool.checkedout())

    def given_back(*_: object) -> None:
        if isinstance(engine.pool, QueuePool):
            metrics().connections.set(max(0, engine.pool.checkedout() - 1))

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)


def prepare(folder: Path) -> None:
    """Count over several workers, in ``folder``, which is emptied. For the process that starts them, before it does."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ[FOLDER] = str(folder)


def worker_gone(process: int) -> None:
    """Forget what a dead worker held open; what it counted stays counted."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(process)  # type: ignore[no-untyped-call]
