"""A placed order is changed in the web chat: the difference is charged and refunded at Stripe, and nothing else is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dialogues.stage import Towns
from tests.webhooks.paying import Paid, order_chicken, paid
from tests.webhooks.visiting import Visitor


@pytest.fixture
async def street(towns: Towns, tmp_path: Path) -> AsyncIterator[Paid]:
    async with paid(towns, tmp_path) as street:
        yield street


async def ordered(street: Paid, minji: Visitor) -> None:
    await street.pay((await order_chicken(minji))["payment"]["url"])
    await minji.sees("결제했어요")


async def one_more(minji: Visitor) -> str:
    """The page on which the second chicken is paid for."""
    told = await minji.say("후라이드 한 마리 추가해줘")
    asked = next((one for one in told if one.get("payment")), None)
    asked = asked or await minji.until(lambda frame: bool(frame.get("payment")))
    assert asked["payment"]["amount"] == 18_000
    url: str = asked["payment"]["url"]
    return url


def taken(street: Paid) -> list[int]:
    return [charge["amount"] for charge in street.stripe.books.charges.values() if charge["paid"]]


def given_back(street: Paid) -> list[int]:
    return [refund["amount"] for refund in street.stripe.books.refunds.values()]


async def test_the_difference_is_paid_on_a_page_of_its_own(street: Paid) -> None:
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        await ordered(street, minji)
        await street.pay(await one_more(minji))
        await minji.sees("바꿨어요", "36,000원")
        await shop.sees("바꿨어요", "36,000원")
    assert taken(street) == [18_000, 18_000]
    assert given_back(street) == []
    await street.site.sound()


async def test_a_difference_whose_card_is_declined_leaves_the_order_as_it_was(street: Paid) -> None:
    async with street.site.visit() as minji:
        await ordered(street, minji)
        url = await one_more(minji)
        assert await street.pay(url, "decline") == url
        await minji.tap("그대로 두기")
        await minji.sees("처음 그대로 둘게요")
    assert taken(street) == [18_000]
    await street.site.sound()


async def test_what_is_taken_out_again_is_given_back_and_told(street: Paid) -> None:
    async with street.site.visit() as minji:
        await ordered(street, minji)
        await street.pay(await one_more(minji))
        await minji.sees("바꿨어요", "36,000원")
        await minji.say("후라이드 하나 빼줘")
        await minji.sees("바꿨어요", "18,000원을 돌려드려요")
        await street.site.advance(street.site.clock.now() + timedelta(minutes=1))
        await street.stripe.events.settled()
    assert given_back(street) == [18_000]
    await street.site.sound()


async def test_an_order_that_was_paid_twice_over_is_given_back_whole_when_it_is_cancelled(street: Paid) -> None:
    async with street.site.visit() as minji:
        await ordered(street, minji)
        await street.pay(await one_more(minji))
        await minji.sees("바꿨어요", "36,000원")
        await minji.say("주문 취소할래")
        await minji.tap("취소")
        await minji.sees("36,000원")
        await street.site.advance(street.site.clock.now() + timedelta(minutes=1))
        await street.stripe.events.settled()
    assert given_back(street) == [18_000, 18_000]
    await street.site.sound()


async def test_events_of_a_difference_that_come_twice_charge_nothing_twice(street: Paid) -> None:
    async with street.site.visit() as minji:
        await ordered(street, minji)
        await street.pay(await one_more(minji))
        await minji.sees("바꿨어요", "36,000원")
        events: Any = street.stripe.events
        assert {await events.deliver(event) for event in list(events.happened)} == {200}
        await minji.say("주문 어떻게 됐어요")
    assert taken(street) == [18_000, 18_000]
    assert len([frame for frame in minji.told if "바꿨어요" in frame["text"]]) == 1
    await street.site.sound()
