"""The real server in front of Stripe's stand-in, and people who pay on its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from bot.channels.port import Channel
from commerce.payment_records import Payment
from tests.dialogues.stage import Towns
from tests.peers.stripe import StripePeer
from tests.webhooks.visiting import FRIDAY_NOON, Frame, Site, Visitor, opened

SECRET = "whsec_peer"


@dataclass
class Paid:
    """A server whose money goes through ``stripe``, the stand-in."""

    site: Site
    stripe: StripePeer

    async def pay(self, url: str, way: str = "card") -> str:
        """Decide on the hosted page, as its form does; the path of the page it sends back to, or of itself."""
        async with self.site.session.get(url) as page:
            assert page.status == 200
            assert page.headers["X-Frame-Options"] == "DENY"
        async with self.site.session.post(url, data={"way": way}, allow_redirects=False) as answer:
            back = answer.headers.get("Location", url)
        await self.stripe.events.settled()
        return back.removeprefix("http://127.0.0.1:8080")

    async def payments(self) -> list[Payment]:
        async with self.site.application.database.read() as session:
            return list(await session.scalars(select(Payment).order_by(Payment.created_at, Payment.id)))

    async def session(self) -> str:
        """Stripe's name for the only payment there is."""
        (payment,) = await self.payments()
        assert payment.ref is not None
        return payment.ref

    async def intent(self) -> str:
        ref = await self.session()
        return ref if ref.startswith("pi_") else str(self.stripe.books.sessions[ref]["payment_intent"])


@asynccontextmanager
async def paid(
    towns: Towns,
    folder: Path,
    town: str = "testville",
    *channels: Channel,
    form: bool = False,
    at: datetime = FRIDAY_NOON,
    **more: Any,
) -> AsyncIterator[Paid]:
    """``form``: people pay with the form on our page, else on the hosted page. Both stand on the same clock."""
    sites: list[Site] = []
    async with StripePeer(lambda: sites[0].clock.now() if sites else at) as stripe:
        change: dict[str, Any] = {
            "stripe_key": SecretStr(stripe.secret),
            "stripe_webhook_secret": SecretStr(SECRET),
            "stripe_publishable_key": stripe.publishable if form else None,
            "stripe_api": stripe.url,
        }
        async with opened(towns, folder, town, *channels, at=at, change=change | more) as site:
            sites.append(site)
            stripe.events.endpoint = f"{site.url}/hooks/stripe"
            yield Paid(site, stripe)
            await stripe.events.settled()


async def order_chicken(minji: Visitor) -> Frame:
    """Up to the payment that is asked for, in the test town."""
    await minji.say("근처 치킨집")
    await minji.here()
    await minji.tap("메뉴 보기", "하나치킨")
    await minji.tap("후라이드")
    await minji.tap("주문하기")
    await minji.tap("포장")
    await minji.tap("결제하기")
    return await minji.until(lambda frame: bool(frame.get("payment")))


async def order_coffee(pat: Visitor) -> Frame:
    """Up to the payment that is asked for, in the dollar town."""
    await pat.say("coffee nearby")
    await pat.here(41.5062, -73.9841)
    await pat.tap("See menu", "Birch Street Coffee")
    await pat.tap("Drip coffee")
    await pat.tap("Check out")
    await pat.tap("Pay ")
    return await pat.until(lambda frame: bool(frame.get("payment")))
