"""The sandbox till's page: two languages, one form, nobody else's posts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from commerce.database import Base, Database
from commerce.gateways import signing
from commerce.gateways.port import GatewayEvent, OpenPayment
from commerce.gateways.sandbox import SandboxTill
from commerce.work import Ids
from tests.commerce.market import NOON, SECRET, StandingClock
from webhooks.till import TillPages, money

Client = TestClient[web.Request, web.Application]
SHOP = {"ko": "하나<치킨>", "en": "Hana & Chicken"}


class Counter:
    """The till with what its events led to."""

    def __init__(self, database: Database) -> None:
        self.taken: list[GatewayEvent] = []
        self.bodies: list[tuple[bytes, dict[str, str]]] = []
        self.till = SandboxTill(database, StandingClock(), Ids(1), SECRET, self._deliver)

    async def charge(self) -> str:
        return (await self.till.open(OpenPayment("key_1", "pay_1", "ord_1", 18000, "KRW", SHOP, "0042", NOON))).ref

    async def state(self, ref: str) -> str:
        return (await self.till.fetch(ref)).state

    async def take(self, events: Sequence[GatewayEvent]) -> None:
        self.taken += events

    async def _deliver(self, body: bytes, headers: object) -> None:
        self.bodies.append((body, dict(headers)))  # type: ignore[call-overload]


@pytest.fixture
async def counter(database_url: str) -> AsyncIterator[Counter]:
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield Counter(database)
    await database.close()


@pytest.fixture
async def client(counter: Counter, aiohttp_client: Callable[[web.Application], Awaitable[Client]]) -> Client:
    application = web.Application()
    application.add_routes(TillPages(counter.till, b"form secret", counter.take).routes())
    return await aiohttp_client(application)


async def token_of(client: Client, ref: str) -> str:
    page = await (await client.get(f"/till/{ref}")).text()
    found = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


async def test_the_page_names_amount_and_shop_in_the_readers_language(counter: Counter, client: Client) -> None:
    ref = await counter.charge()
    korean = await (await client.get(f"/till/{ref}", headers={"Accept-Language": "fr, ko-KR;q=0.9"})).text()
    assert all(words in korean for words in ('lang="ko"', "하나&lt;치킨&gt;", "18,000원", "0042", "결제하기", "나가기"))
    english = await (await client.get(f"/till/{ref}?lang=en", headers={"Accept-Language": "ko"})).text()
    assert all(words in english for words in ('lang="en"', "Hana &amp; Chicken", "₩18,000", "Leave"))


@pytest.mark.parametrize(
    ("decision", "state", "said"),
    [("approve", "succeeded", "끝났어요"), ("decline", "failed", "거절됐어요"), ("abandon", "abandoned", "아직")],
)
async def test_each_button_does_what_it_says(
    counter: Counter, client: Client, decision: str, state: str, said: str
) -> None:
    ref = await counter.charge()
    form = {"token": await token_of(client, ref), "decision": decision}
    response = await client.post(f"/till/{ref}", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert (response.status, await counter.state(ref)) == (200, state)
    page = await response.text()
    assert said in page
    assert ("결제하기" in page) == (decision == "abandon"), "a decided page has no buttons, one that was left still has"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_posts_from_elsewhere_are_refused(counter: Counter, client: Client, headers: dict[str, str]) -> None:
    ref = await counter.charge()
    form = {"token": await token_of(client, ref), "decision": "approve"}
    response = await client.post(f"/till/{ref}", data=form, headers=headers)
    assert (response.status, await counter.state(ref)) == (403, "pending")


async def test_a_form_without_its_own_browsers_token_is_refused(counter: Counter, client: Client) -> None:
    ref = await counter.charge()
    token = await token_of(client, ref)
    for wrong in ("", "é", token[:-1], "0" * 64):
        response = await client.post(f"/till/{ref}", data={"token": wrong, "decision": "approve"})
        assert response.status == 403
    client.session.cookie_jar.clear()
    assert (await client.post(f"/till/{ref}", data={"token": token, "decision": "approve"})).status == 403
    assert await counter.state(ref) == "pending"


async def test_unknown_pages_decisions_and_huge_forms_are_refused(counter: Counter, client: Client) -> None:
    ref = await counter.charge()
    assert (await client.get("/till/sbc_none")).status == 404
    form = {"token": await token_of(client, ref), "decision": "steal"}
    assert (await client.post(f"/till/{ref}", data=form)).status == 400
    assert (await client.post(f"/till/{ref}", data=b"x" * 5000)).status == 413
    assert await counter.state(ref) == "pending"


async def test_the_page_allows_only_its_own_script_and_no_foreign_frame(counter: Counter, client: Client) -> None:
    response = await client.get(f"/till/{await counter.charge()}")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert "script-src 'nonce-" in policy and "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    cookie = response.cookies["dangol_till"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/till")


async def test_only_the_tills_own_events_come_in(counter: Counter, client: Client) -> None:
    ref = await counter.charge()
    await counter.till.decide(ref, "approve")
    body, headers = counter.bodies[0]
    response = await client.post("/events/sandbox", data=body, headers=headers)
    assert (response.status, [event.ref for event in counter.taken]) == (200, [ref])
    forged = headers | {signing.HEADER: signing.sign(b"guess", body, NOON)}
    assert (await client.post("/events/sandbox", data=body, headers=forged)).status == 401
    assert (await client.post("/events/sandbox", data=b"x" * 70_000, headers=headers)).status == 413
    assert len(counter.taken) == 1


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [(18000, "KRW", "ko", "18,000원"), (18000, "KRW", "en", "₩18,000"), (1850, "USD", "en", "$18.50")],
)
def test_money_is_written_as_people_write_it(amount: int, currency: str, language: str, written: str) -> None:
    assert money(amount, currency, language) == written
