"""A cart half done is brought up again once, when its owner comes back and has been answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot import views
from bot.actions.doing import ACTIONS
from bot.people import Arrival
from bot.telling import Teller
from commerce import carts
from commerce.work import Work
from flows.turned import Turned

_ABOUT_IT = {f"bot.actions.{room}" for room in ("cart", "checkout", "ordering", "choosing", "quoted", "handing")}
"""Whoever is at one of these needs not be told."""


def is_back(work: Work, since: datetime, minutes: int) -> bool:
    """Whether somebody who last wrote at ``since`` was away for so long."""
    return minutes > 0 and work.now - since >= timedelta(minutes=minutes)


async def bring_up(
    work: Work, teller: Teller, who: Arrival, since: datetime, minutes: int, turned: Turned, acted: Iterable[str]
) -> None:
    """``since``: when the person last wrote; ``acted``: the actions that answered them now."""
    if (
        not is_back(work, since, minutes)
        or turned.asking is not None
        or any(ACTIONS[name].__module__ in _ABOUT_IT for name in acted)
    ):
        return
    if not await carts.bring_up(work, who.person.id):
        return
    cart = await carts.view(work, who.person.id)
    if cart is not None and cart.lines:
        await teller.tell(who, "utter_cart_waits", {"cart": views.cart_json(cart), "currency": cart.currency})
