"""What several of these tests do on Telegram: join a shop, find it, order from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from tests.peers.telegram import Person, TelegramPeer
from tests.peers.telegram.person import Shown
from tests.webhooks.visiting import Site

Open = Callable[..., AbstractAsyncContextManager[Site]]


async def owner(site: Site, peer: TelegramPeer, number: int = 2002) -> Person:
    """Somebody of the chicken shop who came by the link of an invitation."""
    async with site.visit(shop="hana-chicken") as shop:
        await shop.say("직원 초대")
        code = re.search(r"join=(\w+)", (await shop.sees("join="))["text"])
    assert code is not None
    person = peer.user(number, "사장님")
    await person.start(code[1])
    await person.sees("하나치킨")
    return person


async def find_shop(minji: Person) -> None:
    await minji.say("근처 치킨집")
    await minji.sees("어디")
    await minji.share_location(37.556, 126.910)
    await minji.sees("하나치킨", "160m")
    await minji.tap("메뉴 보기", card="하나치킨")
    await minji.sees("후라이드치킨", "18,000원")


async def ask_to_pay(minji: Person) -> str:
    """As far as the payment that is asked for; the path of its page."""
    asked = await order_chicken(minji)
    links = [key["url"] for row in asked.rows for key in row if "url" in key] or re.findall(r"http\S+", asked.text)
    return str(urlsplit(links[0]).path)


async def order_chicken(minji: Person) -> Shown:
    """One chicken to be picked up; the message that asks for the money."""
    await find_shop(minji)
    await minji.tap("후라이드")
    await minji.sees("합계 18,000원")
    await minji.tap("주문하기")
    await minji.sees("어떻게 받으시겠어요")
    await minji.tap("포장")
    await minji.sees("주문을 확인해 주세요")
    await minji.tap("결제하기")
    return await minji.sees("18,000원", "결제해 주세요")


async def count(site: Site, table: Any, *where: Any) -> int:
    async with site.application.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(table).where(*where)) or 0)
