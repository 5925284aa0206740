"""Turns of two workers in each other's way are run again, and come out as if one had been after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.chat import SimulatedClock
from bot.people import Conversation, Person
from bot.turn import Turns
from tests import databases
from tests.bot.working import FRIDAY_NOON, Desk, Wire, on
from tests.dialogues.stage import Towns

Two = tuple[Desk, Desk]


@pytest.fixture(scope="module")
def towns_on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    return Towns(tmp_path_factory.mktemp("towns"))


@pytest.fixture
async def two(
    towns_on_postgresql: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgresql: object
) -> AsyncIterator[Two]:
    """Two applications over one database on PostgreSQL."""
    monkeypatch.setenv(databases.KIND, "postgresql")
    await towns_on_postgresql.copy("testville", FRIDAY_NOON, tmp_path)
    clock = SimulatedClock(FRIDAY_NOON)
    async with (
        on(towns_on_postgresql, tmp_path, clock, Wire()) as one,
        on(towns_on_postgresql, tmp_path, clock, Wire(), seed=5) as other,
    ):
        yield one, other


async def greet(two: Two, rounds: int) -> list[BaseException | None]:
    """New people, each of whose first two messages arrive at both workers at once."""
    greetings = []
    for number in range(rounds):
        for desk in two:
            greetings.append(desk.application.handle(desk.incoming(f"person-{number}", text="안녕하세요")))
    return await asyncio.gather(*greetings, return_exceptions=True)


async def test_two_first_messages_at_two_workers_make_one_person(two: Two) -> None:
    people = await two[0].count(Person)
    assert [error for error in await greet(two, 6) if error] == []
    assert await two[0].count(Person) == people + 6
    assert await two[0].count(Conversation, Conversation.chat.like("person-%")) == 6
    await asyncio.gather(*(desk.application.settle() for desk in two))
    for number in range(6):
        assert sum(len(desk.wire.texts(f"person-{number}")) for desk in two) == 2


async def test_a_turn_that_is_not_run_again_fails_there(two: Two) -> None:
    """The control of the test above: the same turns, each tried once."""

    async def once(turns: Turns, desk: Desk, who: str) -> None:
        await turns._apply([(desk.incoming(who, text="안녕하세요"), None)])

    tried = [once(desk.application.turns, desk, f"person-{n}") for n in range(6) for desk in two]
    failed = [error for error in await asyncio.gather(*tried, return_exceptions=True) if error]
    assert failed and all(isinstance(error, IntegrityError) for error in failed)


async def test_a_turn_whose_connection_is_cut_is_run_again_and_applied_once(two: Two) -> None:
    one, other = two
    await one.do("minji", text="안녕하세요")
    told = len(one.wire.texts("minji"))
    async with other.application.database.transaction() as session:
        await session.execute(text("SELECT 1 FROM conversations WHERE chat = 'minji' FOR UPDATE"))
        turn = asyncio.create_task(one.application.handle(one.incoming("minji", text="도움말")))
        cut = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        async with asyncio.timeout(20), other.application.database.read() as reader:
            while not await reader.scalar(text(cut)):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.01)
    await asyncio.wait_for(turn, 20)
    await one.application.settle()
    assert len(one.wire.texts("minji")) == told + 1
