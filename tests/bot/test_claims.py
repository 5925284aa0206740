"""Several workers look at one table: each message is sent once and in order, each timer fires once, nothing is left."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import jobs
from bot.claims import LEASE
from bot.message_claims import MessageClaims
from bot.outgoing import OutgoingMessage, Queued, reply_from
from commerce.work import Ids, Work
from tests import databases
from tests.bot.outboxes import CHATS, Pair, pair


def together(parties: int) -> Callable[[], Awaitable[None]]:
    """Holds each message back until ``parties`` are on their way."""
    arrived = 0
    all_here = asyncio.Event()

    async def meet() -> None:
        nonlocal arrived
        arrived += 1
        if arrived == parties:
            all_here.set()
        await asyncio.wait_for(all_here.wait(), 10)

    return meet


async def each_once_and_in_order(two: Pair, counts: dict[str, int]) -> None:
    assert await two.unsent() == 0
    for chat, count in counts.items():
        numbers = two.wire.numbers(chat)
        assert len(numbers) == count
        assert numbers == sorted(set(numbers))


@settings(max_examples=20, deadline=None)
@given(
    counts=st.fixed_dictionaries({chat: st.integers(0, 4) for chat in CHATS}),
    pauses=st.lists(st.integers(0, 12), min_size=1, max_size=12),
    claimed=st.sampled_from([None, "one", "two"]),
)
def test_whatever_the_interleaving_each_message_is_sent_once_and_in_order(
    counts: dict[str, int], pauses: list[int], claimed: str | None
) -> None:
    async def play(folder: Path) -> None:
        async with pair(databases.fresh(folder)) as two:
            turns = 0

            async def dawdle() -> None:
                nonlocal turns
                turns += 1
                for _ in range(pauses[turns % len(pauses)]):
                    await asyncio.sleep(0)

            two.wire.before = dawdle
            for chat, count in counts.items():
                await two.tell(chat, count, claimed)
            await two.pass_by(LEASE)
            await two.settle()
            await each_once_and_in_order(two, counts)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder)))


async def test_two_workers_at_once_send_each_message_once(database_url: str) -> None:
    async with pair(database_url) as two:
        two.wire.before = together(2)
        await two.tell("minji", 1)
        await two.tell("jun", 1)
        await two.settle()
        await each_once_and_in_order(two, {"minji": 1, "jun": 1})


class Unclaimed(MessageClaims):
    """Reads what is unsent and claims nothing."""

    async def take(self, conversation: str) -> Queued | None:
        async with self.database.read() as session:
            head = select(OutgoingMessage).where(
                OutgoingMessage.conversation_id == conversation, OutgoingMessage.sent_at.is_(None)
            )
            found = await session.scalar(head.order_by(OutgoingMessage.id).limit(1))
        if found is None:
            return None
        return Queued(
            found.id, conversation, "wire", "minji", reply_from(found.reply), None, None, found.created_at, cause=None
        )


async def test_without_the_claim_both_workers_send_it(database_url: str) -> None:
    """The control of the test above."""
    async with pair(database_url) as two:
        two.wire.before = together(2)
        for outbox, database in zip((two.one, two.two), two.databases, strict=True):
            outbox._claims = Unclaimed(database, two.clock, outbox.ids, outbox.worker)
        await two.tell("minji", 1)
        await two.settle()
        assert len(two.wire.numbers("minji")) == 2


async def test_what_a_dead_worker_had_claimed_is_sent_by_another_when_the_lease_ends(database_url: str) -> None:
    async with pair(database_url) as two:
        await two.tell("minji", 3, "one")
        await two.settle()
        assert two.wire.sent == []
        await two.pass_by(LEASE)
        await two.two.settle()
        await each_once_and_in_order(two, {"minji": 3})


async def test_a_worker_that_ends_gives_back_what_it_had_claimed(database_url: str) -> None:
    async with pair(database_url) as two:
        await two.tell("minji", 3, "one")
        assert await two.one.drain()
        await two.two.settle()
        assert {worker for worker, _, _ in two.wire.sent} == {"two"}
        await each_once_and_in_order(two, {"minji": 3})
        assert not await two.two.drain()


async def test_a_worker_that_stood_still_longer_than_its_claim_sends_nothing(database_url: str) -> None:
    async with pair(database_url) as two:
        await two.tell("minji", 1)
        async with two.databases[0].read() as session:
            talk = await session.scalar(select(OutgoingMessage.conversation_id))
        held = await two.one._claims.take(str(talk))
        assert held is not None
        await two.pass_by(LEASE)
        two.one._flush_soon(held.conversation, held)
        await two.two.settle()
        await two.one.settle()
        assert two.wire.sent == [("two", "minji", held.id)]


async def test_a_timer_fires_once_though_two_workers_look(database_url: str) -> None:
    async with pair(database_url) as two:
        await two.timers(12)
        await asyncio.gather(*(outbox.work_off(at_once=12) for outbox in (two.one, two.two, two.one, two.two)))
        await two.settle()
        assert sorted(map(int, two.fired)) == sorted(set(map(int, two.fired)))
        assert len(two.fired) == 12


async def test_jobs_that_a_dead_worker_had_claimed_are_done_when_the_lease_ends(database_url: str) -> None:
    async with pair(database_url) as two:
        await two.timers(2)
        async with two.databases[0].transaction() as session:
            taken = await jobs.claim(Work(session, two.clock.now(), Ids(7)), "dead", 10)
        assert len(taken) == 2
        await two.settle()
        assert two.fired == []
        assert await two.one.next_due() == two.clock.now() + LEASE
        await two.pass_by(LEASE)
        await two.settle()
        assert len(two.fired) == 2
