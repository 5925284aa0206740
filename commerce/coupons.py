"""Coupons: claimed in chat, applied by themselves, given back when the order dies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from commerce import ledger
from commerce.cart_views import FRESH
from commerce.coupon_records import Coupon, CouponSpec, CouponUse, CouponView, view_of
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.refusals import Refusal
from commerce.whole import all_or_nothing
from commerce.work import Work

__all__ = ["CouponSpec", "CouponView", "badges", "claim", "claimable", "held", "save", "usable"]


async def save(work: Work, shop: str | None, spec: CouponSpec) -> str:
    """Add a coupon of ``shop`` (None: the town's), or change the one of the same shop and name; returns its id.

    A total below what is already claimed becomes what is claimed.
    """
    digest = hashlib.sha256(json.dumps([shop, spec.name], sort_keys=True).encode()).hexdigest()
    values = asdict(spec)
    found = await work.session.scalar(select(Coupon.id).where(Coupon.digest == digest))
    if found is None:
        found = work.ids.new("coupon")
        await work.session.execute(insert(Coupon).values(id=found, digest=digest, shop_id=shop, **values))
        return found
    if spec.total is not None:
        values["total"] = case((Coupon.claimed > spec.total, Coupon.claimed), else_=spec.total)
    await changed(work, update(Coupon).where(Coupon.id == found).values(**values))
    return found


async def claimable(work: Work, person: str, shop: str) -> tuple[CouponView, ...]:
    """The coupons of ``shop`` and the town that the person may still claim, the shop's first."""
    rows = await work.session.scalars(
        select(Coupon)
        .where(or_(Coupon.shop_id == shop, Coupon.shop_id.is_(None)), _valid(work), _left(), _not_yet_by(person))
        .order_by(Coupon.shop_id.is_(None), Coupon.min_order, Coupon.id)
        .execution_options(**FRESH)
    )
    return tuple(view_of(row) for row in rows)


async def claim(work: Work, person: str, coupon: str) -> CouponView:
    """Take one use of ``coupon`` for the person.

    Refuses "coupon_unknown", "coupon_over" (not valid now), "coupon_gone" (all taken), "coupon_limit"(most).
    """
    async with all_or_nothing(work):
        took = update(Coupon).where(Coupon.id == coupon, _valid(work), _left())
        counted = await changed(work, took.values(claimed=Coupon.claimed + 1))
        row = await work.session.scalar(select(Coupon).where(Coupon.id == coupon).execution_options(**FRESH))
        if row is None:
            raise Refusal("coupon_unknown", coupon=coupon)
        if not counted:
            full = row.total is not None and row.claimed >= row.total
            raise Refusal("coupon_gone" if full else "coupon_over", coupon=coupon, name=row.name)
        limit = Refusal("coupon_limit", coupon=coupon, name=row.name, most=row.per_person)
        taken = await work.session.scalar(
            select(func.count()).where(CouponUse.coupon_id == coupon, CouponUse.person_id == person)
        )
        if (taken or 0) >= row.per_person:
            raise limit
        use = work.ids.new("use")
        values = {"id": use, "coupon_id": coupon, "person_id": person, "n": (taken or 0) + 1, "state": "held"}
        try:
            async with work.session.begin_nested():
                await work.session.execute(insert(CouponUse).values(claimed_at=work.now, **values))
        except IntegrityError as error:
            raise limit from error
        return view_of(row, use)


async def held(work: Work, person: str) -> tuple[CouponView, ...]:
    """The valid coupons that the person holds and has not used, those that end first in front."""
    return await _held(work, person)


async def usable(work: Work, person: str, shop: str) -> tuple[CouponView, ...]:
    """The person's held coupons that hold good at ``shop`` now, whatever their minimum."""
    return await _held(work, person, or_(Coupon.shop_id == shop, Coupon.shop_id.is_(None)))


async def badges(work: Work, shops: Collection[str], person: str | None = None) -> dict[str, CouponView]:
    """One claimable coupon of each shop that has one, for its card: the one with the lowest minimum. With ``person``
    only what that person may still claim."""
    still = () if person is None else (_not_yet_by(person),)
    rows = await work.session.scalars(
        select(Coupon)
        .where(Coupon.shop_id.in_(shops), _valid(work), _left(), *still)
        .order_by(Coupon.min_order.desc(), Coupon.id)
        .execution_options(**FRESH)
    )
    return {row.shop_id: view_of(row) for row in rows if row.shop_id}


async def reserve(work: Work, person: str, use: str, order: str) -> None:
    """``order`` takes the person's held use. Refuses "coupon_used"."""
    took = update(CouponUse).where(CouponUse.id == use, CouponUse.person_id == person, CouponUse.state == "held")
    if not await changed(work, took.values(state="reserved", order_id=order)):
        raise Refusal("coupon_used", use=use)


async def redeem(work: Work, order: Order) -> None:
    """The paid ``order`` uses up what it reserved; its value goes to the ledger."""
    done = update(CouponUse).where(CouponUse.order_id == order.id, CouponUse.state == "reserved")
    if not await changed(work, done.values(state="redeemed")):
        return
    use, payer = await _use(work, order.id)
    subject = f"{use}:{order.id}"
    account = f"order:{order.id}"
    await ledger.post(work, "coupon", subject, order.id, order.currency, order.discount, debit=payer, credit=account)


async def shrink(work: Work, order: Order, amount: int, move: str) -> None:
    """``amount`` less of the coupon's value is used, because lines of ``order`` went; ``move`` names the change."""
    _, payer = await _use(work, order.id)
    account = f"order:{order.id}"
    await ledger.post(work, "coupon_cut", move, order.id, order.currency, amount, debit=account, credit=payer)


async def release(work: Work, order: Order) -> None:
    """``order`` died: the person holds the use again, and its value leaves the ledger."""
    row = (
        await work.session.execute(
            select(CouponUse.id, CouponUse.state, Coupon.shop_id, Coupon.id)
            .join(Coupon, Coupon.id == CouponUse.coupon_id)
            .where(CouponUse.order_id == order.id)
        )
    ).one_or_none()
    if row is None:
        return
    use, state, shop, coupon = row
    freed = update(CouponUse).where(CouponUse.id == use, CouponUse.order_id == order.id)
    if not await changed(work, freed.values(state="held", order_id=None)) or state != "redeemed":
        return
    account, payer = f"order:{order.id}", _payer(coupon, shop)
    subject = f"{use}:{order.id}"
    amount = order.discount
    await ledger.post(work, "coupon_back", subject, order.id, order.currency, amount, debit=account, credit=payer)


async def _use(work: Work, order: str) -> tuple[str, str]:
    row = await work.session.execute(
        select(CouponUse.id, Coupon.id, Coupon.shop_id)
        .join(Coupon, Coupon.id == CouponUse.coupon_id)
        .where(CouponUse.order_id == order)
    )
    use, coupon, shop = row.one()
    return use, _payer(coupon, shop)


def _payer(coupon: str, shop: str | None) -> str:
    return f"coupon:{coupon}" if shop is None else f"shop:{shop}"


async def _held(work: Work, person: str, *where: ColumnElement[bool]) -> tuple[CouponView, ...]:
    rows = await work.session.execute(
        select(Coupon, CouponUse.id)
        .join(CouponUse, CouponUse.coupon_id == Coupon.id)
        .where(CouponUse.person_id == person, CouponUse.state == "held", _valid(work), *where)
        .order_by(Coupon.valid_until.is_(None), Coupon.valid_until, CouponUse.claimed_at, CouponUse.id)
        .execution_options(**FRESH)
    )
    return tuple(view_of(coupon, use) for coupon, use in rows)


def _valid(work: Work) -> ColumnElement[bool]:
    begun = or_(Coupon.valid_from.is_(None), Coupon.valid_from <= work.now)
    return and_(begun, or_(Coupon.valid_until.is_(None), Coupon.valid_until > work.now))


def _left() -> ColumnElement[bool]:
    return or_(Coupon.total.is_(None), Coupon.claimed < Coupon.total)


def _not_yet_by(person: str) -> ColumnElement[bool]:
    """The person may still claim it."""
    mine = (
        select(func.count())
        .where(CouponUse.coupon_id == Coupon.id, CouponUse.person_id == person)
        .correlate(Coupon)
        .scalar_subquery()
    )
    return mine < Coupon.per_person
