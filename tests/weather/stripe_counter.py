"""Stripe's stand-in as the till of a street."""

from __future__ import annotations

from aiohttp import ClientSession

from tests.peers.stripe import StripePeer
from tests.weather.processes import Dangol
from tests.webhooks.visiting import Frame
from webhooks.stripe import HOOK


def settings_of(stripe: StripePeer) -> dict[str, str]:
    """What a server is given to take money there."""
    webhook = ",".join(stripe.events.secrets)
    return {"stripe_api": stripe.url, "stripe_key": stripe.secret, "stripe_webhook_secret": webhook}


def events_to(stripe: StripePeer, server: Dangol) -> None:
    """Its events go there."""
    stripe.events.endpoint = server.url + HOOK


async def pay_at_stripe(session: ClientSession, asked: Frame, way: str = "card") -> None:
    """Press a button of Stripe's own page."""
    async with session.post(asked["payment"]["url"], data={"way": way}, allow_redirects=False) as answer:
        assert answer.status in (200, 303), await answer.text()
