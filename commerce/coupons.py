"""Coupons: claimed in chat, applied by themselves, given back when the order dies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from commerce import ledger
from commerce.cart_views import FRESH
from commerce.coupon_records import Coupon, CouponSpec, CouponUse, CouponView, view_of
from commerce.database import table
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.refusals import Refusal
from commerce.whole import all_or_nothing
from commerce.work import Work

__all__ = ["CouponSpec", "CouponView", "badges", "claim", "claimable", "end_all", "held", "save", "usable"]


_C, _U = table(Coupon).c, table(CouponUse).c
_HERE = or_(_C.shop_id == bindparam("shop"), _C.shop_id.is_(None))
_LEFT = or_(_C.total.is_(None), _C.claimed < _C.total)
_VALID = and_(
    or_(_C.valid_from.is_(None), _C.valid_from <= bindparam("now")),
    or_(_C.valid_until.is_(None), _C.valid_until > bindparam("now")),
)
_TAKEN = select(func.count()).where(_U.coupon_id == _C.id, _U.person_id == bindparam("person"))
_NOT_YET_TAKEN = _TAKEN.correlate(table(Coupon)).scalar_subquery() < _C.per_person
"""The person may still claim it."""
_CLAIMABLE = (
    select(table(Coupon))
    .where(_HERE, _VALID, _LEFT, _NOT_YET_TAKEN)
    .order_by(_C.shop_id.is_(None), _C.min_order, _C.id)
)
_BADGES = (
    select(table(Coupon))
    .where(_C.shop_id.in_(bindparam("shops", expanding=True)), _VALID, _LEFT)
    .order_by(_C.min_order.desc(), _C.id)
)
_HELD = (
    select(table(Coupon), _U.id.label("use"))
    .join(table(CouponUse), _U.coupon_id == _C.id)
    .where(_U.person_id == bindparam("person"), _U.state == "held", _VALID)
    .order_by(_C.valid_until.is_(None), _C.valid_until, _U.claimed_at, _U.id)
)
_USABLE = _HELD.where(_HERE)
_TAKE = update(table(Coupon)).where(_C.id == bindparam("coupon"), _VALID, _LEFT).values(claimed=_C.claimed + 1)


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


async def end_all(work: Work) -> None:
    """Nobody claims a coupon from here on that is not saved again. Who holds one may use it until its own end."""
    open_ones = update(Coupon).where(or_(Coupon.total.is_(None), Coupon.claimed < Coupon.total))
    await changed(work, open_ones.values(total=Coupon.claimed))


async def claimable(work: Work, person: str, shop: str) -> tuple[CouponView, ...]:
    """The coupons of ``shop`` and the town that the person may still claim, the shop's first."""
    rows = await work.session.execute(_CLAIMABLE, {"shop": shop, "person": person, "now": work.now})
    return tuple(view_of(row) for row in rows)


async def claim(work: Work, person: str, coupon: str) -> CouponView:
    """Take one use of ``coupon`` for the person.

    Refuses "coupon_unknown", "coupon_over" (not valid now), "coupon_gone" (all taken), "coupon_limit"(most).
    """
    async with all_or_nothing(work):
        counted = await changed(work, _TAKE, {"coupon": coupon, "now": work.now})
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
    rows = await work.session.execute(_HELD, {"person": person, "now": work.now})
    return tuple(view_of(row, row.use) for row in rows)


async def usable(work: Work, person: str, shop: str) -> tuple[CouponView, ...]:
    """The person's held coupons that hold good at ``shop`` now, whatever their minimum."""
    rows = await work.session.execute(_USABLE, {"person": person, "shop": shop, "now": work.now})
    return tuple(view_of(row, row.use) for row in rows)


async def badges(work: Work, shops: Collection[str], person: str | None = None) -> dict[str, CouponView]:
    """One claimable coupon of each shop that has one, for its card: the one with the lowest minimum. With ``person``
    only what that person may still claim."""
    which, who = (_BADGES, {}) if person is None else (_BADGES.where(_NOT_YET_TAKEN), {"person": person})
    rows = await work.session.execute(which, {"shops": list(shops), "now": work.now, **who})
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


async def resize(work: Work, order: Order, more: int, alteration: str) -> None:
    """The paid ``order`` uses ``more`` of the coupon's value than before, less below 0, because of ``alteration``."""
    if more < 0:
        await shrink(work, order, -more, alteration)
        return
    _, payer = await _use(work, order.id)
    account = f"order:{order.id}"
    await ledger.post(work, "coupon_more", alteration, order.id, order.currency, more, debit=payer, credit=account)


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
