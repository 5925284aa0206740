"""An update is applied once or not at all."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot.audit import check
from bot.jobs import Job
from bot.outgoing import OutgoingMessage
from bot.people import Conversation, Person
from bot.turn import Received
from commerce.cart_records import CartLine
from commerce.menu import MenuItem
from commerce.order_records import Order
from tests.bot.working import HERE, Desk


async def quantity(desk: Desk) -> int:
    async with desk.application.database.read() as session:
        return int(await session.scalar(select(func.sum(CartLine.quantity))) or 0)


async def at_the_menu(desk: Desk) -> None:
    await desk.do("minji", text="근처 치킨집")
    await desk.do("minji", location=HERE)
    await desk.tap("minji", "메뉴 보기")


async def test_the_same_update_twenty_times_at_once_has_one_effect(desk: Desk) -> None:
    await at_the_menu(desk)
    add = desk.incoming("minji", "update-1", tap=desk.wire.tap("minji", "후라이드"))
    told = len(desk.wire.arrived)
    await asyncio.gather(*(desk.application.handle(add) for _ in range(20)))
    await desk.application.settle()
    assert await quantity(desk) == 1
    assert len(desk.wire.arrived) == told + 1


async def test_without_the_row_that_remembers_it_an_update_is_applied_again(desk: Desk) -> None:
    """The control of the test above: the effect can be counted, and it is the row that keeps it at one."""
    await at_the_menu(desk)
    add = desk.incoming("minji", "update-1", tap=desk.wire.tap("minji", "후라이드"))
    for _ in range(3):
        await desk.application.handle(add)
        await desk.sql("DELETE FROM received", "UPDATE outgoing SET tapped = NULL")
    assert await quantity(desk) == 3


async def test_one_chats_updates_are_applied_one_after_the_other(desk: Desk) -> None:
    await at_the_menu(desk)
    adds = []
    for _ in range(5):  # the same button of five messages: of one it would be a double tap
        adds.append(desk.wire.tap("minji", "후라이드"))
        await desk.do("minji", text="하나치킨 메뉴 보여줘")
    await asyncio.gather(*(desk.application.handle(desk.incoming("minji", tap=add)) for add in adds))
    await desk.application.settle()
    assert await quantity(desk) == 5
    carts = [text for text in desk.wire.texts("minji") if "합계" in text]
    assert [f"× {n}" in text for n, text in enumerate(carts, start=1)] == [True] * 5


async def test_many_who_want_the_last_ones_at_once_get_no_more_than_there_are(desk: Desk) -> None:
    people = [f"person-{n}" for n in range(8)]
    for who in people:
        await desk.do(who, text="근처 치킨집")
        await desk.do(who, location=HERE)
        for label in ("메뉴 보기", "후라이드", "주문하기", "포장"):
            await desk.tap(who, label)
    pays = [desk.incoming(who, tap=desk.wire.tap(who, "결제하기")) for who in people]
    await asyncio.gather(*(desk.application.handle(pay) for pay in pays))
    await desk.application.settle()
    assert await desk.count(Order) == 5
    async with desk.application.database.snapshot() as session:
        assert list(await session.scalars(select(MenuItem.held).where(MenuItem.stock == 5))) == [5]
        assert await check(session) == []


async def test_a_turn_that_fails_at_its_end_leaves_nothing_behind(desk: Desk) -> None:
    for what in ({"text": "근처 치킨집"}, {"location": HERE}):
        await desk.do("minji", **what)
    for label in ("메뉴 보기", "후라이드", "주문하기", "포장"):
        await desk.tap("minji", label)
    tables = (Received, OutgoingMessage, Job, Order, CartLine)
    before = [await desk.count(table) for table in tables]
    pay = desk.incoming("minji", tap=desk.wire.tap("minji", "결제하기"))
    await desk.refuse("jobs", "the disk is full")
    with pytest.raises(Exception, match="the disk is full"):
        await desk.application.handle(pay)
    await desk.application.settle()
    assert [await desk.count(table) for table in tables] == before
    assert await desk.count(MenuItem, MenuItem.held > 0) == 0

    await desk.allow("jobs")
    await desk.application.handle(pay)
    await desk.application.settle()
    assert await desk.count(Order) == 1
    assert desk.payment("minji")


async def test_a_first_message_that_fails_makes_nobody(desk: Desk) -> None:
    await desk.refuse("outgoing", "no")
    before = [await desk.count(Person), await desk.count(Conversation)]
    with pytest.raises(Exception, match="no"):
        await desk.application.handle(desk.incoming("minji", text="안녕하세요"))
    assert [await desk.count(Person), await desk.count(Conversation)] == before


async def test_one_person_on_two_channels_with_equal_ids_is_two(desk: Desk) -> None:
    await desk.application.handle(desk.incoming("7", "1", text="안녕하세요"))
    other = desk.incoming("7", "1", text="안녕하세요")
    await desk.application.handle(type(other)("terminal", "1", chat="7", sender="7", text="안녕하세요"))
    assert await desk.count(Conversation, Conversation.chat == "7") == 2


async def test_a_payment_that_is_decided_again_changes_nothing(desk: Desk) -> None:
    await desk.order("minji")
    payment = desk.payment("minji")
    assert payment is not None
    await desk.pay("minji")
    told = len(desk.wire.arrived), len(desk.shop_told())
    await desk.application.decide(payment, "approve")
    await desk.application.decide(payment, "decline")
    await desk.application.settle()
    assert (len(desk.wire.arrived), len(desk.shop_told())) == told
    assert await desk.count(Order, Order.state == "received") == 1
