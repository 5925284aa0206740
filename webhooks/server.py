"""The HTTP side put together: pages, the web chat's socket, the till's page, platforms' webhooks, health."""

from __future__ import annotations

import logging
from pathlib import Path

from aiohttp import web

from bot.app import Application
from flows.schema import PATH
from webhooks.beside import beside
from webhooks.chat import APPLICATION, SOCKETS, OpenSockets, close_sockets, socket
from webhooks.edge import correlated, measured, put_id
from webhooks.guarded import ClientsFault, put_headers, same_site_only
from webhooks.health import HEALTH, Health, alive, ready
from webhooks.metrics import Scrape
from webhooks.schemas import flow_schema
from webhooks.site import site
from webhooks.stripe import add_stripe
from webhooks.telegram import add_telegram
from webhooks.till import TillPages

PAGE = Path(__file__).parent.parent / "web" / "dist"
LARGEST_BODY = 256 * 1024
SHUT_DOWN_S = 10.0
"""How long requests under way may take when the server ends."""
QUIET = ClientsFault()


async def page(_request: web.Request) -> web.StreamResponse:
    """The browser side; what it shows is decided there by the path."""
    index = PAGE / "index.html"
    if not index.exists():
        raise web.HTTPServiceUnavailable(text="The web part is not built yet: run `make web`.")
    return web.FileResponse(index, headers={"Cache-Control": "no-cache"})


def serve(application: Application) -> web.Application:
    """All routes over ``application``, and what runs beside them: the outbox, Telegram's updates."""
    ours_only = same_site_only(application.settings.public_host)
    app = web.Application(middlewares=[correlated, ours_only], client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(put_headers)
    app.on_response_prepare.append(put_id)
    logging.getLogger("aiohttp.server").addFilter(QUIET)
    app[APPLICATION] = application
    app[SOCKETS] = OpenSockets()
    app[HEALTH] = Health(application)
    app.on_shutdown.append(close_sockets)
    app.router.add_get("/", page)
    app.router.add_get("/shop/{slug}", page)
    app.router.add_get("/socket", socket)
    app.router.add_get("/api/site", site)
    app.router.add_get(PATH, flow_schema)
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", Scrape(application).show)
    if (PAGE / "assets").exists():
        app.router.add_static("/assets", PAGE / "assets", append_version=False)
    secret = application.settings.signing_key.encode()
    pages = TillPages(application.sandbox, secret, application.on_sandbox, application.settings.public_host)
    app.router.add_routes(pages.routes())
    if application.stripe is not None:
        add_stripe(app, application, application.stripe)
    webhook = application.telegram is not None and application.settings.has_public_https
    if application.telegram is not None and webhook:
        add_telegram(app, application.telegram, application.take)
    app.cleanup_ctx.append(measured)
    app.cleanup_ctx.append(beside)
    return app
