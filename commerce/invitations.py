"""How a colleague joins a shop: a code that works once, for a day."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import insert, select, update

from commerce.refusals import Refusal
from commerce.shops import Invitation, ShopView, Staff, add_staff, get
from commerce.work import Work

LASTS = timedelta(hours=24)
LETTERS = 8


async def invite(work: Work, shop_id: str, by: str) -> str:
    """A new code for a colleague of that shop. Raises ``Refusal("not_allowed")`` unless ``by`` is its owner."""
    owner = select(Staff.id).where(Staff.shop_id == shop_id, Staff.person_id == by, Staff.role == "owner")
    if await work.session.scalar(owner) is None:
        raise Refusal("not_allowed")
    code = work.ids.letters(LETTERS)
    row = {"code_hash": _hash(code), "shop_id": shop_id, "invited_by": by, "expires_at": work.now + LASTS}
    await work.session.execute(insert(Invitation), [row])
    return code


async def accept(work: Work, code: str, person: str, name: str) -> ShopView:
    """Let the person join as staff under ``name``; the shop. Somebody already there uses no code up.

    Raises ``Refusal`` "invitation_unknown", "invitation_used" or "invitation_expired".
    """
    row = await work.session.execute(
        select(Invitation.shop_id, Invitation.expires_at).where(Invitation.code_hash == _hash(code))
    )
    found = row.first()
    if found is None:
        raise Refusal("invitation_unknown")
    shop_id, expires_at = found
    member = select(Staff.id).where(Staff.shop_id == shop_id, Staff.person_id == person)
    if await work.session.scalar(member) is not None:
        return await get(work, shop_id)
    if expires_at <= work.now:
        raise Refusal("invitation_expired")
    await _use(work, code, person)
    await add_staff(work, shop_id, person, "staff", name)
    return await get(work, shop_id)


async def _use(work: Work, code: str, person: str) -> None:
    used = await work.session.execute(
        update(Invitation)
        .where(Invitation.code_hash == _hash(code), Invitation.used_by.is_(None))
        .values(used_by=person),
        execution_options={"synchronize_session": False},
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("invitation_used")


def _hash(code: str) -> str:
    """Of the code's letters and digits alone: people type spaces, dashes and capitals."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return sha256(plain.encode()).hexdigest()
