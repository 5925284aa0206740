"""The sandbox till keeps its books, its keys and its signatures as a real one does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.gateways import signing
from commerce.gateways.port import Forged, GatewayRefused, OpenPayment, RefundRequest
from commerce.gateways.sandbox import SandboxTill
from tests.commerce.market import NOON, SECRET, Market, both

REQUEST = OpenPayment(
    key="key_1",
    payment="pay_1",
    order="order_1",
    amount=18000,
    currency="KRW",
    shop=both("Test"),
    number="0042",
    made_at=NOON,
)


def giving_back(key: str, ref: str, amount: int, currency: str = "KRW") -> RefundRequest:
    return RefundRequest(key, f"refund {key}", ref, amount, currency, NOON)


async def approved(market: Market) -> str:
    ref = (await market.till.open(REQUEST)).ref
    assert await market.till.decide(ref, "approve")
    return ref


async def test_the_same_key_opens_the_same_page(market: Market) -> None:
    first, second = await market.till.open(REQUEST), await market.till.open(REQUEST)
    assert first == second
    assert first.url == f"/till/{first.ref}"
    with pytest.raises(GatewayRefused, match="key_reused"):
        await market.till.open(replace(REQUEST, amount=1))


async def test_the_same_key_refunds_once_and_never_more_than_was_taken(market: Market) -> None:
    ref = await approved(market)
    request = giving_back("refund_1", ref, 10000)
    assert await market.till.refund(request) == await market.till.refund(request)
    assert (await market.till.fetch(ref)).refunded == 10000
    for wrong in (
        giving_back("refund_2", ref, 8001),
        giving_back("refund_3", ref, 0),
        giving_back("refund_4", ref, 100, "USD"),
        giving_back("refund_5", "sbc_none", 100),
        giving_back("refund_1", ref, 8000),
    ):
        with pytest.raises(GatewayRefused):
            await market.till.refund(wrong)
    await market.till.refund(giving_back("refund_6", ref, 8000))
    assert (await market.till.fetch(ref)).refunded == 18000


async def test_a_page_is_decided_once_but_leaving_is_not_deciding(market: Market) -> None:
    ref = (await market.till.open(REQUEST)).ref
    assert await market.till.decide(ref, "abandon")
    assert (await market.till.fetch(ref)).state == "abandoned"
    assert await market.till.decide(ref, "approve")
    assert not await market.till.decide(ref, "decline")
    assert not await market.till.decide("sbc_none", "approve")
    assert (await market.till.fetch(ref)).state == "succeeded"
    assert [event.kind for event in market.events] == ["charge.abandoned", "charge.succeeded"]


async def test_a_repeated_event_keeps_its_id(market: Market) -> None:
    ref = await approved(market)
    market.later(minutes=30)
    assert await market.till.repeat(ref) == 1
    assert [event.ref for event in market.events] == [ref, ref]
    assert market.events[0] == market.events[1]


async def test_an_event_that_was_not_taken_is_sent_again(market: Market) -> None:
    taken: list[bytes] = []
    down = True

    async def deliver(body: bytes, headers: Mapping[str, str]) -> None:
        if down:
            raise ConnectionError("nobody listens")
        taken.append(body)

    till = SandboxTill(market.database, market.clock, market.ids, SECRET, deliver)
    ref = (await till.open(REQUEST)).ref
    assert await till.decide(ref, "approve"), "the decision stands although its event was not taken"
    down = False
    assert (await till.redeliver(), await till.redeliver(), len(taken)) == (1, 0, 1)


async def test_forged_old_cut_and_foreign_signatures_are_refused(market: Market) -> None:
    await approved(market)
    body, headers = market.bodies[0]
    signature = headers[signing.HEADER]
    time, digest = signature.split(",")
    for forged in (
        "",
        time,
        f"{time},{digest[:-1]}",
        f"{time},{digest}0",
        f"{time},v1={'0' * 64}",
        f"t=0,{digest}",
        f"t={int(NOON.timestamp()) + 1},{digest}",
        signing.sign(b"another secret", body, NOON),
        f"{signature},{digest}",
        f"{time},{digest.upper()}",
    ):
        with pytest.raises(Forged):
            market.till.verify(body, {signing.HEADER: forged})
    with pytest.raises(Forged):
        market.till.verify(body + b" ", headers)
    with pytest.raises(Forged):
        market.till.verify(body, {})
    assert market.till.verify(body, {signing.HEADER.upper(): signature})[0].kind == "charge.succeeded"


async def test_a_replayed_event_is_refused_after_five_minutes(market: Market) -> None:
    await approved(market)
    body, headers = market.bodies[0]
    market.later(seconds=300)
    assert market.till.verify(body, headers)
    market.later(seconds=1)
    with pytest.raises(Forged, match="old"):
        market.till.verify(body, headers)
    market.later(seconds=-602)
    with pytest.raises(Forged, match="future"):
        market.till.verify(body, headers)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"id": 1}', b"\xff\xfe", b"x" * 70_000])
async def test_a_signed_body_that_is_no_event_is_refused(market: Market, body: bytes) -> None:
    with pytest.raises(Forged):
        market.till.verify(body, {signing.HEADER: signing.sign(SECRET, body, NOON)})


@given(body=st.binary(max_size=200), other=st.binary(max_size=200), off=st.integers(-900, 900))
def test_a_signature_holds_for_its_body_and_its_time_only(body: bytes, other: bytes, off: int) -> None:
    signature = signing.sign(SECRET, body, NOON)
    now = NOON + timedelta(seconds=off)
    if abs(off) <= 300:
        signing.check(SECRET, body, signature, now)
    else:
        with pytest.raises(Forged):
            signing.check(SECRET, body, signature, now)
    if other != body:
        with pytest.raises(Forged):
            signing.check(SECRET, other, signature, NOON)


async def test_an_event_says_nothing_but_where_to_look(market: Market) -> None:
    ref = await approved(market)
    assert json.loads(market.bodies[0][0]).keys() == {"id", "kind", "ref"}
    assert market.events[0].ref == ref
