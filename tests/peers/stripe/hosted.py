"""The hosted page: where a person pays, is declined, pays by bank, or leaves."""

from __future__ import annotations

from html import escape

from aiohttp import web

from tests.peers.stripe.books import Books
from tests.peers.stripe.rules import Json, Refused

WAYS = {"card": "Pay by card", "bank": "Pay by bank", "decline": "Pay with a declined card", "leave": "Back"}
_HEADERS = {"X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"}


class HostedPage:
    def __init__(self, books: Books) -> None:
        self._books = books

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/c/pay/{ref}", self.show), web.post("/c/pay/{ref}", self.act)]

    async def show(self, request: web.Request) -> web.Response:
        return self._page(request, "")

    async def act(self, request: web.Request) -> web.Response:
        way = str((await request.post()).get("way"))
        ref = request.match_info["ref"]
        try:
            session = self._books.session(ref)
            if way == "leave":
                raise web.HTTPSeeOther(session["cancel_url"])
            session = self._books.pay_session(ref, way)
        except Refused as refused:
            return self._page(request, str(refused))
        if session["status"] != "complete":
            return self._page(request, "Your card was declined.")
        raise web.HTTPSeeOther(session["success_url"])

    def _page(self, request: web.Request, said: str) -> web.Response:
        try:
            session = self._books.session(request.match_info["ref"])
        except Refused as refused:
            return web.Response(text=str(refused), status=404, headers=_HEADERS)
        html = _html(session, said)
        return web.Response(text=html, content_type="text/html", headers=_HEADERS)


def _html(session: Json, said: str) -> str:
    amount = f"{session['amount_total']} {session['currency']}"
    over = session["status"] != "open"
    buttons = "".join(f'<button name="way" value="{way}">{words}</button>' for way, words in WAYS.items())
    rest = f"<p>This page is {session['status']}.</p>" if over else f'<form method="post">{buttons}</form>'
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Checkout</title>
<link rel="icon" href="data:,"></head><body><h1>{escape(amount)}</h1><p role="alert">{escape(said)}</p>{rest}</body>
</html>"""
