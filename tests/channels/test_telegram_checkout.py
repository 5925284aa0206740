"""Before an invoice is paid Telegram asks, and waits ten seconds: answered in time, whatever else is going on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.channels.port import Outgoing
from bot.channels.telegram import TelegramChannel, poll
from bot.channels.telegram.paying import ANSWER_S, DECIDE_S
from bot.messages import Incoming, PaymentRequest, Reply
from commerce.gateways.telegram_updates import Checkout, Receipt
from tests.peers.telegram import Person, TelegramPeer
from tests.peers.telegram.payments import ANSWER_WITHIN_S
from webhooks.telegram import PATH, add_telegram

ASKED = Reply("19,000원을 결제해 주세요.", payment=PaymentRequest(19_000, "KRW", "", "pay_1", "주문 1234"))


@dataclass
class Till:
    """A Cashier that says ``why``; ``stalls`` for ever, ``fails``, and remembers what it was told."""

    why: str | None = None
    stalls: bool = False
    fails: int = 0
    asked: list[Checkout] = field(default_factory=list)
    late: list[Checkout] = field(default_factory=list)
    taken: list[Receipt] = field(default_factory=list)

    async def may_pay(self, asked: Checkout) -> str | None:
        self.asked.append(asked)
        if self.stalls:
            await asyncio.Event().wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the database is away")
        return self.why

    def doubt(self, asked: Checkout) -> str:
        return "지금 확인이 안 돼요."

    async def unanswered(self, asked: Checkout) -> None:
        self.late.append(asked)

    async def paid(self, receipt: Receipt) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the database is away")
        self.taken.append(receipt)


@dataclass
class Turns:
    """What is handled: ``gate`` holds every turn up."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    one_begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, incoming: Incoming) -> None:
        self.one_begun.set()
        await self.gate.wait()


@pytest.fixture
def till(channel: TelegramChannel) -> Till:
    till = Till()
    channel.cashier = till
    return till


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
async def minji(peer: TelegramPeer, channel: TelegramChannel) -> Person:
    person = peer.user(1001)
    await person.start()
    await channel.send(Outgoing(31, "1001", ASKED))
    return person


@pytest.fixture(params=["webhook", "polling"])
async def heard(
    request: pytest.FixtureRequest, peer: TelegramPeer, channel: TelegramChannel, turns: Turns
) -> AsyncIterator[None]:
    """The bot receives updates, the one way or the other."""
    if request.param == "polling":
        stop = asyncio.Event()
        polling = asyncio.create_task(poll(channel, turns.handle, stop, pauses_s=(0.01,)))
        yield
        stop.set()
        turns.gate.set()
        await polling
        return
    app = web.Application()
    add_telegram(app, channel, turns.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await peer.updates.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}", channel.secret, drop=False)
    yield
    turns.gate.set()
    await runner.cleanup()


async def test_who_may_pay_is_asked_with_everything_that_matters(
    minji: Person, till: Till, heard: None, turns: Turns
) -> None:
    turns.gate.set()
    checkout = await minji.answered(await minji.press_pay())
    assert checkout.ok
    assert till.asked == [Checkout(checkout.id, "1001", "pay_1", 19_000, "KRW", "ko")]


async def test_who_may_not_is_told_why_and_not_charged(minji: Person, till: Till, heard: None, turns: Turns) -> None:
    turns.gate.set()
    till.why = "다 팔렸어요."
    checkout = await minji.answered(await minji.press_pay())
    assert (checkout.ok, checkout.words) == (False, "다 팔렸어요.")
    with pytest.raises(AssertionError, match="nobody is charged"):
        await minji.charge(checkout)


async def test_a_slow_turn_of_the_same_chat_keeps_no_checkout_waiting(
    peer: TelegramPeer, minji: Person, till: Till, heard: None, turns: Turns
) -> None:
    await minji.say("언제 와요?")
    await asyncio.wait_for(turns.one_begun.wait(), 10)
    checkout = await minji.answered(await minji.press_pay())
    assert checkout.ok
    assert not turns.gate.is_set()


async def test_a_payment_is_told_once_it_is_taken_and_told_again_when_it_was_not(
    peer: TelegramPeer, minji: Person, till: Till, heard: None, turns: Turns
) -> None:
    turns.gate.set()
    checkout = await minji.answered(await minji.press_pay())
    till.fails = 2
    await minji.charge(checkout)
    await peer.drained()
    charge = f"7000001_{checkout.id}_1"
    assert till.taken == [Receipt("pay_1", 19_000, "KRW", charge, f"ch_{checkout.id}_1")]


async def test_in_doubt_the_answer_is_no(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person, till: Till
) -> None:
    till.fails = 1
    checkout = await minji.press_pay()
    await take_newest(peer, channel)
    assert (checkout.ok, checkout.words) == (False, "지금 확인이 안 돼요.")
    assert [asked.query for asked in till.late] == [checkout.id]


async def test_a_doubt_that_comes_after_a_yes_takes_nothing_back(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person, till: Till
) -> None:
    checkout = await minji.press_pay()
    await take_newest(peer, channel)
    till.fails = 1
    await take_newest(peer, channel)
    assert checkout.ok
    assert till.late == []


async def test_a_decision_that_takes_for_ever_is_a_no(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person, till: Till
) -> None:
    till.stalls, channel.decide_s = True, 0.05
    checkout = await minji.press_pay()
    await take_newest(peer, channel)
    assert (checkout.ok, checkout.words) == (False, "지금 확인이 안 돼요.")


def test_deciding_and_answering_take_well_under_what_telegram_waits() -> None:
    assert DECIDE_S + ANSWER_S <= ANSWER_WITHIN_S - 2


async def test_a_yes_that_came_too_late_is_taken_back(channel: TelegramChannel, till: Till) -> None:
    now = 0.0
    async with TelegramPeer(seconds=lambda: now) as slow:
        late = TelegramChannel(slow.token, site="http://127.0.0.1", api=slow.api, provider=slow.provider_token)
        late.cashier = till
        minji = slow.user(1001)
        await minji.start()
        await late.send(Outgoing(31, "1001", ASKED))
        checkout = await minji.press_pay()
        now = 10.5
        await take_newest(slow, late)
        assert checkout.ok is None
        assert slow.made("answerPreCheckoutQuery", 400)[0].description == (
            "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
        assert [asked.query for asked in till.late] == [checkout.id]
        await late.close()


async def test_a_question_that_comes_twice_is_answered_once(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person, till: Till
) -> None:
    till.why = "다 팔렸어요."
    checkout = await minji.press_pay()
    await take_newest(peer, channel)
    till.why = None
    await take_newest(peer, channel)
    assert checkout.ok is False
    assert len(peer.made("answerPreCheckoutQuery", 400)) == 1
    assert [asked.query for asked in till.late] == [checkout.id]


async def test_without_a_till_nobody_is_charged(peer: TelegramPeer, channel: TelegramChannel, minji: Person) -> None:
    checkout = await minji.press_pay()
    await take_newest(peer, channel)
    assert checkout.ok is False


async def take_newest(peer: TelegramPeer, channel: TelegramChannel) -> None:
    async def refuse(incoming: Incoming) -> None:
        raise AssertionError(incoming)

    await channel.take(list(peer.updates.history.values())[-1], refuse)
