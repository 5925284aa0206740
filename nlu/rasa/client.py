"""Rasa's server asked over HTTP, for a moment and no longer."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

import aiohttp

from nlu.rasa.answers import MalformedAnswer, opinion_from
from nlu.rasa.breaker import Breaker
from nlu.understanding import Opinion
from nlu.written import Written

_LONGEST: Final = 512 * 1024
"""Bytes of an answer: all intents with their chances are some ten thousand."""
_CONNECTIONS: Final = 32

Why = Literal["timeout", "unreachable", "refused", "malformed", "resting"]


class NoAnswer(Exception):
    """Rasa gave no opinion. ``why``: it took too long; could not be reached; answered with an error, which ``what``
    names; answered what is no answer; or failed so often lately that it is left alone for a while."""

    def __init__(self, why: Why, what: str = "") -> None:
        super().__init__(f"{why} {what}".strip())
        self.why: Final = why
        self.what: Final = what


class RasaClient:
    """Asks the server at ``url``, ``timeout_s`` seconds at most, with its ``token`` when it wants one."""

    def __init__(self, url: str, token: str | None, timeout_s: float, breaker: Breaker) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._timeout_s = timeout_s
        self._breaker = breaker
        self._session: aiohttp.ClientSession | None = None

    async def opinion(self, text: str) -> Opinion:
        """What Rasa makes of ``text``. Raises NoAnswer."""
        if not self._breaker.admits():
            raise NoAnswer("resting")
        try:
            found = await self._ask(text)
        except NoAnswer:
            self._breaker.failed()
            raise
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        return found

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, text: str) -> Opinion:
        written = Written.of(text)
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._post({"text": written.text})
        except TimeoutError as error:
            raise NoAnswer("timeout") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoAnswer("unreachable", type(error).__name__) from error
        try:
            return opinion_from(body, written)
        except MalformedAnswer as error:
            raise NoAnswer("malformed", str(error)) from error

    async def _post(self, question: dict[str, str]) -> bytes:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        params = {"token": self._token} if self._token else None
        asking = self._session.post(f"{self._url}/model/parse", json=question, params=params, allow_redirects=False)
        async with asking as response:
            if response.status != 200:
                raise NoAnswer("refused", str(response.status))
            body = bytearray()
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > _LONGEST:
                    raise NoAnswer("malformed", f"longer than {_LONGEST} bytes")
            return bytes(body)
