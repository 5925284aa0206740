"""What every till does, whichever it is. docs/tills.md says how a further one is added."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from commerce.gateways.port import Forged, GatewayDown, GatewayPayment, GatewayRefused
from tests.commerce.tills.counters import COUNTERS, TROUBLES, Counter, asking, returning


@pytest.fixture(params=COUNTERS)
async def counter(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Counter]:
    async with COUNTERS[request.param](database_url) as opened:
        yield opened


async def paid(counter: Counter, payment: str = "pay_1", amount: int = 18_000, currency: str = "KRW") -> str:
    ref = (await counter.till.open(asking(counter, payment, amount, currency))).ref
    await counter.pay(ref)
    return ref


async def test_asking_twice_under_one_key_is_asking_once(counter: Counter) -> None:
    request = asking(counter)
    first, second = await counter.till.open(request), await counter.till.open(request)
    assert first == second
    assert (await counter.till.open(asking(counter, "pay_2"))).ref != first.ref


async def test_another_request_under_a_used_key_is_refused(counter: Counter) -> None:
    request = asking(counter)
    opened = await counter.till.open(request)
    with pytest.raises(GatewayRefused):
        await counter.till.open(replace(request, amount=17_000))
    assert (await counter.till.fetch(opened.ref)).amount == 18_000


async def test_a_payment_is_pending_until_somebody_pays(counter: Counter) -> None:
    ref = (await counter.till.open(asking(counter))).ref
    assert await counter.till.fetch(ref) == GatewayPayment(ref, "pending", 18_000, "KRW")
    await counter.pay(ref)
    assert await counter.till.fetch(ref) == GatewayPayment(ref, "succeeded", 18_000, "KRW")


@pytest.mark.parametrize(("amount", "currency"), [(4_500, "KRW"), (1_850, "USD"), (9_990_000, "KRW")])
async def test_amounts_come_back_in_the_minor_units_they_went_in(counter: Counter, amount: int, currency: str) -> None:
    ref = await paid(counter, "pay_1", amount, currency)
    fetched = await counter.till.fetch(ref)
    assert (fetched.amount, fetched.currency) == (amount, currency)
    await counter.till.refund(returning(counter, ref, amount, currency=currency))
    assert (await counter.till.fetch(ref)).refunded == amount


async def test_a_decline_is_seen_and_takes_no_money(counter: Counter) -> None:
    if counter.declines is None:
        pytest.skip("nobody hears of a decline")
    ref = (await counter.till.open(asking(counter))).ref
    await counter.decline(ref)
    assert (await counter.till.fetch(ref)).state == counter.declines
    with pytest.raises(GatewayRefused):
        await counter.till.refund(returning(counter, ref, 100))


async def test_nobody_can_pay_what_is_closed(counter: Counter) -> None:
    ref = (await counter.till.open(asking(counter))).ref
    await counter.till.close(ref)
    await counter.till.close(ref)
    await counter.pay(ref)
    assert (await counter.till.fetch(ref)).state == "expired"


async def test_closing_what_is_paid_leaves_it_paid(counter: Counter) -> None:
    ref = await paid(counter)
    await counter.till.close(ref)
    assert await counter.till.fetch(ref) == GatewayPayment(ref, "succeeded", 18_000, "KRW")


async def test_a_payment_is_found_by_our_own_name(counter: Counter) -> None:
    assert await counter.till.find("pay_1") is None
    opened = await counter.till.open(asking(counter))
    await counter.till.open(asking(counter, "pay_2"))
    found = await counter.till.find("pay_1")
    assert found is not None and found.ref == opened.ref
    assert await counter.till.find("pay_") is None
    await counter.pay(opened.ref)
    found = await counter.till.find("pay_1")
    assert found is not None and found.ref == opened.ref


async def test_what_it_does_not_know_it_refuses(counter: Counter) -> None:
    for asked in (counter.till.fetch("unknown"), counter.till.close("unknown")):
        with pytest.raises(GatewayRefused):
            await asked
    with pytest.raises(GatewayRefused):
        await counter.till.refund(returning(counter, "unknown", 100))


async def test_what_was_paid_is_told_and_the_hint_leads_to_it(counter: Counter) -> None:
    ref = await paid(counter)
    hints = [hint for body, headers in counter.calls() for hint in counter.till.verify(body, headers)]
    assert hints
    assert len({hint.id for hint in hints}) == len(hints)
    for hint in hints:
        assert await counter.till.fetch(hint.ref) == GatewayPayment(ref, "succeeded", 18_000, "KRW")


async def test_a_repeated_call_gives_the_same_hint(counter: Counter) -> None:
    await paid(counter)
    body, headers = counter.calls()[-1]
    first = counter.till.verify(body, headers)
    assert first == counter.till.verify(body, {name.upper(): value for name, value in headers.items()})


async def test_forged_cut_and_missing_signatures_are_refused(counter: Counter) -> None:
    await paid(counter)
    body, headers = counter.calls()[-1]
    proof = headers[counter.header]
    assert counter.till.verify(body, headers)
    for wrong in ("", proof[:-1], proof[1:], proof[: len(proof) // 2], "x" * len(proof), f"{proof}\udcff"):
        with pytest.raises(Forged):
            counter.till.verify(body, headers | {counter.header: wrong})
    with pytest.raises(Forged):
        counter.till.verify(body, {})
    for cut in (b"", body[: len(body) // 2], b"\xff" + body):
        with pytest.raises(Forged):
            counter.till.verify(cut, headers)


async def test_a_changed_body_and_an_old_signature_are_refused(counter: Counter) -> None:
    if not counter.signs_body:
        pytest.skip("it proves the sender only; the object is fetched all the same")
    await paid(counter)
    body, headers = counter.calls()[-1]
    with pytest.raises(Forged):
        counter.till.verify(body.replace(b"succeeded", b"succeedeD") + b" ", headers)
    counter.later(seconds=299)
    assert counter.till.verify(body, headers)
    counter.later(seconds=2)
    with pytest.raises(Forged):
        counter.till.verify(body, headers)
    counter.later(seconds=-700)
    with pytest.raises(Forged):
        counter.till.verify(body, headers)


async def test_money_goes_back_in_full(counter: Counter) -> None:
    ref = await paid(counter)
    answer = await counter.till.refund(returning(counter, ref, 18_000))
    assert answer.state == "succeeded"
    assert await counter.till.fetch(ref) == GatewayPayment(ref, "succeeded", 18_000, "KRW", refunded=18_000)


async def test_money_goes_back_in_parts_once_per_key_and_never_more_than_came(counter: Counter) -> None:
    ref = await paid(counter)
    part = returning(counter, ref, 10_000, "refund_1")
    assert await counter.till.refund(part) == await counter.till.refund(part)
    assert (await counter.till.fetch(ref)).refunded == 10_000
    for wrong in (
        returning(counter, ref, 8_001, "refund_2"),
        returning(counter, ref, 0, "refund_3"),
        returning(counter, ref, 100, "refund_4", currency="USD"),
        replace(part, amount=8_000),
    ):
        with pytest.raises(GatewayRefused):
            await counter.till.refund(wrong)
    await counter.till.refund(returning(counter, ref, 8_000, "refund_5"))
    assert (await counter.till.fetch(ref)).refunded == 18_000


async def test_nothing_goes_back_of_what_was_not_paid(counter: Counter) -> None:
    ref = (await counter.till.open(asking(counter))).ref
    with pytest.raises(GatewayRefused):
        await counter.till.refund(returning(counter, ref, 18_000))


@pytest.mark.parametrize("what", TROUBLES)
async def test_after_trouble_the_same_key_goes_on_where_it_was(counter: Counter, what: str) -> None:
    """Whether it was carried out before the answer got lost, nobody can know: asking again is safe."""
    if not counter.networked:
        pytest.skip("there is no network between it and us")
    request = asking(counter)
    counter.trouble(what)
    with pytest.raises(GatewayDown):
        await counter.till.open(request)
    opened = await counter.till.open(request)
    found = await counter.till.find("pay_1")
    assert found is not None and found.ref == opened.ref
    await counter.pay(opened.ref)
    back = returning(counter, opened.ref, 18_000)
    counter.trouble(what)
    with pytest.raises(GatewayDown):
        await counter.till.refund(back)
    await counter.till.refund(back)
    assert (await counter.till.fetch(opened.ref)).refunded == 18_000


async def test_a_day_later_the_same_key_still_asks_once(counter: Counter) -> None:
    request = asking(counter)
    opened = await counter.till.open(request)
    await counter.pay(opened.ref)
    back = returning(counter, opened.ref, 10_000)
    await counter.till.refund(back)
    counter.later(hours=30)
    assert (await counter.till.open(request)).ref == opened.ref
    await counter.till.refund(back)
    assert (await counter.till.fetch(opened.ref)).refunded == 10_000
