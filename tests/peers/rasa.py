"""A Rasa server of a test's own: ``/model/parse``, ``/status`` and ``/version`` as Rasa 3.6 answers them, strict in
what it takes, and trouble on request."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import web

Json = dict[str, Any]
VERSION = "3.6.21"
_LONGEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is to go wrong with one call: it ``hangs`` until the caller goes, the connection is ``dropped``, or
    something else is answered (``status`` and ``body``)."""

    kind: Literal["hangs", "dropped", "answers"]
    status: int = 200
    body: bytes = b""


HANGS = Trouble("hangs")
DROPPED = Trouble("dropped")


def answers(body: bytes | Json, status: int = 200) -> Trouble:
    """Something else than it should."""
    return Trouble("answers", status, body if isinstance(body, bytes) else json.dumps(body).encode())


class RasaPeer:
    """``async with RasaPeer({"hi": "greet"}) as rasa``: ``rasa.url`` is where it is. ``knows`` maps texts to intents;
    of other texts it is unsure, between all ``intents``."""

    def __init__(
        self, knows: Mapping[str, str], intents: Sequence[str] = ("greet", "thanks", "order_items"), token: str = ""
    ) -> None:
        self.knows = dict(knows)
        self.intents = tuple(dict.fromkeys([*intents, *knows.values()]))
        self.token = token
        self.model: str | None = "peer.tar.gz"
        self.tags: dict[str, list[tuple[str, int, int]]] = {}
        self.troubles: deque[Trouble] = deque()
        self.asked: list[str] = []
        self.hanging = asyncio.Event()
        """Set while a call hangs."""
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/model/parse", self._parse)
        app.router.add_get("/status", self._status)
        app.router.add_get("/version", self._version)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _version(self, request: web.Request) -> web.Response:
        return web.json_response({"version": VERSION, "minimum_compatible_version": "3.5.0"})

    async def _status(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        return refused or web.json_response(
            {"model_file": self.model, "model_id": "1" * 32 if self.model else None, "num_active_training_jobs": 0}
        )

    async def _parse(self, request: web.Request) -> web.StreamResponse:
        refused = self._refused(request)
        if refused is not None:
            return refused
        if self.model is None:
            return _failure(409, "Conflict", "No agent loaded.")
        try:
            given = await request.json()
            text = given["text"]
        except (ValueError, KeyError, TypeError):
            return _failure(400, "BadRequest", "No text message defined in request_body.")
        if request.content_type != "application/json" or set(given) != {"text"} or not isinstance(text, str):
            return _failure(400, "BadRequest", "This peer takes a JSON object with a text and nothing else.")
        self.asked.append(text)
        if self.troubles:
            return await self._trouble(request, self.troubles.popleft())
        return web.json_response(self._understood(text))

    def _refused(self, request: web.Request) -> web.Response | None:
        if self.token and request.query.get("token") != self.token:
            return _failure(401, "NotAuthenticated", "User is not authenticated.")
        return None

    async def _trouble(self, request: web.Request, trouble: Trouble) -> web.StreamResponse:
        if trouble.kind == "hangs":
            self.hanging.set()
            await asyncio.wait_for(asyncio.Event().wait(), _LONGEST_S)
        if trouble.kind == "dropped":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(body=trouble.body, status=trouble.status, content_type="application/json")

    def _understood(self, text: str) -> Json:
        known = self.knows.get(text)
        others = [intent for intent in self.intents if intent != known]
        rest = (0.05 if known else 1.0) / max(1, len(others))
        ranking = [{"name": known, "confidence": 0.95}] if known else []
        ranking += [{"name": intent, "confidence": rest} for intent in others]
        return {
            "text": text,
            "intent": ranking[0],
            "entities": [
                {
                    "entity": name,
                    "start": start,
                    "end": end,
                    "confidence_entity": 0.9,
                    "value": text[start:end],
                    "extractor": "DIETClassifier",
                }
                for name, start, end in self.tags.get(text, [])
            ],
            "text_tokens": [[0, len(text)]],
            "intent_ranking": ranking,
        }


def _failure(status: int, reason: str, message: str) -> web.Response:
    body = {
        "version": VERSION,
        "status": "failure",
        "message": message,
        "reason": reason,
        "details": {},
        "code": status,
    }
    return web.json_response(body, status=status)
