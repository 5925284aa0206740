"""The till times out, answers 500, answers after we gave up: nothing is doubled, and the late answer is settled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from commerce import payments
from commerce.gateways.port import GatewayDown
from commerce.gateways.stripe import StripeTill
from commerce.gateways.stripe_keys import StripeKeys
from commerce.work import Work
from tests.peers.stripe import Fault, StripePeer
from tests.weather.paying import HOLD, Counter, Line

TIMEOUT_S = 0.2
MAKE = "POST /v1/checkout/sessions"


@dataclass
class AtStripe:
    """A counter whose new payments go to Stripe, which answers within ``TIMEOUT_S`` or not at all."""

    counter: Counter
    peer: StripePeer
    line: Line

    def sessions(self) -> list[str]:
        return list(self.peer.books.sessions)

    def taken(self) -> int:
        """Money that people are without."""
        charges = self.peer.books.charges.values()
        return sum(one["amount"] - one["amount_refunded"] for one in charges if one["paid"])

    async def agrees(self) -> None:
        assert await self.counter.faults() == []
        rows = await self.counter.rows("SELECT amount FROM ledger_entries WHERE account = 'till:stripe'")
        assert sum(row[0] for row in rows) == self.taken()


@pytest.fixture
async def stripe(counter: Counter) -> AsyncIterator[AtStripe]:
    async with StripePeer(counter.desk.clock.now) as peer:
        keys = StripeKeys(peer.secret, tuple(peer.events.secrets), None, peer.url)
        till = StripeTill(keys, "http://127.0.0.1:8080", counter.desk.clock, timeout_s=TIMEOUT_S)
        line = Line(till)
        counter.add(line)
        yield AtStripe(counter, peer, line)
        await till.aclose()


TROUBLE = {
    "500, nothing done": Fault(MAKE, status=500),
    "500, all done": Fault(MAKE, "after", status=500),
    "429": Fault(MAKE, status=429),
    "no answer, all done": Fault(MAKE, "after", drop=True),
    "half an answer": Fault(MAKE, "after", truncate=True),
}


@pytest.mark.parametrize("what", TROUBLE)
async def test_after_trouble_one_page_is_open_and_paid_once(stripe: AtStripe, what: str) -> None:
    counter = stripe.counter
    stripe.peer.faults.add(TROUBLE[what])
    await counter.desk.order("minji")
    assert counter.desk.payment("minji") is None
    await counter.wait(timedelta(minutes=1))
    assert counter.told("minji", "결제해 주세요") == 1
    (session,) = stripe.sessions()
    stripe.peer.books.pay_session(session, "card")
    await counter.wait(timedelta(minutes=3))
    assert await counter.orders("received") == 1
    assert stripe.taken() == 18000
    await stripe.agrees()


async def test_an_answer_that_takes_too_long_is_not_waited_for_and_not_doubled(stripe: AtStripe) -> None:
    counter = stripe.counter
    gate = stripe.peer.faults.hold(MAKE, "after")
    await counter.desk.order("minji")
    assert counter.desk.payment("minji") is None
    gate.set()
    await counter.wait(timedelta(minutes=1))
    assert counter.told("minji", "결제해 주세요") == 1
    assert len(stripe.sessions()) == 1
    await stripe.agrees()


async def test_a_page_that_answers_after_we_gave_up_is_closed(stripe: AtStripe) -> None:
    """The page was made, its name got lost, and the hold ended meanwhile: it is found by our own name."""
    counter = stripe.counter
    stripe.line.lost = {"open"}
    await counter.desk.order("minji")
    stripe.line.cut_off()
    await counter.wait(HOLD + timedelta(minutes=1))
    assert await counter.orders("expired") == 1
    (session,) = stripe.sessions()
    assert stripe.peer.books.sessions[session]["status"] == "open"
    stripe.line.mend()
    await counter.wait_for_tills()
    assert stripe.peer.books.sessions[session]["status"] == "expired"
    assert counter.told("minji", "결제해 주세요") == 0
    await stripe.agrees()


async def test_money_that_is_heard_of_after_we_gave_up_is_settled(stripe: AtStripe) -> None:
    counter = stripe.counter
    await counter.desk.order("minji")
    (session,) = stripe.sessions()
    stripe.peer.books.pay_session(session, "card")
    stripe.line.cut_off()
    await counter.wait(HOLD + timedelta(hours=2))
    assert await counter.orders("expired") == 1
    stripe.line.mend()
    await counter.wait_for_tills()
    assert counter.told("minji", "결제가 늦게 들어와") == 1
    assert stripe.taken() == 0
    await stripe.agrees()


@pytest.mark.parametrize(
    "fault", [Fault("POST /v1/refunds", "after", status=500), Fault("POST /v1/refunds", "after", drop=True)]
)
async def test_a_refund_whose_answer_got_lost_goes_back_once(stripe: AtStripe, fault: Fault) -> None:
    counter = stripe.counter
    await counter.desk.order("minji")
    (session,) = stripe.sessions()
    stripe.peer.books.pay_session(session, "card")
    await counter.wait(timedelta(minutes=4))
    assert await counter.orders("received") == 1
    stripe.peer.faults.add(fault)
    await counter.desk.tap("minji", "주문 취소")
    assert counter.told("minji", "환불이 끝났어요") == 0
    await counter.wait(timedelta(minutes=1))
    assert counter.told("minji", "18,000원 환불이 끝났어요") == 1
    assert len(stripe.peer.books.refunds) == 1
    assert stripe.taken() == 0
    await stripe.agrees()


async def test_under_a_new_key_each_try_makes_a_page_that_can_be_paid(stripe: AtStripe) -> None:
    """The negative control: the key is made with the call, and the answer gets lost."""
    counter = stripe.counter
    await counter.desk.order("minji")
    payment = counter.desk.payment("minji")
    assert payment is not None
    application = counter.desk.application
    async with application.database.read() as session:
        _, request = await payments.call(Work(session, application.clock.now(), application.ids), payment)
    for number in range(2):
        stripe.peer.faults.add(Fault(MAKE, "after", drop=True))
        with pytest.raises(GatewayDown):
            await stripe.line.open(replace(request, key=f"key of try {number}"))
    assert len(stripe.sessions()) == 3
    for one in stripe.sessions():
        stripe.peer.books.pay_session(one, "card")
    assert stripe.taken() == 3 * 18000, "three times the price of one order is gone"
