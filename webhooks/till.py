"""The sandbox till's hosted page, and the door its signed events come in by."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, cast, get_args
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from babel.numbers import format_currency, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from commerce.gateways.port import Forged, GatewayEvent
from commerce.gateways.sandbox import Charge, Decision, SandboxTill
from webhooks.bodies import whole
from webhooks.till_words import GONE, WORDS

OnEvents = Callable[[Sequence[GatewayEvent]], Awaitable[None]]

PAGE: Final = "/till/{ref:[A-Za-z0-9_-]{1,64}}"
COOKIE: Final = "dangol_till"
LARGEST_FORM: Final = 4096
LARGEST_EVENT: Final = 64 * 1024
_OPEN: Final = frozenset({"pending", "abandoned"})


class TillPages:
    """Serves ``/till/{ref}`` and takes events at ``/events/sandbox``.

    ``secret`` signs the form tokens; ``on_events`` is given what the till verified, and an error of it makes the
    sender send again. ``public_host`` is the host people see when a proxy in front changes it.
    """

    def __init__(self, till: SandboxTill, secret: bytes, on_events: OnEvents, public_host: str | None = None) -> None:
        self._till = till
        self._secret = secret
        self._on_events = on_events
        self._public_host = public_host
        pages = FileSystemLoader(Path(__file__).parent / "pages")
        environment = Environment(loader=pages, autoescape=True, undefined=StrictUndefined)
        self._page = environment.get_template("till.html")

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PAGE, self.show),
            web.post(PAGE, self.decide),
            web.post("/events/sandbox", self.event),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The page of one charge: what it costs, and what became of it."""
        charge = await self._till.charge(request.match_info["ref"])
        if charge is None:
            return self._answer(request, None, GONE[_language(request)], None, status=404)
        browser = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        words = WORDS[_language(request)]
        token = self._token(browser, charge.ref) if charge.state in _OPEN else None
        response = self._answer(request, charge, words.get(charge.state, ""), token)
        response.set_cookie(
            COOKIE, browser, path="/till", httponly=True, samesite="Strict", secure=request.secure, max_age=3600
        )
        return response

    async def decide(self, request: web.Request) -> web.Response:
        """A pressed button, from our own page only; then the page again."""
        form = parse_qs((await whole(request, LARGEST_FORM)).decode("ascii", "replace"))
        ref = request.match_info["ref"]
        expected = self._token(request.cookies.get(COOKIE, ""), ref)
        given = form.get("token", [""])[0]
        ours = hmac.compare_digest(expected.encode(), given.encode()) and COOKIE in request.cookies
        if not (ours and self._same_site(request)):
            return self._answer(request, None, WORDS[_language(request)]["refused"], None, status=403)
        decision = form.get("decision", [""])[0]
        if decision not in get_args(Decision):
            return self._answer(request, None, WORDS[_language(request)]["refused"], None, status=400)
        await self._till.decide(ref, cast(Decision, decision))
        raise web.HTTPSeeOther(request.rel_url.with_query(lang=_language(request), done="1"))

    async def event(self, request: web.Request) -> web.Response:
        """An event: verified, then handed on. 401 when it is not the till's."""
        body = await whole(request, LARGEST_EVENT)
        try:
            events = self._till.verify(body, request.headers)
        except Forged:
            return web.json_response({"error": "forged"}, status=401)
        await self._on_events(events)
        return web.json_response({"taken": len(events)})

    def _same_site(self, request: web.Request) -> bool:
        """Browsers say where a post comes from; one that says nothing is left to the form's token."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return False
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc in {request.host, self._public_host}

    def _token(self, browser: str, ref: str) -> str:
        return hmac.new(self._secret, f"{browser}\n{ref}".encode(), hashlib.sha256).hexdigest()

    def _answer(
        self, request: web.Request, charge: Charge | None, state: str, token: str | None, status: int = 200
    ) -> web.Response:
        language, nonce = _language(request), secrets.token_urlsafe(16)
        shop = "" if charge is None else charge.shop.get(language) or next(iter(charge.shop.values()), "")
        html = self._page.render(
            language=language,
            nonce=nonce,
            words=WORDS[language],
            charge=charge,
            shop=shop,
            amount="" if charge is None else money(charge.amount, charge.currency, language),
            state=state,
            token=token,
            done="done" in request.query,
        )
        return web.Response(text=html, content_type="text/html", status=status, headers=_headers(nonce))


def money(amount: int, currency: str, language: str) -> str:
    """An amount in minor units as people write it: "18,000원", "₩18,000"."""
    major = Decimal(amount).scaleb(-get_currency_precision(currency))
    if language == "ko" and currency == "KRW":
        return f"{major:,}원"
    return format_currency(major, currency, locale=language)


def _language(request: web.Request) -> str:
    asked = request.query.get("lang", "")
    wishes = [asked, *request.headers.get("Accept-Language", "").split(",")]
    for wish in wishes:
        language = wish.strip()[:2].lower()
        if language in WORDS:
            return language
    return "ko"


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; "
        "frame-ancestors 'self'; base-uri 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language, Cookie",
    }
