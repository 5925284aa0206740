"""Stripe's door: whose events are taken, and what the pages around a payment say and do not say."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import Settings
from tests.dialogues.stage import Towns
from tests.peers.stripe import Fault
from tests.webhooks.paying import Paid, order_chicken, paid
from tests.webhooks.visiting import opened
from webhooks.stripe_words import WORDS


@pytest.fixture
async def street(towns: Towns, tmp_path: Path) -> AsyncIterator[Paid]:
    async with paid(towns, tmp_path) as street:
        yield street


@pytest.fixture
async def form(towns: Towns, tmp_path: Path) -> AsyncIterator[Paid]:
    async with paid(towns, tmp_path, form=True) as street:
        yield street


async def test_an_event_that_cannot_be_applied_yet_is_asked_for_again(street: Paid) -> None:
    events = street.stripe.events
    async with street.site.visit() as minji:
        url = (await order_chicken(minji))["payment"]["url"]
        street.stripe.faults.add(Fault("GET /v1/", status=500, times=20))
        await street.pay(url)
        assert 503 in {status for _, status in events.answers}
        assert [payment.state for payment in await street.payments()] == ["pending"]
        while street.stripe.faults.take("GET /v1/"):
            pass
        await events.deliver_waiting()
        await minji.sees("결제했어요")
    await street.site.sound()


async def test_kinds_that_are_not_listened_to_are_acknowledged(street: Paid) -> None:
    street.stripe.events.tell("customer.created", {"id": "cus_1", "object": "customer"})
    await street.stripe.events.settled()
    assert street.stripe.events.answers == [("customer.created", 200)]
    assert street.stripe.calls == []


async def test_what_another_program_sold_is_acknowledged_and_left(street: Paid) -> None:
    books = street.stripe.books
    intent = books.make_intent({"amount": "5000", "currency": "krw"})
    books.confirm(intent["id"], {"payment_method": "pm_card_visa"})
    await street.stripe.events.settled()
    assert {status for _, status in street.stripe.events.answers} == {200}
    assert await street.payments() == []


async def test_a_body_that_is_too_long_is_not_read(street: Paid) -> None:
    assert await street.stripe.events.post(b"{" + b" " * 300_000, "t=1,v1=" + "0" * 64) == 413


async def test_both_secrets_are_good_while_one_is_changed(towns: Towns, tmp_path: Path) -> None:
    both = SecretStr("whsec_new1, whsec_peer")
    async with paid(towns, tmp_path, stripe_webhook_secret=both) as street, street.site.visit() as minji:
        asked = await order_chicken(minji)
        street.stripe.events.secrets = ["whsec_other", "whsec_new1"]
        await street.pay(asked["payment"]["url"])
        await minji.sees("결제했어요")
        street.stripe.events.secrets = ["whsec_other"]
        street.stripe.events.tell("customer.created", {"id": "cus_1"})
        await street.stripe.events.settled()
        assert street.stripe.events.answers[-1] == ("customer.created", 401)


@pytest.mark.parametrize(("lang", "word"), [("ko", "paid"), ("en", "paid"), ("ko", "unpaid"), ("en", "unpaid")])
async def test_the_page_one_comes_back_to_believes_nothing_it_is_told(street: Paid, lang: str, word: str) -> None:
    url = f"{street.site.url}/{word}?lang={lang}&payment=pay_1&amount=99999&said=<script>&redirect_status=succeeded"
    async with street.site.session.get(url) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert WORDS[lang][word] in page
    assert f'lang="{lang}"' in page
    assert not {"99999", "pay_1", "&lt;script", "succeeded"} & set(re.findall(r"[\w&;]+", page))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "stripe" not in policy


async def test_the_form_names_what_is_paid_and_lets_only_stripes_script_in(form: Paid) -> None:
    async with form.site.visit() as minji:
        asked = await order_chicken(minji)
        url = asked["payment"]["url"]
        (payment,) = await form.payments()
        assert url == f"/pay/{payment.id}"
        async with form.site.session.get(form.site.url + url, headers={"Accept-Language": "ko"}) as answer:
            page, headers = await answer.text(), answer.headers
    assert all(words in page for words in ("하나치킨", "18,000원", "pk_test_peer", f"{payment.ref}_secret_"))
    assert "sk_test_peer" not in page
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'nonce-[\w-]{22}' https://js\.stripe\.com https://\*\.js\.stripe\.com", policy["script-src"])
    assert policy["connect-src"] == "https://api.stripe.com"
    assert policy["frame-ancestors"] == "'self'"
    assert headers["Cache-Control"] == "no-store"
    assert re.findall(r'src="([^"]+)"', page) == ["https://js.stripe.com/clover/stripe.js"]


async def test_the_main_page_lets_nothing_of_stripe_in(form: Paid) -> None:
    async with form.site.session.get(form.site.url) as answer:
        assert "stripe" not in answer.headers["Content-Security-Policy"]


async def test_the_form_of_a_paid_payment_asks_for_nothing(form: Paid) -> None:
    async with form.site.visit() as minji:
        url = form.site.url + (await order_chicken(minji))["payment"]["url"]
        form.stripe.events.held = True
        form.stripe.books.confirm(await form.intent(), {"payment_method": "pm_card_visa"})
        for _ in range(2):  # before we have heard of it, and after
            async with form.site.session.get(url) as answer:
                page = await answer.text()
            assert WORDS["ko"]["over"] in page
            assert "secret" not in page
            await form.stripe.events.deliver_waiting()
        await minji.sees("결제했어요")
    await form.site.sound()


async def test_the_form_of_a_dead_order_asks_for_nothing(form: Paid) -> None:
    async with form.site.visit() as minji:
        url = form.site.url + (await order_chicken(minji))["payment"]["url"]
        await form.site.advance(form.site.clock.now() + timedelta(minutes=12))
        async with form.site.session.get(url) as answer:
            assert WORDS["ko"]["over"] in await answer.text()
        (intent,) = form.stripe.books.intents.values()
        assert intent["status"] == "canceled"


@pytest.mark.parametrize("name", ["pay_unknown", f"pay_{'x' * 24}", "pay_%00", "pay_'--", "a" * 3000])
async def test_an_unknown_payment_is_not_found_and_nothing_more_is_said(form: Paid, name: str) -> None:
    async with form.site.session.get(f"{form.site.url}/pay/{name}?lang=en") as answer:
        assert answer.status == 404
        page = await answer.text()
    assert WORDS["en"]["gone"] in page
    assert name not in page


async def test_the_form_waits_while_stripe_is_away(form: Paid) -> None:
    async with form.site.visit() as minji:
        url = form.site.url + (await order_chicken(minji))["payment"]["url"]
        form.stripe.faults.add(Fault("GET /v1/payment_intents", drop=True, times=3))
        async with form.site.session.get(url) as answer:
            assert answer.status == 503
            assert WORDS["ko"]["soon"] in await answer.text()


async def test_without_a_publishable_key_there_is_no_form(street: Paid) -> None:
    async with street.site.session.get(f"{street.site.url}/pay/pay_1") as answer:
        assert answer.status == 404


async def test_without_a_key_there_is_no_door(towns: Towns, tmp_path: Path) -> None:
    async with opened(towns, tmp_path) as site:
        async with site.session.post(f"{site.url}/hooks/stripe", data=json.dumps({})) as answer:
            assert answer.status in (404, 405)
        assert site.application.stripe is None


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"stripe_key": "sk_test_abcd"}, "stripe_webhook_secret", "is needed too"),
        ({"stripe_key": "sk_test_abcd", "stripe_webhook_secret": "secret"}, "stripe_webhook_secret", "whsec_"),
        (
            {"stripe_key": "sk_test_abcd", "stripe_webhook_secret": "whsec_abcd,"},
            "stripe_webhook_secret",
            "two have a comma",
        ),
        ({"stripe_key": "pk_test_abcd", "stripe_webhook_secret": "whsec_abcd"}, "stripe_key", "sk_test_"),
        ({"stripe_publishable_key": "sk_test_abcd"}, "stripe_publishable_key", "pk_test_"),
        (
            {
                "stripe_key": "sk_live_abcd",
                "stripe_webhook_secret": "whsec_abcd",
                "stripe_publishable_key": "pk_test_abcd",
            },
            "stripe_publishable_key",
            "real money",
        ),
        ({"stripe_fee_bps": "9000"}, "stripe_fee_bps", "5000"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(given: dict[str, str], name: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, **given)  # type: ignore[call-arg,arg-type]
    (problem,) = [one for one in refused.value.errors() if one["loc"] == (name,)]
    assert words in problem["msg"]
    assert "abcd" not in problem["msg"]
