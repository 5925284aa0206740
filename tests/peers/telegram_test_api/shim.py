"""Stands between the SDK and telegram-test-api 4.2.1, and mends where that is not like Telegram.

Its getMe lacks ``is_bot``; its messages have dates in milliseconds, and call parameters in them as they were sent;
editMessageText, setWebhook and the like answer null; getUpdates answers at once, without waiting; it has no
setMyCommands; a tap's message has no id and no date; it sends no secret to a webhook, never sends again, and a
webhook's answer other than 2xx ends its process.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, web

Json = dict[str, Any]

HOME = Path(__file__).parent
INSTALLED = HOME / "node_modules" / "telegram-test-api"
ASK_AGAIN_S = 0.02


class ForeignTelegram:
    """``async with ForeignTelegram() as telegram``: ``telegram.api`` is where the SDK finds the Bot API."""

    token = "666:foreign"

    def __init__(self) -> None:
        self.api = ""
        self._upstream = ""
        self._webhook: tuple[str, str] | None = None

    def user(self, number: int) -> Stranger:
        return Stranger(self, number)

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            "node", "start.js", cwd=HOME, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        port = (await asyncio.wait_for(self._process.stdout.readline(), 30)).decode().strip()
        self._upstream = f"http://127.0.0.1:{port}"
        self._session = ClientSession()
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_post("/forward", self._forward)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def tell(self, path: str, body: Json) -> Any:
        """Call the side of telegram-test-api that plays the people."""
        async with self._session.post(f"{self._upstream}/{path}", json=body) as response:
            return (await response.json())["result"]

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = {key: str(value) for key, value in (await request.post()).items()}
        if method == "setMyCommands":
            return _answer(True)
        if method == "setWebhook":
            self._webhook = (given["url"], given.get("secret_token", ""))
            given = {"url": f"{self.api}/forward"}
        if method == "getUpdates":
            return _answer(await self._updates(request.path, int(given.get("timeout", "0"))))
        result = await self._call(request.path, given)
        if method == "getMe":
            result["is_bot"] = True
        if isinstance(result, dict) and "date" in result:
            result["date"] //= 1000
            result.pop("link_preview_options", None)
        return _answer(True if result is None else result)

    async def _updates(self, path: str, timeout_s: int) -> list[Json]:
        until = time.monotonic() + timeout_s
        while True:
            found: list[Json] = await self._call(path, {})
            if found or time.monotonic() > until:
                return [_mended(update) for update in found]
            await asyncio.sleep(ASK_AGAIN_S)

    async def _call(self, path: str, given: dict[str, str]) -> Any:
        async with self._session.post(f"{self._upstream}{path}", data=given) as response:
            return (await response.json())["result"]

    async def _forward(self, request: web.Request) -> web.Response:
        """Bring an update to the webhook as Telegram would: with the secret, and again until it is taken."""
        assert self._webhook is not None
        url, secret = self._webhook
        body = json.dumps(_mended(await request.json()))
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        while True:
            async with self._session.post(url, data=body, headers=headers) as response:
                if response.ok:
                    return web.Response()
            await asyncio.sleep(ASK_AGAIN_S)


@dataclass(frozen=True)
class Stranger:
    """A person at telegram-test-api."""

    telegram: ForeignTelegram
    number: int

    async def say(self, text: str) -> None:
        await self.telegram.tell("sendMessage", {**self._envelope(), "text": text})

    async def tap(self, shown: Json, label: str) -> None:
        """Press a button of a message that ``sees`` gave."""
        rows = shown["message"]["reply_markup"]["inline_keyboard"]
        data = next(key["callback_data"] for row in rows for key in row if key["text"] == label)
        envelope = self._envelope()
        message = {"chat": envelope["chat"], "message_id": shown["messageId"]}
        await self.telegram.tell("sendCallback", {**envelope, "message": message, "data": data})

    async def sees(self, words: str) -> Json:
        """Wait for a message with ``words``, new or edited."""
        async with asyncio.timeout(30):
            while True:
                for update in await self.telegram.tell("getUpdatesHistory", {"token": self.telegram.token}):
                    message: Json = update.get("message", {})
                    if str(message.get("chat_id")) == str(self.number) and words in message.get("text", ""):
                        found: Json = update
                        return found
                await asyncio.sleep(ASK_AGAIN_S)

    def _envelope(self) -> Json:
        return {
            "botToken": self.telegram.token,
            "date": int(time.time()),
            "from": {"id": self.number, "first_name": "민지", "is_bot": False},
            "chat": {"id": self.number, "first_name": "민지", "type": "private"},
        }


def _mended(update: Json) -> Json:
    if "callback_query" in update:
        query = update["callback_query"]
        query.setdefault("chat_instance", "1")
        query["message"] = {"date": int(time.time()), "message_id": 1, **query["message"]}
    return update


def _answer(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})
