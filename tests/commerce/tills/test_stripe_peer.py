"""The stand-in for Stripe against Stripe's own published description, so that its strictness is Stripe's."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.commerce.tills.stripe_desk import Hands
from tests.peers.stripe import Fault, StripePeer
from tests.peers.stripe.rules import Refused
from tests.peers.stripe.spec import FIXTURES, NAME, NEWER, check, described
from tests.specs import found

MISSING = pytest.mark.skipif(
    found(NAME) is None or found(FIXTURES) is None, reason="needs Stripe's description in ../shared/specs"
)
INTENT = "amount=5000&currency=krw&metadata[payment]=pay_1"


class Caller:
    """Speaks HTTP to the stand-in, as anybody could."""

    def __init__(self, peer: StripePeer, session: ClientSession, clock: Hands) -> None:
        self.peer, self.session, self.clock = peer, session, clock

    async def post(self, path: str, body: str = "", key: str | None = None, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token or self.peer.secret}"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} | ({"Idempotency-Key": key} if key else {})
        async with self.session.post(self.peer.url + path, data=body, headers=headers) as answer:
            return answer.status, await answer.json(), answer.headers.get("Idempotent-Replayed")

    async def get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.peer.secret}"}
        async with self.session.get(self.peer.url + path, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    clock = Hands()
    async with StripePeer(clock.now) as peer, ClientSession() as session:
        yield Caller(peer, session, clock)


@MISSING
def test_requests_are_checked_against_the_description() -> None:
    with pytest.raises(Refused):
        check("POST", "/v1/refunds", {"payment_intent": "pi_1", "colour": "red"})
    check("POST", "/v1/refunds", {"payment_intent": "pi_1", "amount": "5", "metadata": {"refund": "x"}})


@MISSING
async def test_the_objects_have_every_field_that_stripes_own_have(caller: Caller) -> None:
    books = caller.peer.books
    price = {"currency": "krw", "unit_amount": "5000", "product_data": {"name": "x"}}
    given = {"mode": "payment", "success_url": "http://x/", "line_items": [{"price_data": price}]}
    session = books.make_session(given)
    books.pay_session(session["id"], "card")
    intent = books.intents[session["payment_intent"]]
    refund = books.make_refund({"payment_intent": intent["id"], "amount": "100"})
    dispute = books.open_dispute(intent["id"])
    charge = books.charges[intent["latest_charge"]]
    path = found(FIXTURES)
    assert path is not None
    published = json.loads(path.read_text(encoding="utf-8"))["resources"]
    for ours in (session, intent, refund, dispute, charge):
        theirs = published[ours["object"]]
        assert set(theirs) - set(ours) == set(), ours["object"]
        assert set(ours) - set(theirs) == set(), ours["object"]
        for name, value in theirs.items():
            if value is not None and ours[name] is not None:
                assert type(ours[name]) is type(value) or isinstance(value, dict), (ours["object"], name)


@MISSING
@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/v1/payment_intents", f"{INTENT}&colour=red", "colour"),
        ("/v1/payment_intents", f"{INTENT}&automatic_payment_methods[enabeld]=true", "enabeld"),
        ("/v1/payment_intents", "amount=a+lot&currency=krw", "integer"),
        ("/v1/payment_intents", f"{INTENT}&capture_method=sometimes", "capture_method"),
        ("/v1/checkout/sessions", "mode=pay&success_url=x", "mode"),
        ("/v1/checkout/sessions", "mode=payment&success_url=x&payment_intent_data[meta]=1", "meta"),
        ("/v1/refunds", "payment_intent=pi_1&amount=5&why=x", "why"),
        ("/v1/refunds", "payment_intent=pi_1&reason=mood", "reason"),
        ("/v1/nothing", "", "Unrecognized request URL"),
    ],
)
async def test_a_request_that_stripe_would_not_take_is_not_taken(
    caller: Caller, path: str, body: str, words: str
) -> None:
    status, answer, _ = await caller.post(path, body, "key_1")
    assert status in (400, 404)
    assert words in json.dumps(answer)
    if path == "/v1/payment_intents":
        # The endpoint had not begun: the key is free.
        assert (await caller.post(path, INTENT, "key_1"))[0] == 200


@MISSING
def test_every_exception_is_really_newer_than_the_description() -> None:
    spec = described()
    assert spec is not None
    for operation, names in NEWER.items():
        method, route = operation.split(" ")
        of_old = spec["paths"][route][method.lower()]
        if method == "GET":
            known = {one["name"] for one in of_old["parameters"]}
        else:
            known = set(of_old["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["properties"])
        assert not names & known


async def test_one_key_gives_one_answer_for_a_day(caller: Caller) -> None:
    first = await caller.post("/v1/payment_intents", INTENT, "key_1")
    caller.clock.later(hours=23, minutes=59)
    assert await caller.post("/v1/payment_intents", INTENT, "key_1") == (200, first[1], "true")
    caller.clock.later(minutes=1)
    again = await caller.post("/v1/payment_intents", INTENT, "key_1")
    assert (again[0], again[2]) == (200, None)
    assert again[1]["id"] != first[1]["id"]


async def test_one_key_is_for_one_request(caller: Caller) -> None:
    await caller.post("/v1/payment_intents", INTENT, "key_1")
    status, answer, _ = await caller.post("/v1/payment_intents", INTENT.replace("5000", "6000"), "key_1")
    assert (status, answer["error"]["type"]) == (400, "idempotency_error")
    status, answer, _ = await caller.post("/v1/refunds", "payment_intent=pi_1", "key_1")
    assert (status, answer["error"]["type"]) == (400, "idempotency_error")


async def test_one_key_at_a_time(caller: Caller) -> None:
    gate = caller.peer.faults.hold("POST /v1/payment_intents")
    first = asyncio.create_task(caller.post("/v1/payment_intents", INTENT, "key_1"))
    await caller.peer.begun("POST /v1/payment_intents")
    status, answer, _ = await caller.post("/v1/payment_intents", INTENT, "key_1")
    assert (status, answer["error"]["code"]) == (409, "idempotency_key_in_use")
    gate.set()
    assert (await first)[0] == 200


async def test_a_breakdown_is_kept_under_its_key_and_a_busy_moment_is_not(caller: Caller) -> None:
    caller.peer.faults.add(Fault("POST /v1/payment_intents", "after", status=500))
    assert (await caller.post("/v1/payment_intents", INTENT, "key_1"))[0] == 500
    assert (await caller.post("/v1/payment_intents", INTENT, "key_1"))[::2] == (500, "true")
    assert len(caller.peer.books.intents) == 1
    caller.peer.faults.add(Fault("POST /v1/payment_intents", status=429))
    assert (await caller.post("/v1/payment_intents", INTENT, "key_2"))[0] == 429
    assert (await caller.post("/v1/payment_intents", INTENT, "key_2"))[0] == 200


async def test_nobody_comes_in_without_a_key(caller: Caller) -> None:
    assert (await caller.post("/v1/payment_intents", INTENT, token="sk_test_other"))[0] == 401
    assert (await caller.post("/v1/payment_intents", INTENT, token=caller.peer.publishable))[0] == 401
    _, intent, _ = await caller.post("/v1/payment_intents", INTENT)
    path = f"/v1/payment_intents/{intent['id']}/confirm"
    wrong = "client_secret=guess&payment_method=pm_card_visa"
    assert (await caller.post(path, wrong, token=caller.peer.publishable))[0] == 401
    right = f"client_secret={intent['client_secret']}&payment_method=pm_card_visa"
    assert (await caller.post(path, right, token=caller.peer.publishable))[0] == 200


async def test_money_that_was_held_is_taken_later_or_not_at_all(caller: Caller) -> None:
    _, held, _ = await caller.post("/v1/payment_intents", f"{INTENT}&capture_method=manual")
    path = f"/v1/payment_intents/{held['id']}"
    assert (await caller.post(f"{path}/confirm", "payment_method=pm_card_visa"))[1]["status"] == "requires_capture"
    status, answer, _ = await caller.post(f"{path}/capture", "amount_to_capture=6000")
    assert (status, answer["error"]["code"]) == (400, "amount_too_large")
    _, taken, _ = await caller.post(f"{path}/capture", "amount_to_capture=4000")
    assert (taken["status"], taken["amount_received"]) == ("succeeded", 4000)


async def test_lists_come_in_pages_newest_first(caller: Caller) -> None:
    made = []
    for _ in range(5):
        made.append((await caller.post("/v1/payment_intents", INTENT))[1]["id"])
        caller.clock.later(seconds=10)
    _, page = await caller.get("/v1/payment_intents?limit=2")
    assert ([one["id"] for one in page["data"]], page["has_more"]) == ([made[4], made[3]], True)
    _, page = await caller.get(f"/v1/payment_intents?limit=3&starting_after={made[3]}")
    assert ([one["id"] for one in page["data"]], page["has_more"]) == ([made[2], made[1], made[0]], False)
    since = int((caller.clock.now() - timedelta(seconds=25)).timestamp())
    _, page = await caller.get(f"/v1/payment_intents?created[gte]={since}")
    assert [one["id"] for one in page["data"]] == [made[4], made[3]]


async def test_the_index_lags_a_minute(caller: Caller) -> None:
    _, intent, _ = await caller.post("/v1/payment_intents", INTENT)
    query = "/v1/payment_intents/search?query=metadata['payment']:'pay_1'"
    assert (await caller.get(query))[1]["data"] == []
    caller.clock.later(minutes=1)
    assert [one["id"] for one in (await caller.get(query))[1]["data"]] == [intent["id"]]


async def test_it_runs_as_a_process_of_its_own() -> None:
    arguments = ("-m", "tests.peers.stripe", "--port", "0", "--desk-port", "0")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        api, desk = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().split()
        async with ClientSession(headers={"Authorization": "Bearer sk_test_peer"}) as session:
            await session.post(f"{desk}/peer/faults", json={"path": "POST /v1/payment_intents", "status": 429})
            for expected in (429, 200):
                async with session.post(f"{api}/v1/payment_intents", data={"amount": 500, "currency": "krw"}) as made:
                    assert made.status == expected
            async with session.get(f"{desk}/peer/books") as answer:
                books = await answer.json()
            assert [intent["amount"] for intent in books["intents"]] == [500]
            intent = books["intents"][0]["id"]
            async with session.post(f"{desk}/peer/pay/{intent}/card") as answer:
                assert answer.status == 200
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 15) == 0
