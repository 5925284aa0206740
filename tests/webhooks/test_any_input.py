"""Whatever comes in at a door: never a fault of ours, never a write for what is refused, always with its headers.

`DANGOL_FUZZ=5000 pytest tests/webhooks/test_any_input.py` looks longer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.turn import Received
from commerce.payment_records import Payment
from tests.dialogues.stage import Towns
from tests.weather.indoors import Doors, count, doors
from tests.webhooks.visiting import WAIT_S, Site
from webhooks.telegram import PATH as TELEGRAM

LOOKS = int(os.environ.get("DANGOL_FUZZ", "30"))
looked = settings(
    max_examples=LOOKS, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
PERSON = {"id": 1001, "is_bot": False, "first_name": "민지"}
MESSAGE = {
    "message_id": 5,
    "date": 1_700_000_000,
    "from": PERSON,
    "chat": {"id": 1001, "type": "private"},
    "text": "근처 치킨집",
    "location": {"latitude": 37.556, "longitude": 126.91},
    "contact": {"phone_number": "01012345678", "first_name": "민지", "user_id": 1001},
}
UPDATES: list[dict[str, Any]] = [
    {"update_id": 1, "message": MESSAGE},
    {"update_id": 2, "edited_message": MESSAGE},
    {
        "update_id": 3,
        "callback_query": {"id": "1", "from": PERSON, "message": MESSAGE, "chat_instance": "c", "data": "1.0"},
    },
    {"update_id": 4, "my_chat_member": {"chat": MESSAGE["chat"], "from": PERSON, "date": 1}},
    {"update_id": 5, "pre_checkout_query": {"id": "1", "from": PERSON, "currency": "KRW", "total_amount": 1}},
]
FRAMES: list[dict[str, Any]] = [
    {"type": "say", "id": "message-1", "text": "근처 치킨집"},
    {"type": "tap", "id": "message-1", "data": "1.0"},
    {"type": "location", "id": "message-1", "lat": 37.556, "lon": 126.91},
    {"type": "contact", "id": "message-1", "phone": "010-1234-5678"},
    {"type": "media", "id": "message-1", "kind": "photo"},
    {"type": "ping"},
]


@st.composite
def mutated(draw: st.DrawFn, sound: list[dict[str, Any]]) -> dict[str, Any]:
    """One of ``sound`` with up to three of its parts, however deep, made something else or taken out."""
    whole = json.loads(json.dumps(draw(st.sampled_from(sound))))
    for _ in range(draw(st.integers(0, 3))):
        at = whole
        while at:
            key = draw(st.sampled_from(sorted(at)))
            if isinstance(at[key], dict) and draw(st.booleans()):
                at = at[key]
                continue
            if draw(st.booleans()):
                at[key] = draw(values)
            else:
                del at[key]
            break
    return dict(whole)


def raw(value: Any) -> bytes:
    return json.dumps(value).encode()


updates = mutated(UPDATES).map(raw) | values.map(raw) | st.binary(max_size=200)
frames = mutated(FRAMES).map(json.dumps) | values.map(json.dumps) | st.text(max_size=200)
paths = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="#?\\"), max_size=40)
words = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
headers = st.dictionaries(
    st.sampled_from(["Origin", "Host", "Accept", "Accept-Language", "Cookie", "Content-Type", "Sec-Fetch-Site",
                     "traceparent", "Range", "If-Modified-Since", "Content-Encoding", "X-Forwarded-For", "Expect"]),
    words.map(str.strip), max_size=4,
)  # fmt: skip


class Fuzzed:
    """One server for all that Hypothesis tries, on a loop of its own."""

    def __init__(self, towns: Towns, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self._opened = doors(towns, folder)
        self.doors: Doors = self.run(self._opened.__aenter__())

    @property
    def site(self) -> Site:
        return self.doors.site

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(doing)

    def close(self) -> None:
        self.run(self._opened.__aexit__(None, None, None))
        self.loop.close()


@pytest.fixture
def fuzzed(towns: Towns, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Fuzzed]:
    caplog.set_level(logging.ERROR)
    fuzzed = Fuzzed(towns, tmp_path)
    yield fuzzed
    try:
        faults = [record.getMessage() for record in caplog.records if not record.name.startswith("telegram")]
        assert faults == []
    finally:
        fuzzed.close()


async def written(site: Site) -> tuple[int, int]:
    return await count(site, Received, Received.channel.in_(("web", "telegram", "till"))), await count(site, Payment)


async def answered(site: Site, method: str, path: str, body: bytes | None, more: dict[str, str]) -> int:
    async with site.session.request(method, site.url + path, data=body, headers=more, allow_redirects=False) as answer:
        await answer.read()
        assert answer.status < 500 or answer.status == 501, (method, path, answer.status)
        if "Content-Security-Policy" not in answer.headers:
            assert answer.status == 400, "what is no HTTP is answered by the parser itself"
            assert answer.content_type == "text/plain"
        assert answer.content_type in (
            "application/json",
            "text/html",
            "text/plain",
            "application/octet-stream",
            "text/javascript",
        )
        return answer.status


def test_any_update_with_the_secret(fuzzed: Fuzzed) -> None:
    @looked
    @given(updates)
    def look(body: bytes) -> None:
        before = fuzzed.run(written(fuzzed.site))
        status = fuzzed.run(fuzzed.doors.post(TELEGRAM, body))
        assert status in (200, 400)
        if status != 200:
            assert fuzzed.run(written(fuzzed.site)) == before

    look()


@pytest.mark.parametrize("path", [TELEGRAM, "/hooks/stripe", "/events/sandbox", "/till/x", "/"])
def test_any_body_and_headers_without_a_signature(fuzzed: Fuzzed, path: str) -> None:
    @looked
    @given(updates, headers)
    def look(body: bytes, more: dict[str, str]) -> None:
        status = fuzzed.run(answered(fuzzed.site, "POST", path, body, sendable(more)))
        assert 400 <= status < 500
        assert fuzzed.run(written(fuzzed.site)) == (0, 0)

    look()


def test_any_path_method_and_headers(fuzzed: Fuzzed) -> None:
    prefixes = st.sampled_from(
        ["/", "/till/", "/shop/", "/assets/", "/pay/", "/api/", "/hooks/", "/socket", "/paid", "/%"]
    )

    @looked
    @given(st.sampled_from(["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"]), prefixes, paths, headers)
    def look(method: str, prefix: str, path: str, more: dict[str, str]) -> None:
        fuzzed.run(answered(fuzzed.site, method, prefix + path, None, sendable(more)))
        assert fuzzed.run(written(fuzzed.site)) == (0, 0)

    look()


def test_any_bytes_where_http_is_spoken(fuzzed: Fuzzed) -> None:
    lines = st.sampled_from([b"GET / HTTP/1.1\r\n", b"POST /hooks/telegram HTTP/1.1\r\n", b"Host: a\r\n", b"\r\n"])
    lengths = st.sampled_from([b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: -1\r\n"])
    pieces = st.lists(st.binary(max_size=40) | lines | lengths, max_size=8).map(b"".join)

    async def send(sent: bytes) -> bytes:
        host, port = fuzzed.site.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        writer.write_eof()
        try:
            return await asyncio.wait_for(reader.read(), WAIT_S)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    @looked
    @given(pieces)
    def look(sent: bytes) -> None:
        assert b" 500 " not in fuzzed.run(send(sent)).split(b"\r\n")[0]
        assert fuzzed.run(written(fuzzed.site)) == (0, 0)

    look()


def sendable(more: dict[str, str]) -> dict[str, str]:
    """What a client library lets out."""
    assume(all(letter < "\x80" or letter > "\x9f" for value in more.values() for letter in value))
    return {name: value for name, value in more.items() if name not in ("Expect", "Host") or value}


def test_any_frame(fuzzed: Fuzzed) -> None:
    @asynccontextmanager
    async def page() -> AsyncIterator[Any]:
        async with fuzzed.site.visit() as visitor:
            yield visitor

    async def send(frame: str) -> None:
        async with page() as visitor:
            before = await written(fuzzed.site)
            await visitor.socket.send_str(frame)
            await visitor.socket.send_json({"type": "ping"})
            while True:
                message = await visitor.socket.receive(timeout=WAIT_S)
                assert message.type is WSMsgType.TEXT, message
                told = json.loads(message.data)
                if told["type"] == "error":
                    assert told["text"]["ko"]
                    assert await written(fuzzed.site) == before
                if told["type"] == "pong":
                    break

    look_at(frames, lambda frame: fuzzed.run(send(frame)))


def test_any_hello(fuzzed: Fuzzed) -> None:
    hellos = [{"type": "hello", "token": "t" * 30, "shop": "key", "lang": "ko", "last": 0}]

    async def send(hello: str) -> None:
        async with fuzzed.site.session.ws_connect(f"{fuzzed.site.url}/socket") as socket:
            await socket.send_str(hello)
            message = await socket.receive(timeout=WAIT_S)
            assert message.type is WSMsgType.TEXT, message
            assert json.loads(message.data)["type"] in ("welcome", "error")
            assert (await written(fuzzed.site)) == (0, 0)

    look_at(
        mutated(hellos).map(json.dumps) | values.map(json.dumps) | st.text(max_size=100),
        lambda hello: fuzzed.run(send(hello)),
    )


def look_at(what: st.SearchStrategy[str], doing: Callable[[str], None]) -> None:
    @looked
    @given(what)
    def look(one: str) -> None:
        doing(one)

    look()
