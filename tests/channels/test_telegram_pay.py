"""Whole orders paid by invoice: the application on one side, the Bot API's stand-in and a person's thumb on the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from bot.channels.telegram.paying import Cashier
from bot.commands.returned import record_returned
from bot.jobs import Job
from commerce.gateways.port import GatewayRefused
from commerce.gateways.telegram_checkout import UNDER_WAY
from commerce.gateways.telegram_records import TelegramCharge
from commerce.gateways.telegram_updates import Checkout
from commerce.menu import MenuItem
from commerce.order_records import Order
from commerce.payment_records import Payment, Refund
from commerce.shops import Shop, ShopDay
from tests.channels.ordering import Open, count, order_chicken, owner
from tests.peers.telegram import Person, TelegramPeer
from tests.webhooks.visiting import Site
from webhooks.telegram import PATH


@pytest.fixture
async def site(peer: TelegramPeer, open_site: Open) -> AsyncIterator[Site]:
    """Updates by webhook, money by invoice."""
    async with open_site(peer.token, peer.api, "https://dangol.example", provider=peer.provider_token) as site:
        await hear(peer, site)
        yield site


async def hear(peer: TelegramPeer, site: Site) -> None:
    await peer.until(lambda: peer.updates.webhook != "")
    await peer.updates.set_webhook(site.url + PATH, peer.updates.secret, drop=False)


async def state(site: Site) -> tuple[str, str]:
    """Of the only order and its newest payment."""
    async with site.application.database.read() as session:
        order = await session.scalar(select(Order))
        payment = await session.scalar(select(Payment).order_by(Payment.created_at.desc()))
        assert order is not None
        assert payment is not None
        return order.state, payment.state


async def change(site: Site, statement: object) -> None:
    async with site.application.database.transaction() as session:
        await session.execute(statement)  # type: ignore[call-overload]


async def refused(minji: Person, *words: str) -> None:
    """She presses, and is told in ``words``; nothing is taken."""
    checkout = await minji.answered(await minji.press_pay())
    assert checkout.ok is False
    assert all(word in checkout.words for word in words), checkout.words
    assert len(checkout.words) < 120
    assert "돈은" in checkout.words


@pytest.mark.parametrize("way", ["webhook", "polling"])
async def test_a_whole_order_paid_by_invoice(peer: TelegramPeer, open_site: Open, way: str) -> None:
    public = "https://dangol.example" if way == "webhook" else None
    async with open_site(peer.token, peer.api, public, provider=peer.provider_token) as site:
        if public:
            await hear(peer, site)
        sajang, minji = await owner(site, peer), peer.user(1001)
        asked = await order_chicken(minji)
        assert asked.invoice is not None
        assert asked.invoice["total_amount"] == 18_000
        assert asked.buttons[0] == "💳 결제하기"
        assert "주문 취소" in asked.buttons
        await minji.pay()
        await minji.sees("결제했어요")
        await sajang.sees("새 주문", "후라이드치킨 × 1", "20분", anywhere=True)
        await sajang.tap("20분")
        await minji.sees("하나치킨이 주문을 받았어요", anywhere=True)
        assert [call for call in peer.calls if call.status >= 400] == []
        assert await state(site) == ("accepted", "succeeded")
        await site.sound()


async def test_a_whole_order_in_english_and_dollars(peer: TelegramPeer, open_site: Open) -> None:
    noon = datetime.fromisoformat("2026-11-20T12:00:00-05:00")
    more = {"provider": peer.provider_token, "town": "dollar", "at": noon}
    async with open_site(peer.token, peer.api, "https://dangol.example", **more) as site:
        await hear(peer, site)
        sam = peer.user(1001, "Sam", "en")
        await sam.say("Birch Street Coffee menu")
        await sam.sees("Blueberry muffin", "$4.10")
        await sam.tap("Blueberry muffin")
        await sam.sees("Total $4.10")
        await sam.tap("Check out")
        await sam.sees("Pay $4.10")
        await sam.tap("Pay $4.10")
        asked = await sam.sees("Please pay $4.10")
        assert asked.invoice is not None
        assert (asked.invoice["currency"], asked.invoice["total_amount"]) == ("USD", 410)
        assert asked.buttons[0] == "💳 Pay"
        await sam.pay()
        await sam.sees("Paid. Order")
        await site.sound()


async def test_an_order_whose_hold_has_ended_is_not_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await site.advance(site.clock.now() + timedelta(minutes=11))
    assert (await state(site))[0] == "expired"
    await refused(minji, "끝난 주문이에요", "다시 주문해 주세요")


async def test_an_order_that_ended_a_moment_ago_is_not_paid_even_before_its_timer_fired(
    site: Site, peer: TelegramPeer
) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await change(
        site, update(Job).where(Job.name == "order.unpaid").values(due_at=site.clock.now() + timedelta(days=1))
    )
    site.clock.move_to(site.clock.now() + timedelta(minutes=10, seconds=1))
    await refused(minji, "끝난 주문이에요")
    assert (await state(site))[0] == "unpaid"


async def test_a_cancelled_order_is_not_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await minji.tap("주문 취소")
    await minji.sees("취소")
    await peer.drained()
    await site.application.settle()
    await refused(minji, "끝난 주문이에요")


async def test_what_has_sold_out_meanwhile_is_not_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await change(site, update(MenuItem).values(sold_out=True))
    await refused(minji, "후라이드치킨이 다 팔렸어요", "취소하고")


async def test_another_amount_is_not_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    asked = await order_chicken(minji)
    assert asked.invoice is not None
    asked.invoice = {**asked.invoice, "total_amount": 17_000}
    await refused(minji, "금액이 달라졌어요", "다시 결제")


async def test_a_shop_that_has_closed_is_not_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    async with site.application.database.transaction() as session:
        shop = await session.scalar(select(Shop.id).where(Shop.slug == "hana-chicken"))
        session.add(ShopDay(shop_id=shop, day="2026-11-20", closed=True))
    await refused(minji, "가게가 문을 닫았어요")


async def test_an_order_placed_before_its_shop_paused_is_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await change(site, update(Shop).values(paused_until=datetime(2026, 11, 20, 4, tzinfo=UTC)))
    assert (await minji.answered(await minji.press_pay())).ok


async def test_nobody_else_pays_even_with_the_invoice_itself(site: Site, peer: TelegramPeer) -> None:
    minji, jun = peer.user(1001), peer.user(3003, "준")
    asked = await order_chicken(minji)
    await jun.start()
    await jun.sees()
    checkout = await jun.answered(await jun.press_pay(asked))
    assert checkout.ok is False
    assert "주문을 넣은 분만" in checkout.words
    stranger = peer.user(4004, "Pat", "en")
    checkout = await stranger.answered(await stranger.press_pay(asked))
    assert checkout.words == "Only the person who ordered can pay for this. No money was taken."
    assert (await minji.answered(await minji.press_pay())).ok


async def test_of_two_phones_one_pays_and_the_other_is_told_to_wait(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    first = await minji.answered(await minji.press_pay())
    assert first.ok
    await refused(minji, "지금 결제하는 중이에요", "2분 뒤에")
    await minji.charge(first)
    await minji.sees("결제했어요")
    await refused(minji, "벌써 결제한 주문이에요")
    assert await count(site, Refund) == 0
    await site.sound()


async def test_of_two_invoices_of_one_order_one_is_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    first = await order_chicken(minji)
    await minji.say("다시 결제할게요")
    second = await minji.sees("결제해 주세요")
    assert second.id != first.id
    one = await minji.press_pay(first)
    other = await minji.press_pay(second)
    await minji.answered(one)
    await minji.answered(other)
    assert sorted([bool(one.ok), bool(other.ok)]) == [False, True]
    await minji.charge(one if one.ok else other)
    await minji.sees("결제했어요")
    await site.sound()


async def test_who_gave_up_paying_may_try_again_when_the_time_is_over(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    assert (await minji.answered(await minji.press_pay())).ok
    site.clock.move_to(site.clock.now() + UNDER_WAY)
    assert (await minji.answered(await minji.press_pay())).ok


async def test_the_order_is_held_while_it_is_being_paid(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await site.advance(site.clock.now() + timedelta(minutes=9, seconds=50))
    checkout = await minji.answered(await minji.press_pay())
    assert checkout.ok
    await site.advance(site.clock.now() + timedelta(seconds=60))
    await minji.charge(checkout)
    await minji.sees("결제했어요", anywhere=True)
    assert await count(site, Refund) == 0


async def test_who_was_let_through_and_never_paid_loses_the_order_in_the_end(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await site.advance(site.clock.now() + timedelta(minutes=9, seconds=50))
    assert (await minji.answered(await minji.press_pay())).ok
    await site.advance(site.clock.now() + timedelta(minutes=2))
    await site.application.settle()
    assert (await state(site))[0] == "expired"


async def test_a_payment_nobody_asked_about_first_is_believed_all_the_same(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await peer.updates.hold()
    checkout = await minji.press_pay()
    await minji.charge(checkout, unasked=True)
    await peer.updates.release(backwards=True)
    await minji.sees("결제했어요", anywhere=True)
    await peer.drained()
    assert await state(site) == ("received", "succeeded")
    await site.sound()


async def test_a_payment_that_is_told_five_times_is_booked_once(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    told = await minji.pay()
    for _ in range(4):
        await peer.updates.repeat(told)
    await peer.drained()
    await minji.sees("결제했어요", anywhere=True)
    assert [shown.text.count("결제했어요") for shown in minji.screen()].count(1) == 1
    async with site.application.database.read() as session:
        assert [(row.taken, row.state) for row in await session.scalars(select(TelegramCharge))] == [(18_000, "paid")]
    assert await count(site, Payment) == 1
    await site.sound()


async def test_one_invoice_paid_twice_gives_the_second_back_and_says_so(site: Site, peer: TelegramPeer) -> None:
    sajang, minji = await owner(site, peer), peer.user(1001)
    await order_chicken(minji)
    checkout = await minji.answered(await minji.press_pay())
    await minji.charge(checkout)
    await minji.sees("결제했어요", anywhere=True)
    again = await minji.charge(checkout)
    await peer.drained()
    await peer.updates.repeat(again)
    await peer.drained()
    await site.application.settle()
    assert await count(site, Payment, Payment.paid == 18_000) == 2
    assert await count(site, Refund) == 1
    await sajang.sees("새 주문", anywhere=True)
    await site.sound()


async def test_money_that_comes_for_nothing_of_ours_is_answered_and_left_to_a_human(
    site: Site, peer: TelegramPeer, caplog: pytest.LogCaptureFixture
) -> None:
    minji = peer.user(1001)
    asked = await order_chicken(minji)
    asked.payload = "pay_of_another_town"
    await minji.charge(await minji.press_pay(), unasked=True)
    await peer.drained()
    assert "money came for an invoice that nobody sent" in caplog.text
    assert await state(site) == ("unpaid", "pending")


async def test_a_forwarded_invoice_s_link_greets_whoever_opens_it(site: Site, peer: TelegramPeer) -> None:
    minji, jun = peer.user(1001), peer.user(3003, "준")
    asked = await order_chicken(minji)
    link = minji.forward(asked, jun).rows[0][0]["url"]
    await jun.start(link.partition("start=")[2])
    shown = await jun.sees()
    fresh = peer.user(3004, "솔")
    await fresh.start()
    assert shown.text == (await fresh.sees()).text


async def test_an_amount_that_telegram_does_not_take_is_said_so(site: Site, peer: TelegramPeer) -> None:
    await change(site, update(MenuItem).values(price=1_500))
    minji = peer.user(1001)
    await minji.say("하나치킨 메뉴")
    await minji.sees("후라이드치킨", "1,500원")
    await minji.tap("후라이드")
    await minji.sees("합계 1,500원")
    await minji.tap("주문하기")
    await minji.sees("어떻게 받으시겠어요")
    await minji.tap("포장")
    await minji.sees("주문을 확인해 주세요")
    await minji.tap("결제하기")
    shown = await minji.sees("1,500원은 너무 적거나 많아서 텔레그램에서 결제할 수 없어요")
    assert shown.buttons == ["주문 취소"]
    assert peer.made("sendInvoice") == []


async def test_while_the_database_is_stalled_the_answer_is_no_and_later_yes(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    await peer.drained()
    await site.application.settle()
    assert site.application.telegram is not None
    site.application.telegram.decide_s = 0.2
    async with site.application.database.transaction() as session:
        await session.execute(update(Order).values(address_detail="a slow turn"))
        await refused(minji, "지금 확인이 안 돼서", "1분 뒤에")
    site.application.telegram.decide_s = 5.0
    await minji.pay()
    await minji.sees("결제했어요")
    await site.sound()


class TooSlow:
    """The real cashier, whose yes is written down, and comes when the time is up."""

    def __init__(self, cashier: Cashier) -> None:
        self.doubt, self.unanswered, self.paid = cashier.doubt, cashier.unanswered, cashier.paid
        self.decide = cashier.may_pay
        self.decided: list[str | None] = []

    async def may_pay(self, asked: Checkout) -> str | None:
        self.decided.append(await self.decide(asked))
        raise TimeoutError


async def test_a_yes_that_was_written_down_and_answered_no_keeps_nobody_waiting(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    telegram = site.application.telegram
    assert telegram is not None
    assert telegram.cashier is not None
    cashier, slow = telegram.cashier, TooSlow(telegram.cashier)
    telegram.cashier = slow
    await refused(minji, "지금 확인이 안 돼서")
    await peer.drained()
    assert slow.decided == [None]
    telegram.cashier = cashier
    await minji.pay()
    await minji.sees("결제했어요")
    await site.sound()


async def test_a_payment_told_while_the_database_is_away_is_told_again_and_booked_once(
    site: Site, peer: TelegramPeer
) -> None:
    minji = peer.user(1001)
    await order_chicken(minji)
    checkout = await minji.answered(await minji.press_pay())
    await change(site, text("ALTER TABLE telegram_charges RENAME TO away"))
    await minji.charge(checkout)
    await peer.until(lambda: len(peer.updates.deliveries) > 3 and peer.updates.deliveries[-1][1] == 500)
    assert await state(site) == ("unpaid", "pending")
    await change(site, text("ALTER TABLE away RENAME TO telegram_charges"))
    await minji.sees("결제했어요", anywhere=True)
    await peer.drained()
    assert await count(site, Payment, Payment.paid == 18_000) == 1
    await site.sound()


async def test_money_that_no_provider_sends_back_is_sent_by_a_person_and_recorded(
    site: Site, peer: TelegramPeer
) -> None:
    sajang, minji = await owner(site, peer), peer.user(1001)
    await order_chicken(minji)
    await minji.pay()
    await sajang.sees("새 주문", anywhere=True)
    await sajang.say("거절")
    await sajang.sees("재료가 떨어졌어요")
    await sajang.tap("재료가 떨어졌어요")
    await minji.sees("사람이 확인하고 꼭 돌려드릴게요", anywhere=True)
    await sajang.sees("직접 돌려드리셨다면", anywhere=True)
    async with site.application.database.read() as session:
        payment = await session.scalar(select(Payment.id))
    assert payment is not None
    assert await record_returned(site.application, payment, 10_000) == 10_000
    assert await record_returned(site.application, payment) == 8_000
    await minji.sees("8,000원", "돌려", anywhere=True)
    with pytest.raises(GatewayRefused, match="refund_too_much"):
        await record_returned(site.application, payment)
    with pytest.raises(GatewayRefused, match="unknown_charge"):
        await record_returned(site.application, "pay_nobody")
    await site.sound()
