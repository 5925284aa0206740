"""Stripe's door: its signed events, the pages it sends people back to, and its payment form on a page of ours."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.app import Application
from commerce import payments
from commerce.gateways.port import Forged, GatewayDown, GatewayEvent, GatewayRefused, OpenPayment
from commerce.gateways.stripe_signing import LARGEST_EVENT
from commerce.payment_records import LIVE
from commerce.refusals import Refusal
from commerce.work import Work
from webhooks.bodies import whole
from webhooks.stripe_words import WORDS
from webhooks.till import money

if TYPE_CHECKING:
    from commerce.gateways.stripe import StripeTill

log = logging.getLogger(__name__)

HOOK: Final = "/hooks/stripe"
SCRIPT: Final = "https://js.stripe.com/clover/stripe.js"
"""Stripe's own script, which it wants loaded from nowhere else."""
_OURS: Final = re.compile(r"pay_[0-9a-z]{24}")

OnEvents = Callable[[Sequence[GatewayEvent]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Due:
    """A payment that a page was opened for: what it asks for, Stripe's name for it, and whether it is still wanted."""

    asked: OpenPayment
    ref: str | None
    wanted: bool


class StripePages:
    """``on_events`` is given what Stripe signed; what it raises makes Stripe send again. ``due`` finds a payment."""

    def __init__(self, till: StripeTill, on_events: OnEvents, due: Callable[[str, str], Awaitable[Due | None]]) -> None:
        self._till = till
        self._on_events = on_events
        self._due = due
        pages = FileSystemLoader(Path(__file__).parent / "pages")
        environment = Environment(loader=pages, autoescape=True, undefined=StrictUndefined)
        self._page = environment.get_template("stripe.html")

    def routes(self) -> list[web.RouteDef]:
        routes = [
            web.post(HOOK, self.event),
            web.get("/paid", self.paid),
            web.get("/unpaid", self.unpaid),
        ]
        return routes + ([web.get("/pay/{payment}", self.pay)] if self._till.keys.publishable else [])

    async def event(self, request: web.Request) -> web.Response:
        """An event: verified, then handed on. 401 when Stripe did not sign it, 503 when Stripe cannot be asked yet."""
        body = await whole(request, LARGEST_EVENT)
        try:
            events = self._till.verify(body, request.headers)
        except Forged as forged:
            log.warning("refused what claims to be Stripe's: %s", forged)
            raise web.HTTPUnauthorized(text="not signed by Stripe") from forged
        try:
            await self._on_events(events)
        except GatewayDown as down:
            log.warning("an event of Stripe's waits: %s", down)
            raise web.HTTPServiceUnavailable(text="later, please") from down
        return web.json_response({"taken": len(events)})

    async def paid(self, request: web.Request) -> web.Response:
        """Where Stripe's page ends. That somebody is here says nothing about money: the chat does, when Stripe has."""
        return self._say(request, "paid")

    async def unpaid(self, request: web.Request) -> web.Response:
        """Where Stripe's page is left."""
        return self._say(request, "unpaid")

    async def pay(self, request: web.Request) -> web.Response:
        """The form of one payment. Whoever has its address may pay it, and learns what it costs, and no more."""
        language = _language(request)
        due = await self._due(request.match_info["payment"], language)
        if due is None:
            return self._say(request, "gone", status=404)
        if not due.wanted:
            return self._say(request, "over")
        if due.ref is None:
            return self._say(request, "soon", status=503)
        try:
            secret = await self._till.secret_of(due.ref)
        except (GatewayDown, GatewayRefused) as error:
            log.warning("the form of %s cannot be shown: %s", due.asked.payment, error)
            return self._say(request, "soon", status=503)
        return self._say(request, "over") if secret is None else self._form(request, due.asked, secret)

    def _form(self, request: web.Request, asked: OpenPayment, secret: str) -> web.Response:
        language, nonce = _language(request), secrets.token_urlsafe(16)
        html = self._page.render(
            language=language,
            nonce=nonce,
            words=WORDS[language],
            said="",
            shop=asked.shop.get(language) or next(iter(asked.shop.values()), ""),
            number=asked.number,
            amount=money(asked.amount, asked.currency, language),
            key=self._till.keys.publishable,
            secret=secret,
            script=SCRIPT,
        )
        return web.Response(text=html, content_type="text/html", headers=_headers(nonce, stripes=True))

    def _say(self, request: web.Request, word: str, status: int = 200) -> web.Response:
        language, nonce = _language(request), secrets.token_urlsafe(16)
        words = WORDS[language]
        html = self._page.render(language=language, nonce=nonce, words=words, said=words[word], secret=None)
        return web.Response(text=html, content_type="text/html", status=status, headers=_headers(nonce, stripes=False))


def add_stripe(app: web.Application, application: Application, till: StripeTill) -> None:
    """Open the door in ``app``."""

    async def on_events(events: Sequence[GatewayEvent]) -> None:
        await application.tills.receive(till.name, events)

    async def due(payment: str, language: str) -> Due | None:
        if not _OURS.fullmatch(payment):
            return None
        async with application.database.read() as session:
            work = Work(session, application.clock.now(), application.ids)
            try:
                found = await payments.get(work, payment)
                _, asked = await payments.call(work, payment, language)
            except Refusal:
                return None
        return Due(asked, found.ref, found.state in LIVE) if found.gateway == till.name else None

    app.router.add_routes(StripePages(till, on_events, due).routes())


def _language(request: web.Request) -> str:
    for wish in (request.query.get("lang", ""), *request.headers.get("Accept-Language", "").split(",")):
        language = wish.strip()[:2].lower()
        if language in WORDS:
            return language
    return "ko"


def _headers(nonce: str, *, stripes: bool) -> dict[str, str]:
    """``stripes``: let Stripe's script in, and what it needs, as Stripe's security guide lists it."""
    script, images = f"script-src 'nonce-{nonce}'", "img-src data:"
    if stripes:
        script = (
            f"{script} https://js.stripe.com https://*.js.stripe.com; connect-src https://api.stripe.com; "
            "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; "
            "style-src-attr 'unsafe-inline'"
        )
        images = "img-src data: https://*.stripe.com"
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; {script}; {images}; form-action 'self'; frame-ancestors 'self'; "
        "base-uri 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        # Some ways to pay open a window of their own, and Stripe is told which site it is on, not which payment.
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "Referrer-Policy": "strict-origin",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
    }
