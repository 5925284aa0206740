"""From a word to a rating on Telegram: the whole application on one side, the Bot API's stand-in on the other."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from bot.channels.telegram import TelegramChannel
from bot.people import Conversation
from bot.turn import Received
from commerce.cart_records import CartLine
from commerce.order_records import Order
from commerce.shops import Staff
from tests.channels.ordering import Open, ask_to_pay, count, find_shop, owner
from tests.peers.telegram import TelegramPeer
from tests.peers.telegram_test_api import ForeignTelegram
from tests.peers.telegram_test_api.shim import INSTALLED
from tests.webhooks.visiting import Site
from webhooks.telegram import PATH


@pytest.fixture
async def site(peer: TelegramPeer, open_site: Open) -> AsyncIterator[Site]:
    """Updates by polling."""
    async with open_site(peer.token, peer.api) as site:
        yield site


async def whole_order(site: Site, peer: TelegramPeer) -> None:
    sajang = await owner(site, peer)
    minji = peer.user(1001)
    page = await ask_to_pay(minji)
    minji.acted = sajang.acted = peer.tick()
    await site.pay(page)
    await minji.sees("결제했어요")
    card = await sajang.sees("새 주문", "후라이드치킨 × 1", "20분")
    assert not card.silent
    await sajang.tap("20분")
    await sajang.sees("받았어요", "준비 완료")
    await minji.sees("하나치킨이 주문을 받았어요")
    await peer.until(lambda: card.edits > 0)
    assert "20분" not in card.buttons
    minji.acted = peer.tick()
    await sajang.tap("준비 완료")
    await minji.sees("다 됐어요")
    await minji.say("언제 와요?")
    await minji.sees("하나치킨")
    minji.acted = peer.tick()
    await sajang.say("전달했어요")
    await minji.sees("어떠셨어요", "★★★★★")
    await minji.tap("★★★★★")
    await minji.sees("한마디")
    await minji.say("정말 맛있어요")
    await sajang.sees("정말 맛있어요")
    await site.sound()


async def test_a_whole_order_by_polling(site: Site, peer: TelegramPeer) -> None:
    await whole_order(site, peer)
    assert peer.updates.webhook == ""
    refused = [call for call in peer.calls if call.status >= 400]
    assert refused == []
    assert all(all(person.taps.values()) for person in peer.people.values())
    async with site.session.get(f"{site.url}/api/site") as answer:
        assert (await answer.json())["telegram"] == "https://t.me/dangol_bot"


async def test_a_whole_order_by_webhook(peer: TelegramPeer, open_site: Open) -> None:
    async with open_site(peer.token, peer.api, "https://dangol.example") as site:
        await peer.until(lambda: peer.updates.webhook != "")
        assert peer.updates.webhook == f"https://dangol.example{PATH}"
        await peer.updates.set_webhook(site.url + PATH, peer.updates.secret, drop=False)
        await whole_order(site, peer)
        assert {status for _, status in peer.updates.deliveries} == {200}
        async with site.session.post(site.url + PATH, json={"update_id": 1}) as forged:
            assert forged.status == 403


async def test_the_way_to_pay_is_a_button_where_the_page_can_be_reached(peer: TelegramPeer, open_site: Open) -> None:
    async with open_site(peer.token, peer.api, "https://dangol.example") as site:
        await peer.until(lambda: peer.updates.webhook != "")
        await peer.updates.set_webhook(site.url + PATH, peer.updates.secret, drop=False)
        minji = peer.user(1001)
        page = await ask_to_pay(minji)
        assert minji.link("결제") == f"https://dangol.example{page}"


async def test_the_place_is_asked_for_with_a_keyboard_that_leaves_again(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await minji.say("근처 치킨집")
    await minji.until(lambda: minji.keyboard is not None)
    assert minji.keyboard is not None
    assert any(key.get("request_location") for row in minji.keyboard["keyboard"] for key in row)
    await minji.share_location(37.556, 126.910)
    await minji.sees("하나치킨")
    await minji.until(lambda: minji.keyboard is None)


async def test_an_update_that_comes_twice_is_applied_once(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    await find_shop(minji)
    added = await minji.tap("후라이드")
    await minji.sees("합계 18,000원")
    for _ in range(3):
        await peer.updates.repeat(added)
    await peer.drained()
    shown = len(minji.screen())
    await minji.say("장바구니 보여줘")
    cart = await minji.sees("합계")
    assert "× 1" in cart.text
    assert len(minji.screen()) == shown + 2
    assert await count(site, Received, Received.channel == "telegram", Received.update_id == str(added)) == 1
    async with site.application.database.read() as session:
        assert await session.scalar(select(func.sum(CartLine.quantity))) == 1


async def test_who_is_told_to_wait_gets_everything_later_and_in_order(site: Site, peer: TelegramPeer) -> None:
    minji, jun = peer.user(1001), peer.user(3003, "준")
    words = ["안녕하세요", "도움말", "근처 치킨집"]
    for word in words:
        await jun.say(word)
    await peer.drained()
    await site.application.settle()
    peer.faults.flood("sendMessage", 7, times=2)
    for word in words:
        await minji.say(word)
    await peer.drained()
    await site.application.settle()
    assert [shown for shown in minji.screen() if not shown.mine] == []
    tries = len(peer.made("sendMessage", 429))
    assert tries == 1
    before = len(peer.calls)
    await site.advance(site.clock.now() + timedelta(seconds=6))
    assert [call for call in peer.calls[before:] if call.method == "sendMessage"] == []
    await site.advance(site.clock.now() + timedelta(seconds=10))
    texts = [[shown.text for shown in person.screen() if not shown.mine] for person in (minji, jun)]
    assert texts[0] == texts[1]
    assert len(texts[0]) >= 3


async def test_an_outage_of_the_bot_api_costs_no_message_and_no_order(site: Site, peer: TelegramPeer) -> None:
    sajang = await owner(site, peer)
    minji = peer.user(1001)
    page = await ask_to_pay(minji)
    peer.faults.fail("sendMessage", 502, times=4)
    await site.pay(page)
    await site.application.settle()
    await site.advance(site.clock.now() + timedelta(seconds=40))
    await minji.sees("결제했어요", anywhere=True)
    await sajang.sees("새 주문", anywhere=True)
    assert len([shown for shown in sajang.screen() if "새 주문" in shown.text]) == 1


async def test_who_blocks_the_bot_is_left_alone_and_who_comes_back_is_answered(site: Site, peer: TelegramPeer) -> None:
    sajang = await owner(site, peer)
    minji = peer.user(1001)
    page = await ask_to_pay(minji)
    await minji.block()
    await peer.drained()
    assert await count(site, Conversation, Conversation.blocked_at.is_not(None)) == 1
    await site.pay(page)
    await sajang.sees("새 주문", anywhere=True)
    calls = len(peer.made("sendMessage", 403))
    await sajang.tap("20분")
    await sajang.sees("받았어요")
    await site.application.settle()
    assert len(peer.made("sendMessage", 403)) == calls == 0
    await minji.say("언제 와요?")
    await minji.sees("20분")
    assert await count(site, Conversation, Conversation.blocked_at.is_not(None)) == 0


async def test_a_block_that_telegram_did_not_tell_is_noticed_when_sending(site: Site, peer: TelegramPeer) -> None:
    sajang = await owner(site, peer)
    minji = peer.user(1001)
    page = await ask_to_pay(minji)
    minji.blocked = True
    await site.pay(page)
    await sajang.sees("새 주문", anywhere=True)
    await site.application.settle()
    assert len(peer.made("sendMessage", 403)) == 1
    assert await count(site, Conversation, Conversation.blocked_at.is_not(None)) == 1


async def test_a_button_of_a_finished_step_says_where_things_stand(site: Site, peer: TelegramPeer) -> None:
    minji = peer.user(1001)
    page = await ask_to_pay(minji)
    await site.pay(page)
    await minji.sees("결제했어요", anywhere=True)
    orders = await count(site, Order)
    for label in ("포장", "주문하기", "결제하기"):
        site.clock.move_to(site.clock.now() + timedelta(seconds=2))
        await minji.tap(label)
        await minji.sees()
    assert await count(site, Order) == orders


@pytest.mark.parametrize(("language", "greeting"), [("ko", "가"), ("en-US", "a"), (None, "가")])
async def test_start_greets_in_the_language_of_the_phone(
    site: Site, peer: TelegramPeer, language: str | None, greeting: str
) -> None:
    person = peer.user(1001, "민지", language)
    await person.start()
    shown = await person.sees()
    korean = any("가" <= letter <= "힣" for letter in shown.text)
    assert korean == (greeting == "가")


async def test_an_invitation_that_was_used_lets_nobody_else_in(site: Site, peer: TelegramPeer) -> None:
    async with site.visit(shop="hana-chicken") as shop:
        await shop.say("직원 초대")
        code = re.search(r"join=(\w+)", (await shop.sees("join="))["text"])
    assert code is not None
    first, second = peer.user(1, "하나"), peer.user(2, "둘")
    await first.start(code[1])
    await first.sees("하나치킨")
    await second.start(code[1])
    shown = await second.sees()
    assert "하나치킨" not in shown.text
    assert channel_of(site).link == "https://t.me/dangol_bot"


def channel_of(site: Site) -> TelegramChannel:
    assert site.application.telegram is not None
    return site.application.telegram


@pytest.mark.node
@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.skipif(not INSTALLED.is_dir(), reason=f"needs npm ci in {INSTALLED.parent.parent}")
async def test_an_order_over_a_bot_api_that_others_wrote(open_site: Open) -> None:
    async with ForeignTelegram() as foreign, open_site(foreign.token, foreign.api) as site:
        minji = foreign.user(1001)
        await minji.say("시험역 근처 치킨집")
        await minji.tap(await minji.sees("하나치킨"), "메뉴 보기")
        await minji.tap(await minji.sees("18,000원"), "후라이드치킨 담기")
        await minji.tap(await minji.sees("합계 18,000원"), "주문하기")
        await minji.tap(await minji.sees("어떻게 받으시겠어요"), "🛍 포장")
        await minji.tap(await minji.sees("주문을 확인해 주세요"), "18,000원 결제하기")
        asked = await minji.sees("결제해 주세요")
        page = re.search(r"http\S+", asked["message"]["text"])
        assert page is not None
        async with site.visit(shop="hana-chicken") as shop:
            await site.pay(urlsplit(page[0]).path)
            await minji.sees("결제했어요")
            await shop.sees("새 주문")
            await shop.say("15분이요")
            await minji.sees("하나치킨이 주문을 받았어요")
        await site.sound()


async def test_who_invites_on_telegram_gets_a_link_that_opens_telegram(site: Site, peer: TelegramPeer) -> None:
    colleague = await owner(site, peer)
    async with site.application.database.transaction() as session:
        await session.execute(update(Staff).values(role="owner"))
    await colleague.say("직원 초대")
    shown = await colleague.sees("t.me/dangol_bot?start=")
    code = re.search(r"start=(\w+)", shown.text)
    assert code is not None
    second = peer.user(2003, "수지")
    await second.start(code[1])
    await second.sees("하나치킨")
