"""The audit's rules that one query each can check: the query finds the rows that break the rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select

from commerce.alteration_records import ASKED, Alteration, AlterationPiece
from commerce.alteration_records import DONE as DONE_CHANGE
from commerce.alteration_records import OPEN as OPEN_CHANGES
from commerce.alteration_records import UNPAID as TO_PAY
from commerce.coupon_records import Coupon, CouponUse
from commerce.ledger import LedgerEntry
from commerce.menu import MenuItem
from commerce.order_records import Order, OrderLine
from commerce.order_states import AT_WORK, DEAD, DONE, ON_THE_WAY, RECEIVED, UNPAID, WAITING
from commerce.payment_records import LIVE, Payment, Refund, Taking

PAID: Final = WAITING | AT_WORK | {DONE}


@dataclass(frozen=True, slots=True)
class Rule:
    """``query`` finds the rows at fault: the id, then one value for each of ``columns``."""

    name: str
    table: str
    columns: tuple[str, ...]
    query: Select[*tuple[Any, ...]]


def _sum(what: ColumnElement[Any] | Any, *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(what), 0)).where(*where).scalar_subquery()


def _count(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*where).scalar_subquery()


def _stock() -> list[Rule]:
    mine = OrderLine.item_id == MenuItem.id
    altering = _sum(AlterationPiece.quantity, AlterationPiece.item_id == MenuItem.id)
    held = _sum(OrderLine.quantity, mine, OrderLine.stock == "held") + altering
    sold = _sum(OrderLine.quantity, mine, OrderLine.stock == "sold")
    over = and_(MenuItem.stock.is_not(None), MenuItem.held + MenuItem.sold > MenuItem.stock)
    counts = select(MenuItem.id, MenuItem.stock, MenuItem.held, MenuItem.sold)
    agree = select(MenuItem.id, MenuItem.held, held, MenuItem.sold, sold)
    holding = OrderLine.stock == "held"
    unpaid = Order.state == UNPAID
    astray = select(OrderLine.id, OrderLine.stock, Order.state).join(Order, Order.id == OrderLine.order_id)
    return [
        Rule(
            "stock never oversold",
            "menu_items",
            ("stock", "held", "sold"),
            counts.where(or_(MenuItem.held < 0, MenuItem.sold < 0, over)),
        ),
        Rule(
            "stock agrees with orders",
            "menu_items",
            ("held", "orders hold", "sold", "orders bought"),
            agree.where(or_(MenuItem.held != held, MenuItem.sold != sold)),
        ),
        Rule(
            "stock follows its order",
            "order_lines",
            ("stock", "order"),
            astray.where(
                or_(
                    and_(holding, Order.state != UNPAID),
                    and_(unpaid, OrderLine.kept, OrderLine.stock.in_(("sold", "back"))),
                    and_(OrderLine.kept, Order.state.in_(PAID), OrderLine.stock == "back"),
                )
            ),
        ),
        Rule(
            "pieces are kept for open changes",
            "alterations",
            ("state", "item"),
            select(Alteration.id, Alteration.state, AlterationPiece.item_id)
            .join(AlterationPiece, AlterationPiece.alteration_id == Alteration.id)
            .where(Alteration.state.not_in(OPEN_CHANGES)),
        ),
    ]


def _money() -> list[Rule]:
    sides = select(LedgerEntry.kind + ":" + LedgerEntry.subject, func.sum(LedgerEntry.amount))
    sides = sides.group_by(LedgerEntry.kind, LedgerEntry.subject, LedgerEntry.currency)
    till = _sum(LedgerEntry.amount, LedgerEntry.account == "till:" + Payment.gateway).correlate(Payment)
    refunded = case((Refund.state == "succeeded", Refund.amount), else_=0)
    by_payment = select(Refund.payment_id, func.sum(refunded).label("amount")).group_by(Refund.payment_id).subquery()
    taken = Payment.taken_back + Payment.disputed
    net = func.sum(Payment.paid - taken) - func.coalesce(func.sum(by_payment.c.amount), 0)
    tills = select(Payment.gateway, till, net).outerjoin(by_payment, by_payment.c.payment_id == Payment.id)
    returned = _sum(Refund.amount, Refund.payment_id == Payment.id, Refund.state != "failed")
    booked = _sum(
        LedgerEntry.amount,
        LedgerEntry.kind == "payment",
        LedgerEntry.subject == Payment.id,
        LedgerEntry.account == "till:" + Payment.gateway,
    )
    given = _sum(
        LedgerEntry.amount,
        LedgerEntry.kind.in_(("refund", "refund_back")),
        LedgerEntry.subject == Refund.id,
        LedgerEntry.account == "order:" + Refund.order_id,
    ).correlate(Refund)
    settled = case((Refund.state == "succeeded", Refund.amount), else_=0)
    return [
        Rule("ledger balanced", "ledger_entries", ("sum",), sides.having(func.sum(LedgerEntry.amount) != 0)),
        Rule(
            "money in less money out is in the tills",
            "payments",
            ("till", "payments less refunds and takings"),
            tills.group_by(Payment.gateway).having(till != net),
        ),
        Rule(
            "refunds within what was paid",
            "payments",
            ("paid", "returned", "refunds"),
            select(Payment.id, Payment.paid, Payment.returned, returned).where(
                or_(Payment.returned != returned, Payment.returned > Payment.paid, Payment.returned < 0)
            ),
        ),
        Rule(
            "payments booked once",
            "payments",
            ("paid", "booked"),
            select(Payment.id, Payment.paid, booked).where(Payment.paid != booked),
        ),
        Rule(
            "refunds booked once",
            "refunds",
            ("settled", "booked"),
            select(Refund.id, settled, given).where(settled != given),
        ),
        *_takings(),
    ]


def _takings() -> list[Rule]:
    """What tills moved by themselves."""
    in_all = Taking.after - Taking.before
    back = _sum(in_all, Taking.payment_id == Payment.id, Taking.kind == "refund")
    disputed = _sum(in_all, Taking.payment_id == Payment.id, Taking.kind == "dispute")
    booked = _sum(
        -LedgerEntry.amount,
        LedgerEntry.kind == "taken",
        LedgerEntry.subject == Taking.id,
        LedgerEntry.account == "till:" + Payment.gateway,
    ).correlate(Taking, Payment)
    return [
        Rule(
            "what tills took is recorded",
            "payments",
            ("taken back", "recorded", "disputed", "recorded"),
            select(Payment.id, Payment.taken_back, back, Payment.disputed, disputed).where(
                or_(Payment.taken_back != back, Payment.disputed != disputed)
            ),
        ),
        Rule(
            "what tills took is booked",
            "payment_takings",
            ("taken", "booked"),
            select(Taking.id, in_all, booked).join(Payment, Payment.id == Taking.payment_id).where(in_all != booked),
        ),
        Rule(
            "money is asked for only while it is due",
            "payments",
            ("state", "order"),
            select(Payment.id, Payment.state, Order.state)
            .join(Order, Order.id == Payment.order_id)
            .outerjoin(Alteration, Alteration.id == Payment.alteration_id)
            .where(
                Payment.state.in_(LIVE),
                or_(
                    and_(Payment.alteration_id.is_(None), Order.state != UNPAID),
                    and_(Payment.alteration_id.is_not(None), func.coalesce(Alteration.state, "") != TO_PAY),
                ),
            ),
        ),
    ]


def _orders() -> list[Rule]:
    lines = _sum(OrderLine.quantity * OrderLine.unit_price, OrderLine.order_id == Order.id, OrderLine.kept.is_(True))
    paying = (Payment.order_id == Order.id, Payment.state == "succeeded")
    kept = _sum(Payment.paid - Payment.returned, *paying)
    taken = _sum(Payment.taken_back + Payment.disputed, *paying)
    asked = Payment.alteration_id.in_(select(Alteration.id).where(Alteration.state == ASKED))
    waiting = _sum(Payment.paid, *paying, asked, Payment.returned == 0)
    owed = case((and_(Order.payment_id.is_not(None), Order.state.in_(PAID)), Order.total), else_=0) + waiting
    paid = _count(Payment.id == Order.payment_id, Payment.state == "succeeded")
    posted = _sum(LedgerEntry.amount, LedgerEntry.account == "order:" + Order.id)
    came = _sum(Payment.paid, Payment.order_id == Order.id)
    given = _sum(Refund.amount, Refund.order_id == Order.id, Refund.state == "succeeded")
    went = given + _sum(Payment.taken_back + Payment.disputed, Payment.order_id == Order.id)
    under_way = Order.state.in_(WAITING | AT_WORK)
    held = case((under_way, -Order.discount), (Order.state == DONE, Order.total), else_=0) - came + went
    return [
        Rule(
            "orders add up",
            "orders",
            ("subtotal", "lines", "fee", "discount", "total"),
            select(Order.id, Order.subtotal, lines, Order.fee, Order.discount, Order.total).where(
                or_(Order.subtotal != lines, Order.total != Order.subtotal + Order.fee - Order.discount)
            ),
        ),
        Rule(
            "the ledger owes what orders are owed",
            "orders",
            ("state", "ledger", "should be"),
            select(Order.id, Order.state, posted, held).where(posted != held),
        ),
        Rule(
            "nothing kept that is not owed",
            "orders",
            ("kept", "owed", "state"),
            select(Order.id, kept, owed, Order.state).where(or_(kept < owed, kept - owed > taken)),
        ),
        Rule(
            "nothing given that is not paid",
            "orders",
            ("state", "total"),
            select(Order.id, Order.state, Order.total).where(Order.state.in_(PAID), Order.total > 0, paid == 0),
        ),
    ]


def _alterations() -> list[Rule]:
    """Changes of placed orders."""
    is_open = Alteration.state.in_(OPEN_CHANGES)
    changeable = AT_WORK - {ON_THE_WAY} | {RECEIVED}
    changed = _count(Alteration.order_id == Order.id, Alteration.state == DONE_CHANGE)
    newest = select(func.max(Alteration.revision)).where(
        Alteration.order_id == Order.id, Alteration.state == DONE_CHANGE
    )
    at_least = func.coalesce(newest.scalar_subquery(), -1) + 1
    return [
        Rule(
            "open changes are of orders that can be changed",
            "alterations",
            ("state", "open order", "order"),
            select(Alteration.id, Alteration.state, Alteration.open_order, Order.state)
            .join(Order, Order.id == Alteration.order_id)
            .where(
                or_(
                    and_(is_open, or_(Order.state.not_in(changeable), Alteration.open_order.is_(None))),
                    and_(is_open, Alteration.revision != Order.revision),
                    and_(~is_open, Alteration.open_order.is_not(None)),
                )
            ),
        ),
        Rule(
            "every change counts once",
            "orders",
            ("revision", "changes"),
            select(Order.id, Order.revision, changed).where(or_(Order.revision < changed, Order.revision < at_least)),
        ),
    ]


def _coupons() -> list[Rule]:
    uses = _count(CouponUse.coupon_id == Coupon.id)
    each = select(func.min(CouponUse.id), func.count(), Coupon.per_person).join(
        Coupon, Coupon.id == CouponUse.coupon_id
    )
    each = each.group_by(CouponUse.coupon_id, CouponUse.person_id, Coupon.per_person)
    state = case((Order.state == UNPAID, "reserved"), (Order.state.in_(DEAD), "held"), else_="redeemed")
    taken = _count(CouponUse.order_id == Order.id)
    alive = Order.state.not_in(DEAD)
    return [
        Rule(
            "coupon uses within the total",
            "coupons",
            ("total", "claimed", "uses"),
            select(Coupon.id, Coupon.total, Coupon.claimed, uses).where(
                or_(Coupon.claimed != uses, and_(Coupon.total.is_not(None), Coupon.claimed > Coupon.total))
            ),
        ),
        Rule(
            "coupon uses within each person's",
            "coupon_uses",
            ("uses", "per person"),
            each.having(func.count() > Coupon.per_person),
        ),
        Rule(
            "coupon uses follow their order",
            "coupon_uses",
            ("state", "should be"),
            select(CouponUse.id, CouponUse.state, state)
            .join(Order, Order.id == CouponUse.order_id)
            .where(CouponUse.state != state),
        ),
        Rule(
            "discounts come from a coupon",
            "orders",
            ("discount", "uses"),
            select(Order.id, Order.discount, taken).where(alive, Order.discount > 0, taken != 1),
        ),
    ]


RULES: Final = (*_stock(), *_money(), *_orders(), *_alterations(), *_coupons())
