"""What the tests of what people send share: an order up to its payment, and a look at what became of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select

from bot import outgoing, people
from bot.channels.telegram import TelegramChannel
from bot.channels.web import shop_chat, visitor_chat
from bot.messages import Button, Reply
from commerce.order_records import Order
from commerce.work import Work
from tests.dialogues.stage import Towns
from tests.peers.telegram import TelegramPeer
from tests.webhooks.visiting import Frame, Site, Visitor, opened
from webhooks.telegram import PATH as TELEGRAM
from webhooks.telegram import SECRET_HEADER


async def ask_to_pay(minji: Visitor) -> Frame:
    """One fried chicken to be picked up, up to the payment that is asked for."""
    await minji.say("근처 치킨집")
    await minji.here()
    await minji.tap("메뉴 보기", "하나치킨")
    await minji.tap("후라이드")
    await minji.tap("주문하기")
    await minji.tap("포장")
    await minji.tap("결제하기")
    return await minji.until(lambda frame: bool(frame.get("payment")))


async def paid(site: Site, minji: Visitor) -> str:
    """The same, paid; the order's id."""
    await site.pay((await ask_to_pay(minji))["payment"]["url"])
    await minji.sees("결제했어요")
    return (await orders(site))[-1].id


async def orders(site: Site) -> list[Order]:
    async with site.application.database.read() as session:
        return list(await session.scalars(select(Order).order_by(Order.placed_at, Order.id)))


async def state(site: Site) -> list[str]:
    return [order.state for order in await orders(site)]


async def count(site: Site, table: Any, *where: Any) -> int:
    async with site.application.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(table).where(*where)) or 0)


def work_in(site: Site, session: Any) -> Work:
    return Work(session, site.clock.now(), site.application.ids)


async def person_at(site: Site, chat: str) -> str:
    """Who talks in a web chat."""
    async with site.application.database.read() as session:
        found = await people.conversation_at(work_in(site, session), "web", chat)
    assert found is not None
    return found.person.id


async def press(site: Site, visitor: Visitor, payload: str, shop: str | None = None) -> list[Frame]:
    """What is told when the visitor presses a button that carries ``payload``, in their own chat. No button of ours
    would carry another's order; this one does."""
    chat = shop_chat(shop) if shop else visitor_chat(visitor.token)
    async with site.application.database.transaction() as session:
        work = work_in(site, session)
        there = await people.conversation_at(work, "web", chat)
        assert there is not None
        reply = Reply("누르세요", (Button("누르기", payload),))
        (queued,) = await outgoing.queue(work, [outgoing.Draft(there.conversation, reply, None, replayed=True)])
    answer = await visitor.act({"type": "tap", "data": f"{queued.id}.0"})
    assert answer["type"] == "ack", answer
    if visitor.last <= queued.id:
        await visitor.until(lambda frame: frame["type"] == "message" and frame["seq"] > queued.id)
    return [frame for frame in visitor.told if frame["seq"] > queued.id]


@dataclass
class Doors:
    """A server with every door open: the socket, Telegram's, the embedded till's, Stripe's. ``telegram`` is the
    stand-in behind one of them."""

    site: Site
    telegram: TelegramPeer
    channel: TelegramChannel

    async def update(self, message: dict[str, Any], number: int) -> int:
        """Telegram calls us with a message of a private chat; the status of our answer."""
        self.telegram.user(1001).started = True
        whole = {
            "message_id": number,
            "date": 1_700_000_000,
            "from": {"id": 1001, "is_bot": False, "first_name": "민지"},
            "chat": {"id": 1001, "type": "private"},
        }
        return await self.post(TELEGRAM, json.dumps({"update_id": number, "message": whole | message}).encode())

    async def post(self, path: str, body: bytes, **headers: str) -> int:
        known = {SECRET_HEADER: self.channel.secret} if path == TELEGRAM else {}
        async with self.site.session.post(self.site.url + path, data=body, headers={**known, **headers}) as answer:
            return answer.status


@asynccontextmanager
async def doors(towns: Towns, folder: Path, **change: Any) -> AsyncIterator[Doors]:
    async with TelegramPeer() as peer:
        channel = TelegramChannel(peer.token, site="https://dangol.example", api=peer.api)
        settings: dict[str, Any] = {
            "public_url": "https://dangol.example",
            "stripe_key": SecretStr("sk_test_nobody"),
            "stripe_webhook_secret": SecretStr("whsec_nobody"),
            "stripe_api": "http://127.0.0.1:9",
        }
        async with opened(towns, folder, "testville", channel, change=settings | change) as site:
            yield Doors(site, peer, channel)
