"""The invariants of commerce, checked over the whole database in a fixed number of queries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from commerce.alteration_records import OPEN, Alteration
from commerce.audit_rules import RULES, Rule
from commerce.order_records import Order, OrderMove
from commerce.order_states import AT_WORK, UNPAID, WAITING, allowed, taken_back
from commerce.payment_records import PAYMENT_MOVES, Payment, PaymentMove

Timers = Collection[tuple[str, str]]
_SHOWN = 1000
"""Rows named per rule; a broken rule seldom breaks once."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that breaks a rule; ``detail`` says what it holds and what it should."""

    rule: str
    table: str
    id: str
    detail: str


async def check(session: AsyncSession, timers: Timers | None = None) -> list[Fault]:
    """Every row at fault, empty when all is well.

    ``timers`` are the pending ones as (name, subject); without them the rule that needs them is left out.
    """
    faults: list[Fault] = []
    for rule in RULES:
        faults += await _broken(session, rule)
    faults += [fault async for fault in _order_moves(session)]
    faults += [fault async for fault in _payment_moves(session)]
    if timers is not None:
        faults += [fault async for fault in _untimed(session, {subject for _, subject in timers})]
    return faults


async def _broken(session: AsyncSession, rule: Rule) -> list[Fault]:
    rows = await session.execute(rule.query.limit(_SHOWN))
    return [Fault(rule.name, rule.table, str(row[0]), _detail(rule.columns, tuple(row[1:]))) for row in rows]


def _detail(columns: tuple[str, ...], values: tuple[object, ...]) -> str:
    return ", ".join(f"{column} {value}" for column, value in zip(columns, values, strict=True))


async def _order_moves(session: AsyncSession) -> AsyncIterator[Fault]:
    """Every order's history is an unbroken chain of allowed moves that ends where the order stands."""
    moves = await session.stream(
        select(OrderMove.order_id, OrderMove.before, OrderMove.after, Order.fulfilment, Order.state)
        .join(Order, Order.id == OrderMove.order_id)
        .order_by(OrderMove.order_id, OrderMove.id)
    )
    chain = _Chain("order_moves", "orders")
    async for order, before, after, fulfilment, state in moves:
        fine = after == UNPAID if before is None else after in allowed(fulfilment, before) | taken_back(before)
        for fault in chain.follow(order, before, after, state, fine):
            yield fault
    for fault in chain.close():
        yield fault
    unrecorded = select(Order.id, Order.state).where(Order.id.not_in(select(OrderMove.order_id))).limit(_SHOWN)
    for order, state in await session.execute(unrecorded):
        yield Fault("moves recorded", "orders", order, f"state {state}, but no move is recorded")


async def _payment_moves(session: AsyncSession) -> AsyncIterator[Fault]:
    """The same of every payment."""
    moves = await session.stream(
        select(PaymentMove.payment_id, PaymentMove.before, PaymentMove.after, Payment.state)
        .join(Payment, Payment.id == PaymentMove.payment_id)
        .order_by(PaymentMove.payment_id, PaymentMove.id)
    )
    chain = _Chain("payment_moves", "payments")
    async for payment, before, after, state in moves:
        fine = after == "created" if before is None else after in PAYMENT_MOVES.get(before, frozenset())
        for fault in chain.follow(payment, before, after, state, fine):
            yield fault
    for fault in chain.close():
        yield fault
    unrecorded = select(Payment.id, Payment.state).where(Payment.id.not_in(select(PaymentMove.payment_id)))
    for payment, state in await session.execute(unrecorded.limit(_SHOWN)):
        yield Fault("moves recorded", "payments", payment, f"state {state}, but no move is recorded")


class _Chain:
    """Follows moves sorted by what moved, and says where one does not begin where the last ended."""

    def __init__(self, moves: str, things: str) -> None:
        self._moves = moves
        self._things = things
        self._thing: str | None = None
        self._at: str | None = None
        self._state: str | None = None

    def follow(self, thing: str, before: str | None, after: str, state: str, fine: bool) -> list[Fault]:
        faults = self.close() if thing != self._thing else []
        if thing != self._thing:
            self._thing, self._at = thing, None
        if before != self._at:
            faults.append(Fault("moves unbroken", self._moves, thing, f"left {before}, but stood at {self._at}"))
        if not fine:
            faults.append(Fault("moves allowed", self._moves, thing, f"went from {before} to {after}"))
        self._at, self._state = after, state
        return faults

    def close(self) -> list[Fault]:
        if self._thing is None or self._at == self._state:
            return []
        detail = f"state {self._state}, but the last move led to {self._at}"
        return [Fault("moves recorded", self._things, self._thing, detail)]


async def _untimed(session: AsyncSession, timed: set[str]) -> AsyncIterator[Fault]:
    """No order, and no change of one, waits for something that no timer ends."""
    waiting = WAITING | AT_WORK | {UNPAID}
    rows = await session.stream(select(Order.id, Order.state).where(Order.state.in_(waiting)))
    async for order, state in rows:
        if order not in timed:
            yield Fault("an end or a timer", "orders", order, f"state {state}, and no timer is pending")
    changes = await session.stream(select(Alteration.id, Alteration.state).where(Alteration.state.in_(OPEN)))
    async for change, state in changes:
        if change not in timed:
            yield Fault("an end or a timer", "alterations", change, f"state {state}, and no timer is pending")
