"""Stripe: its hosted Checkout page, or its payment form on a page of ours. Its event is a hint, its object the truth.

Calls go out under the payment's stored key. Stripe forgets keys after a day: whatever is older is looked up by our
own name, which is kept in its metadata, before anything is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from commerce.gateways import stripe_asking, stripe_reading, stripe_signing
from commerce.gateways.port import (
    GatewayDown,
    GatewayEvent,
    GatewayPayment,
    GatewayRefused,
    Opened,
    OpenPayment,
    Refunded,
    RefundRequest,
)
from commerce.gateways.stripe_asking import Pages
from commerce.gateways.stripe_calls import TIMEOUT_S, KeyReused, StoredFailure, StripeCalls
from commerce.gateways.stripe_keys import StripeKeys
from commerce.work import Clock

Json = dict[str, Any]
T = TypeVar("T")

CURRENCIES: Final = frozenset({"KRW", "USD"})
"""Those whose smallest unit is known to be the same here and at Stripe."""
REMEMBERED: Final = timedelta(hours=23)
"""How old a key may be to rely on it: Stripe keeps one for a day at least, and clocks differ."""
_SLACK: Final = timedelta(minutes=5)
_AROUND: Final = timedelta(hours=1)
_MOST_PAGES: Final = 20


class StripeTill:
    """A Gateway. ``base`` is where the world reaches us; ``fee_bps`` the share kept of what goes to a shop's own
    account, in basis points; ``timeout_s`` how long one call of the port may take, however many requests it makes."""

    name: Final = "stripe"

    def __init__(
        self, keys: StripeKeys, base: str, clock: Clock, fee_bps: int = 0, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.keys = keys
        self._pages = Pages(base, fee_bps)
        self._clock = clock
        self._timeout_s = timeout_s
        self._calls = StripeCalls(keys.secret, keys.api)

    async def open(self, request: OpenPayment) -> Opened:
        """A page for ``request``. Refuses a currency whose smallest unit may be another at Stripe."""
        if request.currency not in CURRENCIES:
            raise GatewayRefused("currency_unknown")

        async def make(key: str) -> Opened:
            if self.keys.publishable is not None:
                return self._form(await self._calls.intent_made(stripe_asking.intent(request, self._pages), key))
            return self._page(await self._calls.session_made(stripe_asking.checkout(request, self._pages), key))

        async def made() -> Opened | None:
            found = await self._found(request.payment, request.made_at - _SLACK, request.made_at + _AROUND)
            same = found is not None and (found.amount, found.currency) == (request.amount, request.currency)
            return found.opened if found is not None and same and not found.over else None

        async with self._bounded():
            return await self._once(request.key, request.made_at, make, made)

    async def find(self, payment: str) -> Opened | None:
        """What Stripe has under our name ``payment``: by its index, which lags a minute, and among the last hour's."""
        now = self._clock.now()
        async with self._bounded():
            found = await self._found(payment, now - _AROUND, now + _SLACK)
        return None if found is None else found.opened

    async def fetch(self, ref: str) -> GatewayPayment:
        """The payment as Stripe has it. An intent that belongs to a Checkout Session is given under that one's name."""
        async with self._bounded():
            if ref.startswith("pi_"):
                intent = await self._calls.intent(ref)
                session = await self._session_of(intent)
                if session is None:
                    return stripe_reading.of_intent(intent, await self._disputes(intent))
                ref = session["id"]
            session = await self._calls.session(ref)
            return stripe_reading.of_session(session, await self._disputes(session["payment_intent"]))

    async def close(self, ref: str) -> None:
        """Expire the session, or cancel the intent; one that is decided is left."""
        async with self._bounded():
            try:
                await (self._calls.intent_cancelled(ref) if ref.startswith("pi_") else self._calls.session_expired(ref))
            except GatewayRefused:
                if not await self._over(ref):
                    raise

    async def refund(self, request: RefundRequest) -> Refunded:
        """Give money back. Asked again, it says how that refund stands by now."""
        async with self._bounded():
            intent = await self._paid_by(request.ref)
            if intent["currency"].upper() != request.currency:
                raise GatewayRefused("currency_differs")
            return await self._refunded(request, stripe_asking.refund(request, intent))

    async def refund_charge(self, charge: str, request: RefundRequest) -> Refunded:
        """Give money back of a ``charge`` that was made on this account without us, by Telegram. Refuses a name that
        is none of Stripe's."""
        async with self._bounded():
            return await self._refunded(request, stripe_asking.refund_of_charge(request, charge))

    def verify(self, body: bytes, headers: Mapping[str, str]) -> list[GatewayEvent]:
        """The hint in a body that Stripe signed in the last five minutes. Raises Forged."""
        given = {name.lower(): value for name, value in headers.items()}
        header = given.get(stripe_signing.HEADER.lower(), "")
        stripe_signing.check(self.keys.webhook, body, header, self._clock.now())
        return stripe_reading.event_in(body)

    async def secret_of(self, ref: str) -> str | None:
        """What a browser needs to pay the intent ``ref`` with; None when it can be paid no longer."""
        async with self._bounded():
            intent = await self._calls.intent(ref)
        open_yet = intent["status"] in ("requires_payment_method", "requires_confirmation", "requires_action")
        return str(intent["client_secret"]) if open_yet else None

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._calls.close()

    async def _refunded(self, request: RefundRequest, asked: Json) -> Refunded:
        of = {name: asked[name] for name in ("payment_intent", "charge") if name in asked}

        async def make(key: str) -> Json:
            return await self._calls.refund_made(asked, key)

        async def made() -> Json | None:
            listed = await self._calls.refunds(**of, limit=100)
            mine = [one for one in listed["data"] if _named(one, "refund") == request.refund]
            return next((one for one in mine if one["amount"] == request.amount), None)

        refund = await self._once(request.key, request.made_at, make, made)
        old = self._clock.now() - datetime.fromtimestamp(refund["created"], UTC) >= _SLACK
        if old or stripe_reading.refund_state(refund) == "pending":
            # The same key gets the first answer for ever; this is today's. What was done can fail days later.
            refund = await self._calls.refund(refund["id"])
        return Refunded(refund["id"], stripe_reading.refund_state(refund))

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout_s):
                yield
        except TimeoutError as error:
            raise GatewayDown("Stripe takes too long") from error

    async def _once(
        self,
        key: str,
        made_at: datetime,
        make: Callable[[str], Awaitable[T]],
        made: Callable[[], Awaitable[T | None]],
    ) -> T:
        if self._clock.now() - made_at >= REMEMBERED and (found := await made()) is not None:
            return found
        try:
            return await make(key)
        except StoredFailure:
            # That answer never changes: what it left behind is looked for, and only if there is nothing, made anew.
            return await made() or await make(f"{key}-2")
        except KeyReused:
            # The same thing in other words: its page's language has changed, or the shop's name.
            if (found := await made()) is None:
                raise
            return found

    def _page(self, session: Json) -> Opened:
        return Opened(session["id"], session.get("url") or self._pages.back("paid", "ko"))

    def _form(self, intent: Json) -> Opened:
        return Opened(intent["id"], f"/pay/{intent['metadata']['payment']}")

    async def _found(self, payment: str, since: datetime, until: datetime) -> _Found | None:
        for intent in (await self._calls.intents_named(payment))["data"]:
            session = await self._session_of(intent)
            return self._as_found(intent if session is None else session)
        window = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
        for pages in (self._calls.sessions, self._calls.intents):
            async for one in _listed(pages, created=window):
                if _named(one, "payment") == payment and _named(one, "page") is None:
                    return self._as_found(one)
        return None

    def _as_found(self, thing: Json) -> _Found:
        over, page = thing["status"] in ("expired", "canceled"), thing["object"] == "checkout.session"
        opened, amount = (self._page(thing), "amount_total") if page else (self._form(thing), "amount")
        return _Found(opened, thing[amount], thing["currency"].upper(), over)

    async def _session_of(self, intent: Json) -> Json | None:
        """The Checkout Session that made ``intent``. Refuses an intent that is not of our making."""
        if _named(intent, "payment") is None:
            raise GatewayRefused("not_ours")
        if _named(intent, "page") != "checkout":
            return None
        listed = await self._calls.sessions(payment_intent=intent["id"], limit=1)
        return next(iter(listed["data"]), None)

    async def _paid_by(self, ref: str) -> Json:
        intent = await self._calls.intent(ref) if ref.startswith("pi_") else await self._intent_of(ref)
        if intent is None:
            raise GatewayRefused("not_paid")
        return intent

    async def _intent_of(self, session: str) -> Json | None:
        intent = (await self._calls.session(session))["payment_intent"]
        return intent if isinstance(intent, dict) else None

    async def _over(self, ref: str) -> bool:
        if ref.startswith("pi_"):
            return (await self._calls.intent(ref))["status"] in ("succeeded", "canceled", "processing")
        return bool((await self._calls.session(ref))["status"] != "open")

    async def _disputes(self, intent: Json | str | None) -> list[Json]:
        charge = stripe_reading.disputed_charge(intent)
        return [] if charge is None else list((await self._calls.disputes(charge))["data"])


@dataclass(frozen=True, slots=True)
class _Found:
    opened: Opened
    amount: int
    currency: str
    over: bool


def _named(thing: Json, name: str) -> str | None:
    found = (thing.get("metadata") or {}).get(name)
    return found if isinstance(found, str) else None


async def _listed(page: Callable[..., Awaitable[Json]], **which: Any) -> AsyncIterator[Json]:
    """Everything on a list, newest first, a hundred at a time."""
    after: Json = {}
    for _ in range(_MOST_PAGES):
        listed = await page(**which, **after, limit=100)
        for one in listed["data"]:
            yield one
        if not listed["has_more"] or not listed["data"]:
            return
        after = {"starting_after": listed["data"][-1]["id"]}
