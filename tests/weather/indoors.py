"""What the tests of what people send share: an order up to its payment, and a look at what became of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from bot import outgoing, people
from bot.channels.web import shop_chat, visitor_chat
from bot.messages import Button, Reply
from commerce.order_records import Order
from commerce.work import Work
from tests.webhooks.visiting import Frame, Site, Visitor


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
        queued = await outgoing.queue(work, there.conversation, reply, replayed=True)
    before = len(visitor.frames)
    answer = await visitor.act({"type": "tap", "data": f"{queued.id}.0"})
    assert answer["type"] == "ack", answer
    return [frame for frame in visitor.frames[before:] if frame["type"] == "message"]
