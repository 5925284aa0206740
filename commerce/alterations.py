"""Changing a placed order: at once before its shop accepts, by the shop's consent after.

What costs more is paid at the order's till before it takes effect; what costs less goes back at once. An order has one
open change at most: another wish before the first is paid adds to it. Whatever is done about an order's change is done
with the order's row locked, and guarded by the state and the revision that it was decided on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError

from commerce import alteration_steps as steps
from commerce import order_steps, payments, shops
from commerce.alteration_lines import Draft, Edit, difference, edited, fee_for
from commerce.alteration_records import ASKED, UNPAID, Alteration
from commerce.events import AlterationAsked, AlterationGranted
from commerce.guarded import changed
from commerce.locking import lock_order
from commerce.order_records import Order
from commerce.order_states import ASKING
from commerce.order_states import UNPAID as NOT_PAID
from commerce.order_views import works_there
from commerce.payment_moves import expire_payments
from commerce.payment_records import Payment
from commerce.refusals import Refusal
from commerce.whole import all_or_nothing
from commerce.work import Work

PAY_WITHIN: Final = timedelta(minutes=10)

Till = Callable[[str | None, int, str], str]
"""The gateway for so much more, minor units, in a currency, of an order that was paid at a gateway (None: at none)."""


@dataclass(frozen=True, slots=True)
class AlterationView:
    """A change of ``order``. ``more`` is what it costs more, minor units; below 0 what goes back. ``said`` is as in
    Alteration.said, ``granted`` that its shop has agreed, ``paid`` that the money for it is here."""

    id: str
    order: str
    state: str
    more: int
    before: int
    total: int
    currency: str
    said: dict[str, Any]
    granted: bool
    paid: bool
    due_at: datetime | None


async def get(work: Work, alteration: str) -> AlterationView:
    """Refuses "alteration_unknown"."""
    return await _view(work, await steps.read(work, alteration))


async def open_of(work: Work, order: str) -> AlterationView | None:
    """The open change of ``order``."""
    row = await steps.open_of(work, order)
    return None if row is None else await _view(work, row)


async def order_of(work: Work, alteration: str) -> str:
    """The order that is to be changed. Refuses "alteration_unknown"."""
    return (await steps.read(work, alteration)).order_id


async def draft(work: Work, order: str, person: str) -> Draft:
    """The person's order as it is to be by all they have wished so far; without a wish as it stands. Refuses
    "order_unknown"."""
    row = await order_steps.read(work, order, Order.person_id == person)
    waiting = await steps.open_of(work, order)
    return steps.draft_in(waiting) if waiting is not None else steps.draft_of(row, await steps.lines_of(work, order))


async def check(work: Work, order: str, person: str, *, delivered: bool = False) -> None:
    """Whether the person's order can be changed at all, ``delivered``: to be brought. Refuses as ``propose`` does."""
    row = await order_steps.read(work, order, Order.person_id == person)
    _check_changeable(row, await steps.open_of(work, order))
    if delivered and row.fulfilment != "delivery" and (await shops.get(work, row.shop_id)).delivery_radius_m is None:
        raise Refusal("no_delivery", shop=row.shop_id)


async def propose(work: Work, order: str, person: str, edits: Sequence[Edit], till: Till) -> AlterationView:
    """Change the person's order by ``edits``. Where it stands then: "done"; "unpaid", to be paid more for; "asked" of
    its shop; "dropped" when it takes back all that was open.

    Refuses what ``edited`` and ``fee_for`` refuse, "sold_out", "few_left"(left), "unchanged", "choose_first" (something
    ran out), "cancel_asked", "already_asked" (of an earlier change), "too_late"(state), "order_unknown".
    """
    async with all_or_nothing(work):
        row = await _locked(work, order, Order.person_id == person)
        waiting = await steps.open_of(work, order)
        _check_changeable(row, waiting)
        lines = await steps.lines_of(work, order)
        base = steps.draft_of(row, lines)
        after = await edited(work, row.shop_id, steps.draft_in(waiting) if waiting else base, edits)
        said = difference(base.lines, after, row)
        if waiting is not None:
            await steps.close(work, waiting, "dropped", tell=False)
        if not any(said.values()):
            if waiting is None:
                raise Refusal("unchanged", order=order)
            return await get(work, waiting.id)
        made = await _insert(work, row, after, said, till)
        await steps.hold(work, made.id, steps.needed(lines, after.lines))
        await _begin(work, row, made)
        return await get(work, made.id)


async def pay(work: Work, order: str, person: str, till: Till) -> str:
    """Ask for what the open change of the person's order costs more once again; returns the payment. Refuses
    "nothing_to_pay", "too_many_tries", "order_unknown"."""
    async with all_or_nothing(work):
        row = await _locked(work, order, Order.person_id == person)
        waiting = await steps.open_of(work, order)
        if waiting is None or waiting.state != UNPAID:
            raise Refusal("nothing_to_pay", order=order)
        due = work.now + PAY_WITHIN
        await changed(work, update(Alteration).where(Alteration.id == waiting.id).values(due_at=due))
        steps.arm(work, waiting, UNPAID, due)
        gateway = till(await _paid_at(work, row), waiting.more, row.currency)
        return await payments.ask(work, row, gateway, waiting.more, waiting.id)


async def drop(work: Work, order: str, person: str) -> AlterationView:
    """The person lets go of the open change. Refuses "nothing_open", "order_unknown"."""
    async with all_or_nothing(work):
        await _locked(work, order, Order.person_id == person)
        waiting = await steps.open_of(work, order)
        if waiting is None or not await steps.close(work, waiting, "dropped"):
            raise Refusal("nothing_open", order=order)
        return await get(work, waiting.id)


async def grant(work: Work, alteration: str, by: str) -> AlterationView:
    """The shop agrees: done, or to be paid more for first. Refuses "not_allowed", "not_asked"(state)."""
    async with all_or_nothing(work):
        order, row = await _asked(work, alteration, by)
        agreed = update(Alteration).where(Alteration.id == row.id, Alteration.state == ASKED)
        await changed(work, agreed.values(granted_by=by))
        payment = await _payment_of(work, row.id)
        if row.more <= 0 or payment is not None:
            if not await steps.apply(work, order, row, payment):
                raise Refusal("not_asked", alteration=alteration, state=order.state)
            return await get(work, alteration)
        due = work.now + PAY_WITHIN
        if not await steps.move(work, row, UNPAID, due_at=due):
            raise Refusal("not_asked", alteration=alteration, state=order.state)
        steps.arm(work, row, UNPAID, due)
        work.tell(AlterationGranted(order.id, row.id))
        await _charge(work, order, row)
        return await get(work, alteration)


async def decline(work: Work, alteration: str, by: str) -> AlterationView:
    """The shop goes on as the order was; money that is here already goes back. Refuses "not_allowed", "not_asked"."""
    async with all_or_nothing(work):
        order, row = await _asked(work, alteration, by)
        if not await steps.close(work, row, "declined"):
            raise Refusal("not_asked", alteration=alteration, state=order.state)
        return await get(work, alteration)


async def lapse_unpaid(work: Work, alteration: str) -> bool:
    """Nobody paid in time; False when somebody did, or has more time."""
    return await _lapse(work, alteration, UNPAID)


async def lapse_unanswered(work: Work, alteration: str) -> bool:
    """The shop did not answer in time; False when it did, or has more time."""
    return await _lapse(work, alteration, ASKED)


async def _lapse(work: Work, alteration: str, state: str) -> bool:
    async with all_or_nothing(work):
        await lock_order(work, await order_of(work, alteration))
        row = await steps.read(work, alteration)
        if row.state != state or row.due_at is None:
            return False
        if row.due_at > work.now:
            steps.arm(work, row, state, row.due_at)
            return False
        return await steps.close(work, row, "lapsed")


async def _locked(work: Work, order: str, *guards: ColumnElement[bool]) -> Order:
    await lock_order(work, order)
    return await order_steps.read(work, order, *guards)


async def _asked(work: Work, alteration: str, by: str) -> tuple[Order, Alteration]:
    """What the shop of ``by`` is asked about."""
    order = await order_of(work, alteration)
    try:
        row = await _locked(work, order, works_there(by))
    except Refusal as refusal:
        raise Refusal("not_allowed", alteration=alteration) from refusal
    wish = await steps.read(work, alteration)
    if wish.state != ASKED:
        raise Refusal("not_asked", alteration=alteration, state=wish.state)
    return row, wish


def _check_changeable(row: Order, waiting: Alteration | None) -> None:
    facts = {"order": row.id, "state": row.state}
    if row.state == ASKING:
        raise Refusal("choose_first", **facts)
    if row.state not in steps.AT_ONCE | steps.BY_CONSENT:
        raise Refusal("too_late", **facts)
    if row.cancel_asked:
        raise Refusal("cancel_asked", **facts)
    if waiting is not None and (waiting.state == ASKED or waiting.granted_by is not None):
        raise Refusal("already_asked", **facts)


async def _insert(work: Work, order: Order, after: Draft, said: dict[str, Any], till: Till) -> Alteration:
    fee, subtotal = await fee_for(work, order, after), after.subtotal
    discount = min(subtotal, await steps.coupon_worth(work, order, subtotal))
    total = subtotal + fee - discount
    lat, lon = after.point or (None, None)
    money = {"before": order.total, "subtotal": subtotal, "fee": fee, "discount": discount, "total": total}
    where = {"fulfilment": after.fulfilment, "address": after.address, "address_detail": after.address_detail}
    due = work.now + (PAY_WITHIN if order.state in steps.AT_ONCE else timedelta(seconds=order.answer_s))
    values = {
        "id": work.ids.new("alter"),
        "order_id": order.id,
        "open_order": order.id,
        "state": UNPAID if order.state in steps.AT_ONCE else ASKED,
        "revision": order.revision,
        "lines": [line.to_json() for line in after.lines],
        "said": said,
        "gateway": till(await _paid_at(work, order), abs(total - order.total), order.currency),
        "made_at": work.now,
        "due_at": due,
        "lat": lat,
        "lon": lon,
    }
    try:
        async with work.session.begin_nested():
            await work.session.execute(insert(Alteration).values(**values, **money, **where))
    except IntegrityError as error:
        raise Refusal("already_asked", order=order.id, state=order.state) from error
    return await steps.read(work, str(values["id"]))


async def _begin(work: Work, order: Order, row: Alteration) -> None:
    """Do it, ask for the money, or ask the shop."""
    due = row.due_at or work.now
    if order.state in steps.BY_CONSENT:
        steps.arm(work, row, ASKED, due)
        work.tell(AlterationAsked(order.id, row.id))
    elif order.state == NOT_PAID or row.more <= 0:
        if not await steps.apply(work, order, row):
            raise Refusal("too_late", order=order.id, state=order.state)
        await (_pay_anew if order.state == NOT_PAID else _answer_anew)(work, order, row)
    else:
        steps.arm(work, row, UNPAID, due)
        await _charge(work, order, row)


async def _charge(work: Work, order: Order, row: Alteration) -> None:
    await payments.create(work, order.id, order.person_id, row.gateway, row.more, order.currency, row.id)


async def _pay_anew(work: Work, order: Order, row: Alteration) -> None:
    """Not paid yet: another total is asked for, with as much time as at first."""
    due = work.now + PAY_WITHIN
    await changed(work, update(Order).where(Order.id == order.id, Order.state == NOT_PAID).values(due_at=due))
    order_steps.rearm(work, "order.unpaid", order.id, due)
    fresh = await order_steps.read(work, order.id)
    last = await payments.latest_of(work, order.id)
    await expire_payments(work, order.id, "replaced")
    if fresh.total:
        gateway = last.gateway if last is not None and not row.more else row.gateway
        await payments.create(work, order.id, order.person_id, gateway, fresh.total, fresh.currency)
    else:
        await order_steps.receive(work, fresh, None)


async def _answer_anew(work: Work, order: Order, _: Alteration) -> None:
    await order_steps.answer_anew(work, order.id)


async def _paid_at(work: Work, order: Order) -> str | None:
    """The gateway that the order was paid at, or is to be."""
    latest = select(Payment.gateway).where(Payment.order_id == order.id, Payment.alteration_id.is_(None))
    found: str | None = await work.session.scalar(latest.order_by(Payment.created_at.desc(), Payment.id).limit(1))
    return found


async def _payment_of(work: Work, alteration: str) -> str | None:
    """The payment that has paid for it."""
    paid = select(Payment.id).where(
        Payment.alteration_id == alteration, Payment.state == "succeeded", Payment.returned == 0
    )
    found: str | None = await work.session.scalar(paid.order_by(Payment.id).limit(1))
    return found


async def _view(work: Work, row: Alteration) -> AlterationView:
    currency = await work.session.scalar(select(Order.currency).where(Order.id == row.order_id))
    return AlterationView(
        id=row.id,
        order=row.order_id,
        state=row.state,
        more=row.more,
        before=row.before,
        total=row.total,
        currency=str(currency),
        said=row.said,
        granted=row.granted_by is not None,
        paid=await _payment_of(work, row.id) is not None,
        due_at=row.due_at,
    )
