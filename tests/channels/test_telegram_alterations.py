"""A placed order is changed on Telegram: the difference is an invoice, and is paid only while the change is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from commerce.menu import MenuItem
from tests.channels.ordering import Open, order_chicken, owner
from tests.channels.test_telegram_pay import change, hear, refused
from tests.peers.telegram import Person, TelegramPeer
from tests.webhooks.visiting import Site


@pytest.fixture
async def site(peer: TelegramPeer, open_site: Open) -> AsyncIterator[Site]:
    async with open_site(peer.token, peer.api, "https://dangol.example", provider=peer.provider_token) as site:
        await hear(peer, site)
        yield site


async def ordered(minji: Person) -> None:
    await order_chicken(minji)
    await minji.pay()
    await minji.sees("결제했어요")


async def test_the_difference_is_an_invoice(site: Site, peer: TelegramPeer) -> None:
    sajang, minji = await owner(site, peer), peer.user(1001)
    await ordered(minji)
    await minji.say("후라이드 한 마리 추가해줘")
    asked = await minji.sees("18,000원을 더 결제해 주세요")
    assert asked.invoice is not None
    assert asked.invoice["total_amount"] == 18_000
    assert "그대로 두기" in asked.buttons
    await minji.pay()
    await minji.sees("바꿨어요", "합계 36,000원")
    await sajang.sees("손님이 주문", "바꿨어요", "합계 36,000원 (결제됨)", anywhere=True)
    await site.sound()


async def test_a_change_that_was_dropped_is_not_paid(site: Site, peer: TelegramPeer) -> None:
    await owner(site, peer)
    minji = peer.user(1001)
    await ordered(minji)
    await minji.say("후라이드 한 마리 추가해줘")
    await minji.sees("18,000원을 더 결제해 주세요")
    await minji.tap("그대로 두기")
    await minji.sees("처음 그대로 둘게요")
    await refused(minji, "끝난 주문이에요")
    await site.sound()


async def test_what_was_added_and_ran_out_is_not_paid(site: Site, peer: TelegramPeer) -> None:
    await owner(site, peer)
    minji = peer.user(1001)
    await ordered(minji)
    await minji.say("후라이드 한 마리 추가해줘")
    await minji.sees("18,000원을 더 결제해 주세요")
    await change(site, update(MenuItem).where(MenuItem.price == 18_000).values(sold_out=True))
    await refused(minji, "후라이드치킨", "다 팔렸어요")
    await site.sound()


async def test_so_little_that_telegram_does_not_take_it_is_said(site: Site, peer: TelegramPeer) -> None:
    await owner(site, peer)
    minji = peer.user(1001)
    await ordered(minji)
    await minji.say("매운맛으로 바꿔줘")
    await minji.sees("500원은 너무 적거나 많아서", "처음 그대로예요")
    await site.sound()
