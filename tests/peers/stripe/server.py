"""The API over HTTP on 127.0.0.1: form bodies in, JSON out, keys kept, every call written down."""

from __future__ import annotations

import asyncio
import copy
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.peers.stripe import spec
from tests.peers.stripe.books import Books
from tests.peers.stripe.events import Events
from tests.peers.stripe.faults import Fault, Faults
from tests.peers.stripe.hosted import HostedPage
from tests.peers.stripe.keys import Keys
from tests.peers.stripe.listing import Lists, expanded
from tests.peers.stripe.rules import Json, Refused, decode

Answer = Callable[[Json], Json]


@dataclass(frozen=True)
class Call:
    """A call that was made, and how it was answered; 0 for not at all."""

    what: str
    given: Mapping[str, Any]
    key: str | None
    status: int
    replayed: bool = False


class StripePeer:
    """``async with StripePeer(now) as stripe``: then ``stripe.url`` is the API, ``stripe.books`` what it knows,
    ``stripe.events`` where it sends to, ``stripe.faults`` what goes wrong."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.secret = "sk_test_peer"
        self.publishable = "pk_test_peer"
        self.url = ""
        self.events = Events(self.now)
        self.books = Books(self.now, self.events.tell)
        self.lists = Lists(self.books, self.now)
        self.faults = Faults()
        self.keys = Keys(self.now)
        self.calls: list[Call] = []
        self._begun: list[str] = []
        self._changed = asyncio.Condition()

    async def begun(self, what: str, timeout_s: float = 30.0) -> None:
        """Wait until a call that begins so is under way, answered or not."""
        await self._until(lambda: any(one.startswith(what) for one in self._begun), timeout_s)

    async def answered(self, what: str, timeout_s: float = 30.0) -> None:
        """Wait until a call that begins so is over, heard or not."""
        await self._until(lambda: bool(self.made(what)), timeout_s)

    async def _until(self, true: Callable[[], bool], timeout_s: float) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(true), timeout_s)

    def made(self, what: str) -> list[Call]:
        """The calls that began so, such as "POST /v1/refunds"."""
        return [call for call in self.calls if call.what.startswith(what)]

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_routes(HostedPage(self.books).routes())
        app.router.add_route("*", "/v1/{rest:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = self.books.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        await self.events.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # One call

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        what = f"{request.method} {request.path}"
        text = (await request.text()) if request.method == "POST" else request.query_string
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        fault = self.faults.take(what)
        given: Json = {}
        try:
            given = decode(text)
            self._authorize(request, given)
            spec.check(request.method, request.path, _public(given))
            kept = self.keys.begin(key, request.path, text) if key else None
        except Refused as refused:
            return self._answer(request, Call(what, given, key, refused.status), refused.body, fault)
        if kept is not None:
            call = Call(what, given, key, kept.status or 0, replayed=True)
            return self._answer(request, call, kept.body or {}, fault)
        async with self._changed:
            self._begun.append(what)
            self._changed.notify_all()
        answer = await self._run(request, Call(what, given, key, 0), fault)
        async with self._changed:
            self._changed.notify_all()
        return answer

    async def _run(self, request: web.Request, call: Call, fault: Fault | None) -> web.StreamResponse:
        early = fault if fault is not None and fault.when == "before" else None
        late = fault if fault is not None and fault.when == "after" else None
        if early is not None:
            await _wait(early)
        if early is not None and (early.drop or early.status in (429, 503)):
            if call.key:
                self.keys.drop(call.key)
            return self._answer(request, call, {}, early)
        kept = True
        if early is not None and early.status is not None:
            status, body = early.status, _broken(early.status)
        else:
            status, body, kept = self._carry_out(call)
        if late is not None:
            await _wait(late)
            if late.status is not None:
                status, body = late.status, _broken(late.status)
        if call.key and kept:
            self.keys.keep(call.key, status, body)
        elif call.key:
            self.keys.drop(call.key)
        done = Call(call.what, call.given, call.key, status)
        return self._answer(request, done, body, late and Fault("", drop=late.drop, truncate=late.truncate))

    def _carry_out(self, call: Call) -> tuple[int, Json, bool]:
        """Status and body, and whether the endpoint had begun, so that its key keeps them."""
        try:
            made = self._route(call.what)(dict(call.given))
            return 200, expanded(copy.deepcopy(made), call.given.get("expand", []), self.books), True
        except Refused as refused:
            return refused.status, refused.body, refused.executed

    def _answer(self, request: web.Request, call: Call, body: Json, fault: Fault | None) -> web.StreamResponse:
        if fault is not None and fault.drop and request.transport is not None:
            self.calls.append(call)
            request.transport.abort()
            return web.Response()
        status = call.status or (fault.status if fault and fault.status else 500)
        body = body or _broken(status)
        self.calls.append(Call(call.what, call.given, call.key, status, call.replayed))
        headers = {"Request-Id": f"req_{secrets.token_hex(7)}", "Stripe-Version": "2026-10-28.endive"}
        if call.key:
            headers |= {"Idempotency-Key": call.key}
        if call.replayed:
            headers |= {"Idempotent-Replayed": "true", "Original-Request": "req_first"}
        answer = web.json_response(body, status=status, headers=headers)
        if fault is not None and fault.truncate and isinstance(answer.body, bytes):
            answer.body = answer.body[: len(answer.body) // 2]
        return answer

    def _authorize(self, request: web.Request, given: Json) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer" and token == self.secret:
            return
        parts = request.path.split("/")
        intent = self.books.intents.get(parts[3]) if len(parts) > 3 and parts[2] == "payment_intents" else None
        from_browser = scheme == "Bearer" and token == self.publishable and intent is not None
        if from_browser and intent is not None and given.get("client_secret") == intent["client_secret"]:
            return
        raise Refused("Invalid API Key provided.", status=401)

    def _route(self, what: str) -> Answer:
        method, path = what.split(" ")
        kind, *rest = path.removeprefix("/v1/checkout/").removeprefix("/v1/").split("/")
        ref, act = [*rest, "", ""][:2]
        books, lists = self.books, self.lists
        routes: dict[tuple[str, str, bool, str], Answer] = {
            ("POST", "sessions", False, ""): books.make_session,
            ("GET", "sessions", False, ""): lists.sessions,
            ("GET", "sessions", True, ""): lambda _: books.session(ref),
            ("POST", "sessions", True, "expire"): lambda _: books.expire(ref),
            ("POST", "payment_intents", False, ""): books.make_intent,
            ("GET", "payment_intents", False, ""): lists.intents,
            ("GET", "payment_intents", True, ""): lambda given: (
                lists.search(given) if ref == "search" else books.intent(ref)
            ),
            ("POST", "payment_intents", True, "confirm"): lambda given: books.confirm(ref, given),
            ("POST", "payment_intents", True, "capture"): lambda given: books.capture(ref, given),
            ("POST", "payment_intents", True, "cancel"): lambda _: books.cancel(ref),
            ("POST", "refunds", False, ""): books.make_refund,
            ("GET", "refunds", False, ""): lists.refunds,
            ("GET", "refunds", True, ""): lambda _: books.refund(ref),
            ("GET", "charges", False, ""): lists.charges,
            ("GET", "charges", True, ""): lambda _: books.charge(ref),
            ("GET", "disputes", False, ""): lists.disputes,
            ("GET", "disputes", True, ""): lambda _: books.dispute(ref),
        }
        found = routes.get((method, kind, bool(ref), act))
        if found is None:
            raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)
        return found


async def _wait(fault: Fault) -> None:
    if fault.hook is not None:
        waiting = fault.hook()
        if waiting is not None:
            await waiting
    if fault.gate is not None:
        await fault.gate.wait()


def _broken(status: int) -> Json:
    if status == 429:
        return {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}}
    return {"error": {"type": "api_error", "message": "An unknown error occurred."}}


def _public(given: Json) -> Json:
    """Without what Stripe.js adds."""
    return {name: value for name, value in given.items() if name != "_stripe_js"}
