"""Calls to Stripe's API through its own SDK: bounded in time, never repeated by it, and answered with plain dicts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from typing import Any, Final, cast

import stripe
from aiohttp import ClientError, ClientTimeout

from commerce.gateways.port import GatewayDown, GatewayRefused

log = logging.getLogger(__name__)

Json = dict[str, Any]

TIMEOUT_S: Final = 8.0
_LATER: Final = frozenset({"lock_timeout", "idempotency_key_in_use", "rate_limit"})
_REPLAYED: Final = "Idempotent-Replayed"


class StoredFailure(GatewayDown):
    """Stripe broke down when it was asked first, and gives that same answer to this key from now on."""


class KeyReused(GatewayRefused):
    """Something else was asked under this key before."""

    def __init__(self) -> None:
        super().__init__("key_reused")


class StripeCalls:
    """The API at ``base`` under ``key``. Every method raises GatewayDown or GatewayRefused."""

    def __init__(self, key: str, base: str) -> None:
        self._http = stripe.AIOHTTPClient(timeout=ClientTimeout(total=TIMEOUT_S))
        addresses = {"api": base.rstrip("/")}
        client = stripe.StripeClient(
            key, base_addresses=cast(Any, addresses), max_network_retries=0, http_client=self._http
        )
        self._api = client.v1

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def session_made(self, params: Json, key: str) -> Json:
        made = self._api.checkout.sessions.create_async(cast(Any, params), {"idempotency_key": key})
        return await _answer(made)

    async def session(self, ref: str) -> Json:
        """With its payment intent, and that one's latest charge, in place of their ids."""
        expand = ["payment_intent", "payment_intent.latest_charge"]
        return await _answer(self._api.checkout.sessions.retrieve_async(ref, {"expand": expand}))

    async def session_expired(self, ref: str) -> Json:
        return await _answer(self._api.checkout.sessions.expire_async(ref))

    async def sessions(self, **which: Any) -> Json:
        return await _answer(self._api.checkout.sessions.list_async(cast(Any, which)))

    async def intent_made(self, params: Json, key: str) -> Json:
        return await _answer(self._api.payment_intents.create_async(cast(Any, params), {"idempotency_key": key}))

    async def intent(self, ref: str) -> Json:
        """With its latest charge in place of that one's id."""
        return await _answer(self._api.payment_intents.retrieve_async(ref, {"expand": ["latest_charge"]}))

    async def intent_cancelled(self, ref: str) -> Json:
        return await _answer(self._api.payment_intents.cancel_async(ref))

    async def intents(self, **which: Any) -> Json:
        return await _answer(self._api.payment_intents.list_async(cast(Any, which)))

    async def intents_named(self, payment: str) -> Json:
        """Those that bear our own name ``payment``. Stripe finds them within a minute of their making."""
        query = f"metadata['payment']:'{payment}'"
        return await _answer(self._api.payment_intents.search_async({"query": query, "limit": 10}))

    async def refund_made(self, params: Json, key: str) -> Json:
        return await _answer(self._api.refunds.create_async(cast(Any, params), {"idempotency_key": key}))

    async def refund(self, ref: str) -> Json:
        return await _answer(self._api.refunds.retrieve_async(ref))

    async def refunds(self, **which: Any) -> Json:
        return await _answer(self._api.refunds.list_async(cast(Any, which)))

    async def disputes(self, charge: str) -> Json:
        return await _answer(self._api.disputes.list_async({"charge": charge, "limit": 100}))


async def _answer(call: Awaitable[stripe.StripeObject]) -> Json:
    try:
        return (await call).to_dict()
    except stripe.StripeError as error:
        raise _told(error) from error
    except (ClientError, TimeoutError, asyncio.IncompleteReadError, OSError) as error:
        # The SDK leaves to us what goes wrong while the body is read.
        raise GatewayDown(f"Stripe's answer broke off: {type(error).__name__}") from error


def _told(error: stripe.StripeError) -> Exception:
    """What an error of the SDK means to the port."""
    code, status = _code(error), error.http_status
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        # The operator's mistake, not the payer's: nothing is given up for it.
        log.error("Stripe does not take the key: %s %s", type(error).__name__, code)
        return GatewayDown(f"Stripe does not take the key: {code}")
    if isinstance(error, stripe.IdempotencyError):
        return KeyReused()
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError) and code not in _LATER:
        return GatewayRefused(code)
    headers = cast(Mapping[str, str], error.headers)
    if status is not None and status >= 500 and headers.get(_REPLAYED) == "true":
        return StoredFailure(f"Stripe keeps answering {status}")
    return GatewayDown(f"Stripe: {type(error).__name__} {status or ''} {code}".rstrip())


def _code(error: stripe.StripeError) -> str:
    """Stripe's short word for what is wrong, such as "card_declined" or "amount_too_small"."""
    told = error.error
    return error.code or (told.code if told is not None and told.code else None) or type(error).__name__
