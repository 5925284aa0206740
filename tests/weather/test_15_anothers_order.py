"""Another person's order, page, coupon, chat and invitation: whoever knows an id has nothing by it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import WSMsgType
from sqlalchemy import delete, select, update

from bot import outgoing
from bot.channels.web import shop_chat, visitor_chat
from bot.outgoing import OutgoingMessage
from commerce import carts, changes, coupons, invitations, orders, payments, ratings, shops
from commerce.coupon_records import Coupon, CouponUse
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.payment_records import Payment
from commerce.rating_records import Rating
from commerce.refusals import Refusal
from commerce.shops import Staff
from commerce.work import Work
from tests.weather.indoors import ask_to_pay, count, paid, person_at, press, state, work_in
from tests.webhooks.visiting import WAIT_S, Frame, Site, decide

THEIRS = ("후라이드", "하나치킨", "18,000")


def silent_about_them(frames: list[Frame]) -> None:
    """Nothing of another's order stands in what was told."""
    for frame in frames:
        assert not any(word in json.dumps(frame, ensure_ascii=False) for word in THEIRS), frame


AS_CUSTOMER = [
    '/cancel_order{"order_id": "%s"}',
    '/pay_again{"order_id": "%s"}',
    '/rate{"order_id": "%s", "stars": 1}',
    '/swap_sold_out{"order_id": "%s", "item_id": "x"}',
    '/take_instead{"order_id": "%s", "item_id": "x", "new_item_id": "y"}',
    '/drop_sold_out{"order_id": "%s", "item_id": "x"}',
    '/order_status{"order_id": "%s"}',
]
AS_SHOP = [
    f'/{intent}{{"shop_order": "%s"}}'
    for intent in (
        "merchant_accept",
        "merchant_refuse",
        "merchant_cooking",
        "merchant_ready",
        "merchant_on_the_way",
        "merchant_done",
        "merchant_delay",
        "merchant_grant_cancel",
        "merchant_deny_cancel",
    )
]


@pytest.mark.parametrize("payload", AS_CUSTOMER + AS_SHOP)
async def test_a_button_with_anothers_order_does_and_tells_nothing(site: Site, payload: str) -> None:
    async with site.visit() as minji, site.visit() as mallory:
        order = await paid(site, minji)
        await mallory.say("안녕하세요")
        told = await press(site, mallory, payload % order)
        assert told, "it is answered all the same"
        silent_about_them(told)
        silent_about_them(await mallory.say("20분"))
    assert await state(site) == ["received"]
    assert await count(site, Payment) == 1
    assert await count(site, Rating) == 0
    await site.sound()


@pytest.mark.parametrize("payload", AS_SHOP)
async def test_another_shops_button_does_nothing_to_this_shops_order(site: Site, payload: str) -> None:
    async with site.visit() as minji, site.visit(shop="duri-cafe") as cafe:
        order = await paid(site, minji)
        told = await press(site, cafe, payload % order, "duri-cafe")
        assert told
        silent_about_them(told)
        silent_about_them(await cafe.say("20분"))
    assert await state(site) == ["received"]
    await site.sound()


async def test_an_id_that_is_typed_is_only_words(site: Site) -> None:
    async with site.visit() as minji, site.visit() as mallory:
        order = await paid(site, minji)
        (row,) = [await one_order(site)]
        for words in (AS_CUSTOMER[0] % order, f"{row.number}번 주문 취소", f"{order} 취소해 줘", "다른 사람 주문 취소"):
            silent_about_them(await mallory.say(words))
    assert await state(site) == ["received"]


async def test_a_tap_on_a_message_of_another_chat_is_an_old_button(site: Site) -> None:
    async with site.visit() as minji, site.visit() as mallory, site.visit(shop="hana-chicken") as shop:
        await ask_to_pay(minji)
        cancel = minji.data("주문 취소")
        await mallory.say("안녕하세요")
        before = len(mallory.told)
        assert (await mallory.act({"type": "tap", "data": cancel}))["type"] == "ack"
        silent_about_them(mallory.told[before:])
        assert await state(site) == ["unpaid"]
        await site.pay(minji.told[-1]["payment"]["url"])
        await shop.sees("새 주문")
        accept = {"type": "tap", "data": shop.data("20분")}
        async with site.visit(shop="duri-cafe") as cafe:
            for other in (mallory, cafe):
                assert (await other.act(accept))["type"] == "ack"
                silent_about_them(other.told[before:])
    assert await state(site) == ["received"]


async def test_without_the_chat_in_the_query_that_tap_would_cancel(site: Site) -> None:
    """The negative control: a message looked up by its number alone is anybody's."""
    async with site.visit() as minji, site.visit() as mallory:
        await ask_to_pay(minji)
        await mallory.say("안녕하세요")
        number, button = (int(part) for part in minji.data("주문 취소").split("."))
        async with site.application.database.read() as session:
            found = await session.scalar(select(OutgoingMessage).where(OutgoingMessage.id == number))
            theirs = await outgoing.find(work_in(site, session), "talk_of_mallory", number)
        assert found is not None
        assert theirs is None
        payload = outgoing.reply_from(found.reply).all_buttons()[button].payload
        assert (await one_order(site)).id in payload


async def one_order(site: Site) -> Order:
    async with site.application.database.read() as session:
        return (await session.scalars(select(Order))).one()


Act = Callable[[Work, str, str], Awaitable[Any]]
BY_ID: dict[str, Act] = {
    "see": lambda work, order, by: orders.of_person(work, by, order),
    "see as staff": lambda work, order, by: orders.of_staff(work, by, order),
    "cancel": orders.cancel,
    "ask to cancel": orders.ask_cancel,
    "pay again": lambda work, order, by: payments.retry(work, order, by, "sandbox"),
    "rate": lambda work, order, by: ratings.rate(work, by, order, 1),
    "drop a line": lambda work, order, by: changes.drop_line(work, order, by, "x"),
    "take instead": lambda work, order, by: changes.replace(work, order, by, "x", "y"),
    "accept": lambda work, order, by: orders.accept(work, order, by, 10),
    "refuse": lambda work, order, by: orders.refuse(work, order, by, "closed"),
    "cook": orders.cook,
    "ready": orders.ready,
    "send": orders.on_the_way,
    "hand over": orders.done,
    "delay": lambda work, order, by: orders.delay(work, order, by, 10),
    "grant": orders.grant_cancel,
    "deny": orders.deny_cancel,
}


@pytest.mark.parametrize("name", BY_ID)
async def test_commerce_itself_refuses_whoever_the_order_is_not_of(site: Site, name: str) -> None:
    async with site.visit() as minji, site.visit() as mallory:
        order = await paid(site, minji)
        await mallory.say("안녕하세요")
        owner = await person_at(site, shop_chat("duri-cafe"))
        for other in (await person_at(site, visitor_chat(mallory.token)), owner, "person_none"):
            async with undone(site) as work:
                with pytest.raises(Refusal, match=r"order_unknown|not_allowed"):
                    await BY_ID[name](work, order, other)
    assert await state(site) == ["received"]


@asynccontextmanager
async def undone(site: Site) -> AsyncIterator[Work]:
    """A transaction that is rolled back in the end."""
    async with site.application.database.transaction() as session, session.begin_nested() as inner:
        yield work_in(site, session)
        if inner.is_active:
            await inner.rollback()


async def test_without_the_person_in_the_where_the_order_would_be_gone(site: Site) -> None:
    """The negative control: the same write, with the order's id as its only condition."""
    async with site.visit() as minji:
        order = await paid(site, minji)
        async with site.application.database.transaction() as session:
            work = work_in(site, session)
            guarded = update(Order).where(Order.id == order, Order.person_id == "person_of_mallory")
            assert await changed(work, guarded.values(state="cancelled")) == 0
            assert await changed(work, update(Order).where(Order.id == order).values(state="cancelled")) == 1
    assert await state(site) == ["cancelled"]


async def test_anothers_cart_line_cannot_be_changed(site: Site) -> None:
    async with site.visit() as minji, site.visit() as mallory:
        for visitor in (minji, mallory):
            await visitor.say("근처 치킨집")
            await visitor.here()
            await visitor.tap("메뉴 보기", "하나치킨")
            await visitor.tap("후라이드")
        mine = await person_at(site, visitor_chat(minji.token))
        other = await person_at(site, visitor_chat(mallory.token))
        async with site.application.database.transaction() as session:
            work = work_in(site, session)
            cart = await carts.view(work, mine)
            assert cart is not None
            line = cart.lines[0].id
            for change in (
                carts.set_quantity(work, other, line, 0),
                carts.set_note(work, other, line, "상한 것으로"),
                carts.set_choices(work, other, line, ()),
            ):
                with pytest.raises(Refusal, match="line_unknown"):
                    await change
        assert (await minji.say("장바구니 보여줘"))[-1]["text"].count("후라이드치킨 × 1") == 1


async def test_anothers_coupon_is_not_taken_off(site: Site) -> None:
    async with site.visit() as minji, site.visit() as mallory:
        await minji.say("안녕하세요")
        await mallory.say("안녕하세요")
        mine, other = [await person_at(site, visitor_chat(one.token)) for one in (minji, mallory)]
        order = await paid(site, mallory)
        async with site.application.database.transaction() as session:
            work = work_in(site, session)
            coupon = await session.scalar(select(Coupon.id).where(Coupon.total == 100))
            held = await coupons.claim(work, mine, str(coupon))
            assert held.use is not None
            with pytest.raises(Refusal, match="coupon_used"):
                await coupons.reserve(work, other, held.use, order)
            assert await coupons.held(work, other) == ()
        async with site.application.database.read() as session:
            assert list(await session.scalars(select(CouponUse.state))) == ["held"]


async def test_an_invitation_lets_one_person_into_one_shop_once(site: Site) -> None:
    async with site.visit() as first, site.visit() as second:
        for visitor in (first, second):
            await visitor.say("안녕하세요")
        one, two = [await person_at(site, visitor_chat(visitor.token)) for visitor in (first, second)]
        owner = await person_at(site, shop_chat("hana-chicken"))
        async with site.application.database.transaction() as session:
            work = work_in(site, session)
            chicken, cafe = [await shops.by_slug(work, slug) for slug in ("hana-chicken", "duri-cafe")]
            assert chicken is not None
            assert cafe is not None
            with pytest.raises(Refusal, match="not_allowed"):
                await invitations.invite(work, cafe.id, owner)
            with pytest.raises(Refusal, match="not_allowed"):
                await invitations.invite(work, chicken.id, one)
            code = await invitations.invite(work, chicken.id, owner)
            assert (await invitations.accept(work, code, one, "김")).id == chicken.id
            with pytest.raises(Refusal, match="invitation_used"):
                await invitations.accept(work, code, two, "이")
            with pytest.raises(Refusal, match="not_allowed"):
                await invitations.invite(work, chicken.id, one)
            assert [shop.id for shop in await shops.workplaces(work, one)] == [chicken.id]
            assert await shops.workplaces(work, two) == []


async def test_the_page_of_a_payment_opens_for_no_guess_and_obeys_only_its_own_browser(site: Site) -> None:
    async with site.visit() as minji:
        page = (await ask_to_pay(minji))["payment"]["url"]
        for guess in (page[:-1], page + "A", page.upper(), "/till/", "/till/%00", "/till/..%2fetc"):
            async with site.session.get(site.url + guess) as answer:
                assert answer.status in (400, 404), guess
        async with site.session.post(site.url + page, data={"decision": "approve"}) as answer:
            assert answer.status == 403
        assert await state(site) == ["unpaid"]
        async with site.session.get(site.url + page) as shown:
            html = await shown.text()
        assert minji.token not in html
        assert "시험로" not in html
        await decide(site.session, site.url + page)
    assert await state(site) == ["received"]


async def test_a_shop_opens_with_its_own_key_only(site: Site) -> None:
    chicken, cafe = (site.application.links.shop_key(slug) for slug in ("hana-chicken", "duri-cafe"))
    async with site.visit(shop="duri-cafe") as there:
        assert there.welcome["shop"]["slug"] == "duri-cafe"
        silent_about_them([there.welcome])
    mixed = cafe.split(".")[0] + "." + chicken.split(".", 1)[1]
    for key in (mixed, "shop:hana-chicken", chicken[:-1], visitor_chat("x" * 30)):
        async with site.session.ws_connect(f"{site.url}/socket") as socket:
            await socket.send_json({"type": "hello", "shop": key})
            assert (await socket.receive_json(timeout=WAIT_S))["type"] == "error"
            assert (await socket.receive(timeout=WAIT_S)).type is WSMsgType.CLOSE
    async with site.session.get(f"{site.url}/api/site") as answer:
        assert (await answer.json())["shops"] == []


async def test_nothing_is_replayed_to_who_knows_the_address_but_not_the_token(site: Site) -> None:
    async with site.visit() as minji:
        await paid(site, minji)
        known = [
            visitor_chat(minji.token),
            visitor_chat(minji.token).removeprefix("visitor:"),
            f"{shop_chat('hana-chicken')}/colleague",
        ]
        for token in (*known, minji.token[:-1], minji.token + " ", minji.token.swapcase()):
            async with site.visit(token=token) as mallory:
                await mallory.socket.send_json({"type": "ping"})
                assert await mallory.next() == {"type": "pong"}
                assert mallory.told == []


async def test_the_same_number_in_another_chat_is_another_message(site: Site) -> None:
    """Nobody makes another's message a repeat by sending its number first."""
    async with site.visit() as minji, site.visit() as mallory:
        await mallory.act({"type": "say", "text": "안녕하세요"}, "number-of-minji")
        await minji.act({"type": "say", "text": "안녕하세요"}, "number-of-minji")
        assert minji.told


async def test_who_left_a_shop_has_its_orders_no_longer(site: Site) -> None:
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        await paid(site, minji)
        await shop.sees("새 주문")
        owner = await person_at(site, shop_chat("hana-chicken"))
        async with site.application.database.transaction() as session:
            await session.execute(delete(Staff).where(Staff.person_id == owner))
        await shop.tap("20분")
        silent_about_them(await shop.say("20분이요"))
    assert await state(site) == ["received"]
