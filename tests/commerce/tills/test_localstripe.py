"""The till for Stripe in front of a stand-in that others wrote, in a process of its own: `localstripe` from PyPI.

It has no Checkout, takes no ``automatic_payment_methods`` and ignores keys, so the payment itself is made by hand
here; reading it, giving money back, closing it and believing its events is the till's own code.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession, web

from commerce.gateways.port import GatewayEvent, GatewayRefused, RefundRequest
from commerce.gateways.stripe import StripeTill
from commerce.gateways.stripe_keys import StripeKeys
from commerce.work import SystemClock

KEY, SECRET = "sk_test_local", "whsec_local"
PATIENCE_S = 30.0
SERVE_HERE_ONLY = (
    "import sys; from aiohttp import web; from localstripe.server import app; "
    "web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), print=None)"
)
"""Its own command would listen on every address."""
CARD = {
    "type": "card",
    "card[number]": "4242424242424242",
    "card[exp_month]": "12",
    "card[exp_year]": "2030",
    "card[cvc]": "123",
}


@dataclass
class Others:
    """What is behind ``till``; ``hints`` are what its signed events led to."""

    session: ClientSession
    api: str
    till: StripeTill
    hints: asyncio.Queue[GatewayEvent] = field(default_factory=asyncio.Queue)

    async def post(self, path: str, **given: str) -> dict[str, Any]:
        async with self.session.post(f"{self.api}{path}", data=given) as answer:
            made: dict[str, Any] = await answer.json()
            assert answer.status == 200, made
            return made

    async def hold(self, amount: int = 18000, currency: str = "krw") -> str:
        """Hold money on a card, to be taken later."""
        method = await self.post("/v1/payment_methods", **CARD)
        asked = {"amount": str(amount), "currency": currency, "capture_method": "manual", "confirm": "true"}
        named = {"metadata[payment]": "pay_1", "metadata[order]": "order_1", "payment_method": method["id"]}
        return str((await self.post("/v1/payment_intents", **asked, **named))["id"])

    async def take(self, intent: str) -> None:
        await self.post(f"/v1/payment_intents/{intent}/capture")

    async def hint(self, kind: str) -> GatewayEvent:
        """The next event of that kind."""
        async with asyncio.timeout(PATIENCE_S):
            while (hint := await self.hints.get()).kind != kind:
                pass
            return hint


@pytest.fixture
async def others(tmp_path: Path) -> AsyncIterator[Others]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ("-c", SERVE_HERE_ONLY, str(port))
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=tmp_path, stdout=quiet, stderr=quiet)
    api = f"http://127.0.0.1:{port}"
    till = StripeTill(StripeKeys(KEY, (SECRET,), None, api), "http://127.0.0.1:8080", SystemClock())
    async with ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
        try:
            opened = Others(session, api, till)
            await _answers(session, api)
            async with _ear(opened) as url:
                hook: Mapping[str, Any] = {"url": url, "secret": SECRET}
                async with session.post(f"{api}/_config/webhooks/us", json=hook) as answer:
                    assert answer.status == 200
                yield opened
        finally:
            await till.aclose()
            process.terminate()
            await asyncio.wait_for(process.wait(), PATIENCE_S)


async def _answers(session: ClientSession, api: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(ClientConnectionError):
                async with session.get(f"{api}/v1/refunds"):
                    return
            await asyncio.sleep(0.1)


class _ear:  # noqa: N801 - a context manager
    """Takes events, and keeps the hints of those that the till verifies."""

    def __init__(self, others: Others) -> None:
        self._others = others

    async def __aenter__(self) -> str:
        async def take(request: web.Request) -> web.Response:
            for hint in self._others.till.verify(await request.read(), request.headers):
                self._others.hints.put_nowait(hint)
            return web.Response()

        app = web.Application()
        app.router.add_post("/hook", take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


async def test_money_that_was_held_and_taken_is_seen_told_and_given_back(others: Others) -> None:
    intent = await others.hold()
    assert (await others.till.fetch(intent)).state == "pending"
    await others.take(intent)
    hint = await others.hint("payment_intent.succeeded")
    assert hint.ref == intent
    fetched = await others.till.fetch(hint.ref)
    assert (fetched.state, fetched.amount, fetched.currency) == ("succeeded", 18000, "KRW")
    for refund, amount in (("refund_1", 5000), ("refund_2", 13000)):
        asked = RefundRequest(f"key_{refund}", refund, intent, amount, "KRW", SystemClock().now())
        assert (await others.till.refund(asked)).state == "succeeded"
    assert (await others.till.fetch(intent)).refunded == 18000


async def test_money_that_was_held_can_be_let_go(others: Others) -> None:
    intent = await others.hold(1999, "usd")
    await others.till.close(intent)
    fetched = await others.till.fetch(intent)
    assert (fetched.state, fetched.amount, fetched.currency) == ("expired", 1999, "USD")


async def test_what_it_does_not_know_is_refused(others: Others) -> None:
    with pytest.raises(GatewayRefused):
        await others.till.fetch("pi_unknown")
