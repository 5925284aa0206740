"""kill -9 around a call to the till: before it booked anything, and after it booked and before it could say so."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Literal

import pytest

from tests.peers.stripe import Fault, StripePeer
from tests.weather.processes import Dangol
from tests.weather.street import Street, street
from tests.weather.stripe_counter import events_to, pay_at_stripe, settings_of

ORDER = "하나치킨 후라이드 한 마리 포장"


def kill_at(stripe: StripePeer, server: Dangol, call: str, when: Literal["before", "after"]) -> None:
    """The server dies with the next such call: before the till books it, or after."""
    stripe.faults.add(Fault(call, when, drop=True, hook=lambda: server.send(signal.SIGKILL)))


async def another_worker(one: Street, server: Dangol) -> None:
    await server.gone()
    await one.leases_over()
    await server.start()


def sessions(stripe: StripePeer) -> int:
    return len(stripe.books.sessions)


def charged(stripe: StripePeer) -> list[int]:
    return [intent["amount_received"] for intent in stripe.books.intents.values()]


def refunded(stripe: StripePeer) -> list[int]:
    return [refund["amount"] for refund in stripe.books.refunds.values()]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_order_goes_on_and_money_moves_once(
    tmp_path: Path, cache: Path, street_url: str, when: Literal["before", "after"]
) -> None:
    async with StripePeer() as stripe, street(tmp_path, cache, street_url, **settings_of(stripe)) as one:
        server = await one.open()
        events_to(stripe, server)
        async with one.browser() as minji, one.browser(shop="hana-chicken") as hana:
            await minji.here()
            await minji.say(ORDER)
            await minji.sees("결제하기")
            kill_at(stripe, server, "POST /v1/checkout/sessions", when)
            tap = await minji.put(minji.key("결제하기"))
            await another_worker(one, server)
            await minji.taken(tap)
            asked = await minji.sees_payment()
            assert sessions(stripe) == 1
            await pay_at_stripe(one.session, asked)
            await minji.sees("결제했어요")
            await hana.sees("새 주문")
            assert charged(stripe) == [18000]
            kill_at(stripe, server, "POST /v1/refunds", when)
            tap = await minji.put(minji.key("주문 취소"))
            await another_worker(one, server)
            await minji.taken(tap)
            await minji.sees("18,000원", "돌려")
            await one.until("SELECT count(*) FROM refunds WHERE state <> 'succeeded'")
            assert refunded(stripe) == [18000]
        await one.sound()


async def test_a_key_made_anew_for_every_try_asks_twice(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The negative control: the key is kept with the payment; were it made at each call, there would be two pages,
    and a person could pay on both."""
    async with StripePeer() as stripe, street(tmp_path, cache, street_url, **settings_of(stripe)) as one:
        server = await one.open()
        async with one.browser() as minji:
            await minji.here()
            await minji.say(ORDER)
            await minji.sees("결제하기")
            kill_at(stripe, server, "POST /v1/checkout/sessions", "after")
            await minji.put(minji.key("결제하기"))
            await server.gone()
            await one.change("UPDATE payments SET key = 'key_of_another_try'")
            await one.leases_over()
            await server.start()
            await minji.sees_payment()
            assert sessions(stripe) == 2
