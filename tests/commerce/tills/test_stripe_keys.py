"""One payment, one charge: keys that are stored, answers that were lost, and keys that Stripe has forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from commerce.gateways.port import GatewayDown
from tests.commerce.tills.stripe_desk import StripeDesk, stripe_desk
from tests.peers.stripe import Fault


@pytest.fixture(params=[False, True], ids=["checkout", "form"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[StripeDesk]:
    async with stripe_desk(form=request.param) as desk:
        yield desk


def path(desk: StripeDesk) -> str:
    return "POST /v1/payment_intents" if desk.form else "POST /v1/checkout/sessions"


def made(desk: StripeDesk) -> int:
    return len(desk.peer.books.intents if desk.form else desk.peer.books.sessions)


async def test_an_answer_lost_after_stripe_took_the_payment_is_given_again(desk: StripeDesk) -> None:
    desk.peer.faults.add(Fault(path(desk), "after", drop=True))
    with pytest.raises(GatewayDown):
        await desk.till.open(desk.asked())
    opened = await desk.till.open(desk.asked())
    desk.pay(opened.ref)
    assert (await desk.till.open(desk.asked())).ref == opened.ref
    assert (made(desk), len(desk.charges())) == (1, 1)


async def test_without_the_stored_key_there_would_be_two(desk: StripeDesk) -> None:
    """What the stored key is for: a key made afresh for every try makes a second payment."""
    desk.peer.faults.add(Fault(path(desk), "after", drop=True))
    with pytest.raises(GatewayDown):
        await desk.till.open(desk.asked())
    await desk.till.open(replace(desk.asked(), key="another key"))
    assert made(desk) == 2


async def test_a_payment_whose_key_stripe_has_forgotten_is_found_by_its_name(desk: StripeDesk) -> None:
    desk.peer.faults.add(Fault(path(desk), "after", drop=True))
    with pytest.raises(GatewayDown):
        await desk.till.open(desk.asked())
    (ref,) = desk.peer.books.intents if desk.form else desk.peer.books.sessions
    desk.pay(ref)
    desk.clock.later(hours=25)
    assert (await desk.till.open(desk.asked())).ref == ref
    assert (made(desk), len(desk.charges())) == (1, 1)


async def test_a_forgotten_key_alone_would_make_two(desk: StripeDesk) -> None:
    """What looking it up is for: after a day the key means nothing to Stripe."""
    await desk.till.open(desk.asked())
    desk.clock.later(hours=25)
    taken_for_new = replace(desk.asked(), made_at=desk.clock.now())
    await desk.till.open(taken_for_new)
    assert made(desk) == 2


async def test_a_refund_whose_key_stripe_has_forgotten_is_found_by_its_name(desk: StripeDesk) -> None:
    ref = await desk.paid()
    desk.peer.faults.add(Fault("POST /v1/refunds", "after", drop=True))
    with pytest.raises(GatewayDown):
        await desk.till.refund(desk.back(ref, 5000))
    desk.clock.later(hours=25)
    answer = await desk.till.refund(desk.back(ref, 5000))
    assert list(desk.peer.books.refunds) == [answer.ref]
    assert (await desk.seen(ref)).refunded == 5000


async def test_a_refund_under_a_forgotten_key_alone_would_go_back_twice(desk: StripeDesk) -> None:
    ref = await desk.paid()
    await desk.till.refund(desk.back(ref, 5000))
    desk.clock.later(hours=25)
    taken_for_new = replace(desk.back(ref, 5000), made_at=desk.clock.now())
    await desk.till.refund(taken_for_new)
    assert (await desk.seen(ref)).refunded == 10000


async def test_an_unpaid_page_that_has_ended_is_not_given_again(desk: StripeDesk) -> None:
    first = await desk.till.open(desk.asked())
    await desk.till.close(first.ref)
    desk.clock.later(hours=25)
    asked = replace(desk.asked(), made_at=desk.clock.now())
    assert (await desk.till.open(asked)).ref != first.ref


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_breakdown_that_stripe_keeps_under_the_key_is_got_over(desk: StripeDesk, when: str) -> None:
    """Stripe answers a key with the same 500 from then on, whether it had made the payment or not."""
    desk.peer.faults.add(Fault(path(desk), "after" if when == "after" else "before", status=500))
    with pytest.raises(GatewayDown):
        await desk.till.open(desk.asked())
    opened = await desk.till.open(desk.asked())
    assert made(desk) == 1
    assert (await desk.till.open(desk.asked())) == opened
    assert made(desk) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_refund_that_broke_down_goes_back_once(desk: StripeDesk, when: str) -> None:
    ref = await desk.paid()
    desk.peer.faults.add(Fault("POST /v1/refunds", "after" if when == "after" else "before", status=500))
    with pytest.raises(GatewayDown):
        await desk.till.refund(desk.back(ref, 7000))
    answers = [await desk.till.refund(desk.back(ref, 7000)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert (await desk.seen(ref)).refunded == 7000


async def test_a_payment_is_found_by_our_name_paid_or_not(desk: StripeDesk) -> None:
    opened = await desk.till.open(desk.asked())
    assert await desk.till.find("pay_1") == opened
    assert await desk.till.find("pay_2") is None
    desk.pay(opened.ref)
    desk.clock.later(hours=30)
    found = await desk.till.find("pay_1")
    assert found is not None
    assert found.ref == opened.ref


async def test_a_payment_is_found_among_hundreds(desk: StripeDesk) -> None:
    opened = await desk.till.open(desk.asked())
    for number in range(2, 130):
        await desk.till.open(desk.asked(f"pay_{number}"))
    assert await desk.till.find("pay_1") == opened


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    async with stripe_desk(timeout_s=0.2) as desk:
        gate = desk.peer.faults.hold("POST /v1/checkout/sessions")
        with pytest.raises(GatewayDown):
            await desk.till.open(desk.asked())
        gate.set()
        await desk.peer.answered("POST /v1/checkout/sessions")
        assert (await desk.till.open(desk.asked())).ref in desk.peer.books.sessions
        assert made(desk) == 1
