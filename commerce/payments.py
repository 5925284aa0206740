"""Payments: one try to pay an order each. A gateway's word is fetched, then believed, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, insert, select, update

from commerce import alteration_steps, ledger, order_steps, payment_checks, payment_takings, refunds, reviving
from commerce.cart_views import FRESH
from commerce.events import PaymentDue, PaymentFailed, PaymentOpened, PaymentOver
from commerce.gateways.port import GatewayPayment, OpenPayment
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.order_states import DEAD, UNPAID
from commerce.payment_moves import expire_payments, move, read, record
from commerce.payment_records import LIVE, Payment
from commerce.refusals import Refusal
from commerce.shops import Shop
from commerce.whole import all_or_nothing
from commerce.work import Work

CHECK_AFTER: Final = timedelta(minutes=3)
"""A page that is open this long is looked after, in case the gateway's event was lost."""
PAY_WITHIN: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
_LATE: Final = {
    "sold_out": "late_gone",
    "few_left": "late_gone",
    "ordered_again": "late_again",
    "cancelled": "late_dropped",
}
"""Why money that came late goes back, by what keeps the order from coming back; else "too_late"."""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment, minor units: "created", "pending", "succeeded", "failed", "abandoned" or "expired"."""

    id: str
    order: str
    person: str
    gateway: str
    state: str
    amount: int
    currency: str
    ref: str | None
    url: str | None
    paid: int
    returned: int
    taken_back: int
    disputed: int
    created_at: datetime
    alteration: str | None
    """The change of the placed order that it pays for; None: it pays the order."""


async def create(
    work: Work, order: str, person: str, gateway: str, amount: int, currency: str, alteration: str | None = None
) -> str:
    """Make a payment of an unpaid order, or of an ``alteration`` of a placed one; the gateway is called for it after
    the commit."""
    payment = work.ids.new("pay")
    values = {"order_id": order, "person_id": person, "gateway": gateway, "amount": amount, "currency": currency}
    await work.session.execute(
        insert(Payment).values(
            id=payment,
            state="created",
            key=work.ids.new("key"),
            created_at=work.now,
            look_at=work.now + payment_checks.LOOK_AFTER,
            alteration_id=alteration,
            **values,
        )
    )
    await record(work, payment, None, "created")
    work.tell(PaymentDue(payment))
    return payment


async def get(work: Work, payment: str) -> PaymentView:
    """Any payment, for the system itself. Refuses "payment_unknown"."""
    return _view(await read(work, payment))


async def of_person(work: Work, person: str, payment: str) -> PaymentView:
    """The person's own payment. Refuses "payment_unknown"."""
    found = await _first(work, select(Payment).where(Payment.id == payment, Payment.person_id == person))
    if found is None:
        raise Refusal("payment_unknown", payment=payment)
    return found


async def of_ref(work: Work, gateway: str, ref: str) -> PaymentView | None:
    """The payment that a gateway names ``ref``."""
    return await _first(work, select(Payment).where(Payment.gateway == gateway, Payment.ref == ref))


async def latest_of(work: Work, order: str) -> PaymentView | None:
    """The newest payment of an order; of those made at one moment the one that can still be paid."""
    newest = (Payment.created_at.desc(), Payment.state.not_in(LIVE), Payment.id)
    return await _first(work, select(Payment).where(Payment.order_id == order).order_by(*newest).limit(1))


async def call(work: Work, payment: str, language: str = "ko") -> tuple[str, OpenPayment]:
    """The gateway's name and what to ask of it, for a page in ``language``. Refuses "payment_unknown"."""
    row = (
        await work.session.execute(
            select(Payment, Shop.name, Shop.stripe_account, Order.number)
            .join(Order, Order.id == Payment.order_id)
            .join(Shop, Shop.id == Order.shop_id)
            .where(Payment.id == payment)
            .execution_options(**FRESH)
        )
    ).one_or_none()
    if row is None:
        raise Refusal("payment_unknown", payment=payment)
    paid, shop, account, number = row
    asked = OpenPayment(
        key=paid.key,
        payment=paid.id,
        order=paid.order_id,
        amount=paid.amount,
        currency=paid.currency,
        shop=shop,
        number=number,
        made_at=paid.created_at,
        language=language,
        account=account if paid.gateway == "stripe" else None,
    )
    return paid.gateway, asked


async def opened(work: Work, payment: str, ref: str, url: str) -> None:
    """The gateway gave a page. The person is told, unless the order died meanwhile or it is paid already."""
    row = await read(work, payment)
    named = update(Payment).where(Payment.id == payment, Payment.ref.is_(None))
    await changed(work, named.values(ref=ref, url=url))
    if row.state == "created" and await move(work, row, "pending"):
        work.tell(PaymentOpened(payment))
        order_steps.rearm(work, "payment.check", payment, work.now + CHECK_AFTER)
    elif (await read(work, payment)).state == "expired":
        work.tell(PaymentOver(payment))


async def unasked(work: Work, payment: str) -> None:
    """The gateway knows nothing of it: it is asked to open it, if that is still wanted."""
    row = await read(work, payment)
    if row.state == "created":
        work.tell(PaymentDue(payment))


async def refused(work: Work, payment: str, reason: str) -> None:
    """The gateway will not open a page, for good."""
    if await move(work, await read(work, payment), "failed", reason):
        work.tell(PaymentFailed(payment, reason))


async def retry(work: Work, order: str, person: str, gateway: str) -> str:
    """Ask for the money of the person's unpaid order once more, at ``gateway``, with as much time as at first; returns
    the payment.

    A page that is open there is shown again; after a failed try, or at another gateway, a new payment takes the place
    of the old. Refuses "order_unknown", "order_over", "already_paid", "too_many_tries".
    """
    async with all_or_nothing(work):
        row = await order_steps.read(work, order, Order.person_id == person)
        if row.state != UNPAID:
            raise Refusal("already_paid" if row.payment_id else "order_over", order=order, state=row.state)
        until = work.now + PAY_WITHIN
        waiting = update(Order).where(Order.id == order, Order.state == UNPAID)
        if not await changed(work, waiting.values(due_at=until)):
            raise Refusal("order_over", order=order, state=row.state)
        order_steps.rearm(work, "order.unpaid", order, until)
        return await ask(work, row, gateway, row.total)


async def ask(work: Work, order: Order, gateway: str, amount: int, alteration: str | None = None) -> str:
    """Ask for ``amount`` of ``order``, or of the ``alteration`` of it, at ``gateway``: the page that is open there for
    the same amount, else a new payment in the place of all before. Refuses "too_many_tries"."""
    same = (Payment.order_id == order.id, Payment.alteration_id.is_not_distinct_from(alteration))
    tries = await work.session.scalar(select(func.count()).where(*same, Payment.amount == amount)) or 0
    newest = select(Payment).where(*same).order_by(Payment.created_at.desc(), Payment.state.not_in(LIVE), Payment.id)
    last = await _first(work, newest.limit(1))
    if last is not None and last.state in LIVE and (last.gateway, last.amount) == (gateway, amount):
        if last.state == "abandoned":
            await move(work, await read(work, last.id), "pending", "retried")
        work.tell(PaymentDue(last.id) if last.ref is None else PaymentOpened(last.id))
        return last.id
    if tries >= MOST_TRIES:
        raise Refusal("too_many_tries", order=order.id)
    await expire_payments(work, order.id, "replaced", alteration)
    return await create(work, order.id, order.person_id, gateway, amount, order.currency, alteration)


async def confirm(work: Work, payment: str, fetched: GatewayPayment, asked: datetime | None = None) -> None:
    """Believe what the gateway, asked at ``asked`` (left out: now), says of ``payment``: saying it again changes nothing.

    Paid: the order is received, its stock sold, its coupon redeemed; one whose hold has ended comes back if it can.
    Paid twice, too little, too much or too late: all of it goes back by itself. What the gateway gave back or lost to
    a dispute without us is booked. Refuses "payment_unknown", and "payment_mismatch" for another's ``ref`` or currency.
    """
    async with all_or_nothing(work):
        order = await order_steps.of_payment(work, payment)
        row = await read(work, payment)
        if row.ref not in (None, fetched.ref) or row.currency != fetched.currency:
            raise Refusal("payment_mismatch", payment=payment, ref=fetched.ref)
        newest = await payment_checks.heard(work, row, fetched, asked or work.now)
        if fetched.state != "succeeded":
            await _not_paid(work, row, fetched.state)
            return
        first = await _book(work, row, fetched)
        if newest:
            await payment_takings.note(work, order, payment, fetched)
            await refunds.ask_after(work, payment)
        if first:
            await _use(work, order, row, fetched)


async def _not_paid(work: Work, row: Payment, state: str) -> None:
    if state == "pending":
        if row.state in LIVE and row.state != "created":
            order_steps.rearm(work, "payment.check", row.id, work.now + CHECK_AFTER)
        if row.state == "abandoned":
            await move(work, row, "pending")
    elif await move(work, row, state, "declined" if state == "failed" else state):
        work.tell(PaymentFailed(row.id, "declined" if state == "failed" else state))


async def _book(work: Work, row: Payment, fetched: GatewayPayment) -> bool:
    """The money is in the till; False when that was booked before."""
    values: dict[str, Any] = {"paid": fetched.amount, "paid_at": work.now, "ref": fetched.ref}
    while not await move(work, row, "succeeded", **values):
        row = await read(work, row.id)
        if row.state == "succeeded":
            return False
    accounts = {"debit": f"till:{row.gateway}", "credit": f"order:{row.order_id}"}
    await ledger.post(work, "payment", row.id, row.order_id, row.currency, fetched.amount, **accounts)
    return True


async def _use(work: Work, order: Order, row: Payment, fetched: GatewayPayment) -> None:
    """The order gets the money, or it goes back."""
    if row.alteration_id is not None:
        why = await _altered(work, order, row, fetched)
    else:
        why = await _received(work, order, row, fetched)
        if why is None:
            await expire_payments(work, order.id, "order_paid")
    if why is not None:
        await refunds.all_of(work, row.id, why)


async def _altered(work: Work, order: Order, row: Payment, fetched: GatewayPayment) -> str | None:
    """Change the order as was wished; or why that cannot be."""
    if fetched.amount != row.amount:
        return "alteration_amount"
    if fetched.refunded or fetched.disputed:
        return "alteration_late"
    why = await alteration_steps.paid(work, order, row, work.now + timedelta(seconds=order.answer_s))
    if why is None:
        await order_steps.answer_anew(work, order.id)
    return why


async def _received(work: Work, order: Order, row: Payment, fetched: GatewayPayment) -> str | None:
    """Give the order to its shop; or why that cannot be."""
    if fetched.amount != row.amount or row.amount != order.total:
        return "wrong_amount"
    if fetched.refunded or fetched.disputed:
        return "taken_back"
    if order.state == UNPAID:
        return None if await order_steps.receive(work, order, row.id) else "too_late"
    if order.payment_id is not None and order.state not in DEAD:
        return "paid_twice"
    try:
        async with all_or_nothing(work):
            order = await reviving.revive(work, order)
            await order_steps.receive(work, order, row.id, "paid_late")
    except Refusal as refusal:
        return _LATE.get(refusal.code, "too_late")
    return None


async def _first(work: Work, query: Select[Payment]) -> PaymentView | None:
    row = await work.session.scalar(query.execution_options(**FRESH))
    return None if row is None else _view(row)


def _view(row: Payment) -> PaymentView:
    return PaymentView(
        id=row.id,
        order=row.order_id,
        person=row.person_id,
        gateway=row.gateway,
        state=row.state,
        amount=row.amount,
        currency=row.currency,
        ref=row.ref,
        url=row.url,
        paid=row.paid,
        returned=row.returned,
        taken_back=row.taken_back,
        disputed=row.disputed,
        created_at=row.created_at,
        alteration=row.alteration_id,
    )
