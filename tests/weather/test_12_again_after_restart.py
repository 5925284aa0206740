"""What was taken is sent once more after a restart: a Telegram update, a socket's frame, a till's event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from commerce.gateways import signing
from tests.peers.telegram import Person, TelegramPeer
from tests.weather.browsers import Browser
from tests.weather.processes import Dangol
from tests.weather.street import SECRET, Street, ask_to_pay, street
from tests.webhooks.visiting import HERE

FORGET = "DELETE FROM received"
"""The guard: without these rows nobody knows what was applied."""


async def to_the_menu(minji: Browser, jun: Person) -> None:
    """Both see the cafe's menu, whose dishes go into the cart with a tap."""
    await minji.say("두리커피 메뉴")
    await minji.sees("아메리카노")
    await jun.share_location(*HERE)
    await jun.sees("두리커피")
    await jun.say("두리커피 메뉴")
    await jun.sees("아메리카노")


async def add(one: Street, minji: Browser, jun: Person) -> tuple[str, int]:
    """Both tap once; the frame's id and the update's."""
    frame = await minji.tap("아메리카노")
    await minji.sees("아메리카노 × 1")
    update = await jun.tap("아메리카노")
    await jun.sees("아메리카노 × 1")
    await one.all_sent()
    return frame, update


async def again(peer: TelegramPeer, minji: Browser, tap: dict[str, str], frame: str, update: int) -> None:
    """The same tap and the same update once more, which is known to have come when what another says is answered."""
    other = peer.user(1002)
    await other.say("안녕하세요")
    await other.sees("")
    await peer.updates.repeat(update)
    await minji.act(tap, frame)
    await other.say("안녕하세요")
    await other.sees("")
    await peer.drained()


async def event(one: Street, server: Dangol) -> int:
    """Post the till's last event; the status it is answered with."""
    number, kind, ref = (await one.rows("SELECT id, kind, ref FROM sandbox_events"))[0]
    body = json.dumps({"id": number, "kind": kind, "ref": ref}).encode()
    headers = {signing.HEADER: signing.sign(SECRET.encode(), body, datetime.now(UTC))}
    async with one.session.post(f"{server.url}/events/sandbox", data=body, headers=headers) as answer:
        return answer.status


async def test_it_is_applied_once(tmp_path: Path, cache: Path, street_url: str) -> None:
    async with (
        TelegramPeer() as peer,
        street(tmp_path, cache, street_url, telegram_token=peer.token, telegram_api=peer.api) as one,
    ):
        server = await one.open()
        jun = peer.user(1001)
        async with one.browser() as minji:
            await one.pay(await ask_to_pay(minji))
            await minji.sees("결제했어요")
            await to_the_menu(minji, jun)
            tap = minji.key("아메리카노")
            frame, update = await add(one, minji, jun)
            shown, screen = len(minji.shown), len(jun.screen())
            await server.restart()
            await again(peer, minji, tap, frame, update)
            assert await event(one, server) == 200
            assert (len(minji.shown), len(jun.screen())) == (shown, screen)
            await minji.say("장바구니 보여줘")
            await minji.sees("아메리카노 × 1", "4,000원")
            await jun.say("장바구니 보여줘")
            await jun.sees("아메리카노 × 1", "4,000원")
        assert await one.rows("SELECT paid, returned FROM payments") == [(18000, 0)]
        await one.sound()


async def test_without_the_guard_it_is_applied_twice(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The negative control: who forgets what was received takes it for new. The payment alone has a guard of its own,
    its state."""
    async with (
        TelegramPeer() as peer,
        street(tmp_path, cache, street_url, telegram_token=peer.token, telegram_api=peer.api) as one,
    ):
        server = await one.open()
        jun = peer.user(1001)
        async with one.browser() as minji:
            await to_the_menu(minji, jun)
            tap = minji.key("아메리카노")
            frame, update = await add(one, minji, jun)
            await server.kill()
            await one.change(FORGET)
            await server.start()
            await again(peer, minji, tap, frame, update)
            await minji.sees("아메리카노 × 2")
            await jun.sees("아메리카노 × 2")
