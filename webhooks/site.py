"""``GET /api/site``: what the page is to show. A demo town's street holds the keys of its shops; no other does."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.app import Application
from commerce import places, shops, trades
from commerce.cells import distance_m
from commerce.work import Work
from webhooks.chat import APPLICATION

PLACES = 8


async def site(request: web.Request) -> web.Response:
    application = request.app[APPLICATION]
    async with application.database.read() as session:
        work = Work(session, application.clock.now(), application.ids)
        body: dict[str, Any] = {
            "mode": "street" if application.settings.is_demo else "chat",
            "town": dict(application.services.home.name),
            "shops": await _street(work, application) if application.settings.is_demo else [],
            "places": await _places(work, application),
            "telegram": application.telegram.link if application.telegram is not None else None,
        }
    return web.json_response(body, headers={"Cache-Control": "no-store"})


async def _street(work: Work, application: Application) -> list[dict[str, Any]]:
    return [
        {
            "slug": shop.slug,
            "name": dict(shop.name),
            "trade": shop.trade,
            "emoji": trades.trade(shop.trade).emoji,
            "key": application.links.shop_key(shop.slug),
        }
        for shop in await shops.listed(work)
    ]


async def _places(work: Work, application: Application) -> list[dict[str, Any]]:
    """The named places nearest to the centre, for who cannot or will not share a position."""
    home = application.services.home
    known = await places.all_places(work)
    known.sort(key=lambda place: distance_m(home.lat, home.lon, place.lat, place.lon))
    return [{"name": dict(place.name), "lat": place.lat, "lon": place.lon} for place in known[:PLACES]]
