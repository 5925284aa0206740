"""Compares what was witnessed with what is kept: what was acknowledged and is not there is lost, what is there more
often than it was done is doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from tests.soak.witness import Act, Taken, Witness

MARGIN_S = 1.0
"""A kill is written down a moment after it began."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message in the database; ``ref`` is the messenger's name for it, None for a browser's. ``sent`` means taken
    by the messenger, ``dropped`` that nobody will send it."""

    id: int
    text: str
    ref: str | None = None
    sent: bool = True
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment by the till's name for it: what was taken, and what went back, minor units."""

    paid: int
    refunded: int


@dataclass(frozen=True)
class Kept:
    """What is in the database, in the witness' terms."""

    received: Set[Act]
    orders: Mapping[str, int] = field(default_factory=dict)
    pieces: Mapping[str, int] = field(default_factory=dict)
    """How many pieces each chat's orders are of."""
    paid_orders: Mapping[str, int] = field(default_factory=dict)
    thanked: Mapping[str, int] = field(default_factory=dict)
    """How often each chat was told that its payment came."""
    uses: Mapping[str, int] = field(default_factory=dict)
    charges: Mapping[str, Charge] = field(default_factory=dict)
    messages: Mapping[str, list[Told]] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    """What should have ended by now and has not, by kind."""
    faults: tuple[str, ...] = ()
    """What the audit found."""


Kind = Literal["lost", "doubled", "invented", "unsound"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` is an order, a charge …; ``detail`` names it."""

    kind: Kind
    what: str
    detail: str


@dataclass(frozen=True)
class Verdict:
    """``again`` are messages that came twice because a worker died, or an answer got lost, between sending and
    marking: the promise allows these."""

    findings: tuple[Finding, ...]
    again: tuple[str, ...]


def compare(witness: Witness, kept: Kept) -> Verdict:
    findings = [
        *_acts(witness, kept),
        *_counted("order", witness.placed, kept.orders, witness.unsure),
        *_counted("piece of an order", witness.pieces, kept.pieces, witness.unsure_pieces),
        *_counted("coupon use", witness.claimed, kept.uses, Counter()),
        *_counted("thanks for a payment", kept.paid_orders, kept.thanked, Counter()),
        *_money(witness, kept),
        *_shown(witness, kept),
        *(Finding("unsound", "audit", fault) for fault in kept.faults),
        *(Finding("unsound", "waiting", f"{count} × {what}") for what, count in kept.waiting.items() if count),
        *(Finding("lost", "answer", what) for what in witness.stuck),
    ]
    again: list[str] = []
    for chat, taken in witness.taken.items():
        told = kept.messages.get(chat, [])
        findings += _not_taken(chat, told, taken)
        for fault, detail in _twice(chat, told, taken, witness):
            if fault:
                findings.append(Finding("doubled", "message", detail))
            else:
                again.append(detail)
    return Verdict(tuple(findings), tuple(again))


def _acts(witness: Witness, kept: Kept) -> Iterator[Finding]:
    for act, what in witness.acts.items():
        if act not in kept.received:
            yield Finding("lost", "act", f"{what} ({act.channel} {act.update})")


def _counted(
    what: str, done: Mapping[str, int], there: Mapping[str, int], unsure: Mapping[str, int]
) -> Iterator[Finding]:
    for chat in sorted({*done, *there, *unsure}):
        least, found = done.get(chat, 0), there.get(chat, 0)
        most = least + unsure.get(chat, 0)
        if not least <= found <= most:
            kind: Kind = "lost" if found < least else "doubled"
            yield Finding(kind, what, f"{chat}: {least} to {most} were done, {found} are there")


def _money(witness: Witness, kept: Kept) -> Iterator[Finding]:
    for ref in sorted({*witness.charged, *witness.refunded, *kept.charges}):
        ours = kept.charges.get(ref, Charge(0, 0))
        pairs = (
            ("charge", witness.charged.get(ref, 0), ours.paid),
            ("refund", witness.refunded.get(ref, 0), ours.refunded),
        )
        for what, theirs, own in pairs:
            if theirs != own:
                kind: Kind = "lost" if own < theirs else "invented"
                yield Finding(kind, what, f"{ref}: the till has {theirs}, we have {own}")
        if witness.refunded.get(ref, 0) > witness.charged.get(ref, 0):
            yield Finding("doubled", "refund", f"{ref}: {witness.refunded[ref]} of {witness.charged.get(ref, 0)}")


def _shown(witness: Witness, kept: Kept) -> Iterator[Finding]:
    for chat, shown in witness.shown.items():
        there = {told.id for told in kept.messages.get(chat, [])}
        for number in sorted(there - shown):
            yield Finding("lost", "message", f"{chat}: {number} was never shown")
        for number in sorted(shown - there):
            yield Finding("invented", "message", f"{chat}: {number} was shown and is not kept")


def _not_taken(chat: str, told: list[Told], taken: list[Taken]) -> Iterator[Finding]:
    refs = {one.id for one in taken}
    for one in told:
        if not one.dropped and (not one.sent or one.ref not in refs):
            yield Finding("lost", "message", f"{chat}: {one.id} “{one.text[:40]}”")


def _twice(chat: str, told: list[Told], taken: list[Taken], witness: Witness) -> Iterator[tuple[bool, str]]:
    """Messages that nobody's ``ref`` names and that say what another one says: the earlier ones of a repetition.
    True where nothing happened in between that would explain it."""
    named = {one.ref for one in told}
    for place, one in enumerate(taken):
        if one.id in named:
            continue
        later = next((other for other in taken[place + 1 :] if other.text == one.text), None)
        if later is None:
            continue
        explained = any(one.at - MARGIN_S <= at <= later.at + MARGIN_S for at, _ in witness.disruptions)
        yield not explained, f"{chat}: “{one.text[:40]}” at {one.at:.1f} s and again at {later.at:.1f} s"
