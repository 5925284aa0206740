"""The stand-in as a process of its own: ``python -m tests.peers.stripe --port 12111 --hook http://…/hooks/stripe``.

Beside the API it answers ``GET /peer/books`` (all it knows), ``POST /peer/faults`` (a fault as JSON; ``kill`` is the
id of a process to end at that moment) and ``POST /peer/pay/{session or intent}/{card|bank|decline}``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
from typing import Any

from aiohttp import web

from tests.peers.stripe.faults import Fault
from tests.peers.stripe.rules import Refused
from tests.peers.stripe.server import StripePeer


class Desk:
    """What a test in another process asks of the stand-in."""

    def __init__(self, peer: StripePeer) -> None:
        self.peer = peer

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/peer/books", self.books),
            web.post("/peer/faults", self.fault),
            web.post("/peer/pay/{ref}/{way}", self.pay),
        ]

    async def books(self, _: web.Request) -> web.Response:
        books = self.peer.books
        kinds = ("sessions", "intents", "charges", "refunds", "disputes")
        calls = [[call.what, call.key, call.status, call.replayed] for call in self.peer.calls]
        return web.json_response({kind: list(getattr(books, kind).values()) for kind in kinds} | {"calls": calls})

    async def fault(self, request: web.Request) -> web.Response:
        asked: dict[str, Any] = await request.json()
        pid = asked.pop("kill", None)
        hook = (lambda: _kill(pid)) if pid is not None else None
        self.peer.faults.add(Fault(**asked, hook=hook))
        return web.json_response({})

    async def pay(self, request: web.Request) -> web.Response:
        ref, way = request.match_info["ref"], request.match_info["way"]
        try:
            if ref.startswith("cs_"):
                self.peer.books.pay_session(ref, way)
            else:
                self.peer.books.attempt(ref, {"payment_method": "pm_card_chargeDeclined" if way == "decline" else way})
        except Refused as refused:
            return web.json_response(refused.body, status=refused.status)
        return web.json_response({})


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def serve(port: int, desk_port: int, hook: str | None, secret: str, again_s: float) -> None:
    peer = StripePeer()
    peer.events.endpoint, peer.events.secrets = hook, [secret]
    await peer.start(port)
    app = web.Application()
    app.add_routes(Desk(peer).routes())
    desk = web.AppRunner(app, access_log=None)
    await desk.setup()
    await web.TCPSite(desk, "127.0.0.1", desk_port).start()
    print(f"{peer.url} http://127.0.0.1:{desk.addresses[0][1]}", flush=True)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    again = asyncio.create_task(peer.events.keep_trying(again_s))
    await stop.wait()
    again.cancel()
    await desk.cleanup()
    await peer.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.peers.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the API's port; 0 for any")
    parser.add_argument("--desk-port", type=int, default=0, help="the port of /peer/…; 0 for any")
    parser.add_argument("--hook", help="where events are sent")
    parser.add_argument("--secret", default="whsec_peer", help="what events are signed with")
    parser.add_argument(
        "--again-s", type=float, default=2.0, help="how often events that were not taken are sent again"
    )
    asked = parser.parse_args()
    asyncio.run(serve(asked.port, asked.desk_port, asked.hook, asked.secret, asked.again_s))


if __name__ == "__main__":
    main()
