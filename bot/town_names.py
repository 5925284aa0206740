"""The names of a running application's town, for understanding texts outside a conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.app import Application
from commerce import catalogue
from commerce.catalogue import CatalogueName
from commerce.shops import Shop
from commerce.work import Work
from nlu.live_names import LiveNames
from nlu.understanding import Name


async def live_names(application: Application, now: datetime | None = None) -> LiveNames:
    """Every shop's names, and those around the town's centre. ``now`` is the application's own unless given."""
    home = application.services.home
    async with application.database.read() as session:
        work = Work(session, application.clock.now(), application.ids)
        shops = (await session.execute(select(Shop.slug, Shop.id).where(Shop.registered != "left"))).all()
        at_hand = {slug: _names(await catalogue.names(work, shop)) for slug, shop in shops if slug is not None}
        around = await application.services.catalogue.around(work, home.lat, home.lon)
    every = (*around, *(name for names in at_hand.values() for name in names))
    called = {name.key: name.names[0] for name in every}
    return LiveNames((now or application.clock.now()).astimezone(home.zone), around, at_hand, called)


def _names(names: list[CatalogueName]) -> tuple[Name, ...]:
    return tuple(Name(name.kind, name.key, name.names, name.of, name.one_of) for name in names)
