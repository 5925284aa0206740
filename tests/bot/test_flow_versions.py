"""Flows change while people talk: all workers go over at once, and who is in the middle of something stays where they are."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from bot import libraries, releases
from bot.libraries import FlowVersion
from bot.live_flows import LiveFlows
from bot.releases import FlowPublication, FlowRelease, Overtaken
from bot.versions import Versions
from commerce.work import Ids, Work
from tests.bot.releasing import add, enter, publish, replaced, saying
from tests.bot.working import HERE, Desk, on, working
from tests.dialogues.stage import Towns
from tests.dialogues.stage import library as shipped

OLD, NEW, NEWER = "1곳을 찾았어요", "새로 고친 목록이에요", "또 고친 목록이에요"


@asynccontextmanager
async def two_workers(towns: Towns, folder: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two whole applications over one database, with one clock and one messenger."""
    async with working(towns, folder) as one, on(towns, folder, one.clock, one.wire, seed=5) as two:
        yield one, two


async def asks(desk: Desk, who: str) -> None:
    """As far as the question where."""
    await desk.do(who, text="근처 치킨집")
    assert "어디 근처에서" in desk.wire.texts(who)[-1]


async def answers(desk: Desk, who: str, expected: str) -> None:
    await desk.do(who, location=HERE)
    assert expected in desk.wire.texts(who)[-1]


async def searches(desk: Desk, who: str, expected: str) -> None:
    """Begins anew; where they are is known by now."""
    await desk.do(who, text="근처 치킨집")
    assert expected in desk.wire.texts(who)[-1]


async def test_all_workers_take_it_up_and_who_is_in_the_middle_stays_until_the_flow_ends(
    towns: Towns, tmp_path: Path
) -> None:
    async with two_workers(towns, tmp_path) as (one, two):
        await asks(one, "minji")
        await publish(one.application, saying(NEW))
        for desk in (one, two):
            assert await desk.application.flows.look()
            assert desk.application.services.versions.current == saying(NEW)
        await asks(two, "tom")
        await answers(two, "minji", OLD)
        await answers(one, "tom", NEW)
        await searches(one, "minji", NEW)


async def test_a_worker_that_has_not_heard_of_a_version_yet_goes_on_with_its_conversation(
    towns: Towns, tmp_path: Path
) -> None:
    async with two_workers(towns, tmp_path) as (one, two):
        await two.do("suji", text="안녕하세요")
        await publish(one.application, saying(NEW))
        assert await one.application.flows.look()
        await asks(one, "minji")
        assert two.application.services.versions.current == shipped()
        await answers(two, "minji", NEW)


async def test_a_worker_that_has_just_begun_leads_its_first_message_by_what_is_in_force(
    towns: Towns, tmp_path: Path
) -> None:
    async with working(towns, tmp_path) as one:
        await publish(one.application, saying(NEW))
        async with on(towns, tmp_path, one.clock, one.wire, seed=5) as two:
            await asks(two, "minji")
            await answers(two, "minji", NEW)


async def test_a_running_worker_sees_it_by_itself(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        application, stop = desk.application, asyncio.Event()
        taken_up = asyncio.Event()

        class Telling(Versions):
            async def look(self, session: object) -> bool:
                sound = await super().look(session)  # type: ignore[arg-type]
                if self.current == saying(NEW):
                    taken_up.set()
                return sound

        watching = asyncio.create_task(LiveFlows(Telling(shipped()), application.database).watch(stop))
        await publish(application, saying(NEW))
        async with asyncio.timeout(10):
            await taken_up.wait()
        stop.set()
        await watching


async def test_taken_back_in_the_middle_of_a_flow(towns: Towns, tmp_path: Path) -> None:
    async with two_workers(towns, tmp_path) as (one, two):
        await publish(one.application, saying(NEW))
        assert await one.application.flows.look()
        await asks(one, "minji")
        await enter(one.application, None, shipped().version, why="rolled back")
        for desk in (one, two):
            assert await desk.application.flows.look()
            assert desk.application.services.versions.current == shipped()
        await answers(two, "minji", NEW)
        await searches(one, "minji", OLD)


async def test_of_two_who_publish_at_once_one_is_told(towns: Towns, tmp_path: Path) -> None:
    async with two_workers(towns, tmp_path) as (one, two):
        wanted = [(one, saying(NEW)), (two, saying(NEWER))]
        versions = [await add(desk.application, library) for desk, library in wanted]
        entering = [
            enter(desk.application, version, library.version, seen=0)
            for (desk, library), version in zip(wanted, versions, strict=True)
        ]
        ended = await asyncio.gather(*entering, return_exceptions=True)
        assert [type(one) for one in ended if not isinstance(one, int)] == [Overtaken]
        async with one.application.database.read() as session:
            (entry,) = await releases.history(session)
        won = versions[next(at for at, one in enumerate(ended) if isinstance(one, int))]
        assert (entry.number, entry.version) == (1, won)
        (told,) = [one for one in ended if isinstance(one, Overtaken)]
        assert won[: releases.SHOWN] in str(told)


async def test_without_the_number_that_was_seen_the_second_would_replace_the_first_unread(
    towns: Towns, tmp_path: Path
) -> None:
    """The control of the test above: both read what is in force only when they enter theirs."""
    async with two_workers(towns, tmp_path) as (one, two):
        first = await publish(one.application, saying(NEW), seen=None)
        second = await publish(two.application, saying(NEWER), seen=None)
        async with one.application.database.read() as session:
            assert [entry.version for entry in await releases.history(session)] == [first, second]


@pytest.mark.parametrize("spoiled", ["flows", "training data", "flows gone"])
async def test_a_damaged_version_is_refused_and_the_old_one_stays(
    towns: Towns, tmp_path: Path, spoiled: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(towns, tmp_path) as desk:
        application = desk.application
        await asks(desk, "minji")
        version = await publish(application, saying(NEW))
        await spoil(desk, spoiled)
        with caplog.at_level(logging.ERROR):
            for _ in range(3):
                assert not await application.flows.look()
        assert application.services.versions.current == shipped()
        said = [message for message in caplog.messages if "stay" in message]
        assert len(said) == 1, "said once, not every second"
        assert version[: releases.SHOWN] in said[0] or "damaged" in said[0]
        await answers(desk, "minji", OLD)
        await publish(application, saying(NEWER))
        assert await application.flows.look()
        assert application.services.versions.current == saying(NEWER)


async def spoil(desk: Desk, what: str) -> None:
    async with desk.application.database.transaction() as session:
        if what == "training data":
            await session.execute(update(FlowRelease).values(files={"nlu/ko/own.yml": "not what was published"}))
            return
        files = {} if what == "flows gone" else {**saying(NEW).bundle(), "joining.yaml": "flows: {}"}
        await session.execute(update(FlowVersion).where(FlowVersion.version == saying(NEW).version).values(files=files))


async def test_a_worker_that_begins_passes_over_a_damaged_version(
    towns: Towns, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(towns, tmp_path) as one:
        await publish(one.application, saying(NEWER))
        await publish(one.application, saying(NEW))
        await spoil(one, "flows")
        async with on(towns, tmp_path, one.clock, one.wire, seed=5) as two:
            await asks(two, "minji")
            await answers(two, "minji", NEWER)


async def test_a_conversation_whose_flows_are_damaged_begins_anew_with_those_in_force(
    towns: Towns, tmp_path: Path
) -> None:
    async with two_workers(towns, tmp_path) as (one, two):
        await publish(one.application, saying(NEW))
        assert await one.application.flows.look()
        await asks(one, "minji")
        await spoil(one, "flows")
        await enter(one.application, None, shipped().version, why="rolled back")
        await asks(two, "minji")
        await answers(two, "minji", OLD)


async def test_a_version_is_named_by_all_that_is_in_it(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        names = [await add(desk.application, saying(text)) for text in (NEW, NEWER, NEW)]
        assert names[0] == names[2] != names[1]
        assert all(len(name) == 64 for name in names)
        assert await desk.count(FlowRelease) == 2


async def test_when_a_version_was_left_is_kept_and_forgotten_when_it_is_back(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        application = desk.application
        await publish(application, saying(NEW))
        async with application.database.read() as session:
            assert await libraries.left(session, shipped().version) == desk.clock.now()
            assert await libraries.left(session, saying(NEW).version) is None
        await enter(application, None, shipped().version, why="rolled back")
        async with application.database.read() as session:
            assert await libraries.left(session, shipped().version) is None
            assert await libraries.left(session, saying(NEW).version) == desk.clock.now()


async def test_other_flows_that_come_along_do_not_replace_what_was_published(towns: Towns, tmp_path: Path) -> None:
    """The program was updated: what the operator published stays in force, whole."""
    async with working(towns, tmp_path) as desk:
        database = desk.application.database
        await publish(desk.application, saying(NEW))
        updated = Versions(saying(NEWER))
        async with database.transaction() as session:
            await updated.keep(Work(session, desk.clock.now(), Ids()))
        assert updated.current == saying(NEW)
        await enter(desk.application, None, saying(NEWER).version, why="rolled back")
        async with database.read() as session:
            assert await updated.look(session)
        assert updated.current == saying(NEWER)


def test_what_a_step_back_leads_to() -> None:
    def line(*entries: tuple[str | None, str]) -> list[str | None]:
        return releases.line_of([FlowPublication(version=version, why=why) for version, why in entries])

    assert line() == [None]
    assert line(("a", "published"), ("b", "published")) == [None, "a", "b"]
    assert line(("a", "published"), ("b", "published"), ("a", "rolled back"), ("c", "published")) == [None, "a", "c"]
    assert line(("a", "published"), (None, "rolled back"), ("b", "published")) == [None, "b"]


async def test_what_is_stored_is_read_back_whole(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        version = await publish(desk.application, saying(NEW))
        async with desk.application.database.read() as session:
            found = await releases.release(session, version)
            assert json.dumps(found.files) == json.dumps(
                {f"flows/{name}": text for name, text in saying(NEW).bundle().items()}
            )
            assert await releases.named(session, version[:3]) == version
            assert await releases.named(session, releases.SHIPPED) is None
            for name in (f"{version[:3]}-", ""):
                with pytest.raises(releases.NoSuchVersion, match="dangol flows history"):
                    await releases.named(session, name)


async def test_the_history_alone_says_what_is_in_force(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        await publish(desk.application, saying(NEW))
        async with desk.application.database.transaction() as session:
            await session.execute(delete(FlowPublication))
            assert await session.scalar(select(func.count()).select_from(FlowRelease)) == 1
            assert await releases.in_force(session) == releases.InForce(0, None)


TRADE = "어떤 가게인가요? 고르시거나 적어 주세요."


async def registers(desk: Desk, who: str) -> None:
    """As far as the kind of shop, which is a safe step."""
    await desk.do(who, text="가게 등록")
    await desk.do(who, text="한강분식")
    assert desk.wire.texts(who)[-1] == TRADE


async def test_at_a_safe_step_a_conversation_goes_over_with_its_answers_and_its_buttons(
    towns: Towns, tmp_path: Path
) -> None:
    async with two_workers(towns, tmp_path) as (one, two):
        await registers(one, "minji")
        await publish(one.application, replaced("가게가 어디에 있나요?", "가게가 어느 골목에 있나요?", "joining.yaml"))
        assert await two.application.flows.look()
        await two.tap("minji", "치킨")
        assert "가게가 어느 골목에 있나요" in two.wire.texts("minji")[-1]


async def test_when_it_was_left_for_too_long_it_begins_again_and_is_told_in_one_sentence(
    towns: Towns, tmp_path: Path
) -> None:
    async with two_workers(towns, tmp_path) as (one, two):
        await asks(one, "minji")
        await publish(one.application, saying(NEW))
        hours = one.application.settings.flow_hours
        for desk in (one, two):
            assert await desk.application.flows.look()
        one.clock.move_to(one.clock.now() + timedelta(hours=hours, minutes=-1))
        await two.do("minji", text="도와줘")
        assert not [text for text in one.wire.texts("minji") if "안내가 새로" in text]
        one.clock.move_to(one.clock.now() + timedelta(minutes=1))
        await searches(two, "minji", "어디 근처에서")
        told = [text for text in one.wire.texts("minji") if "안내가 새로" in text]
        assert len(told) == 1
        await answers(one, "minji", NEW)


async def test_how_many_conversations_each_version_leads(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        await asks(desk, "minji")
        await asks(desk, "tom")
        await publish(desk.application, saying(NEW))
        assert await desk.application.flows.look()
        await asks(desk, "suji")
        await desk.do("nobody", text="안녕하세요")
        async with desk.application.database.read() as session:
            assert await libraries.conversations_on(session) == {shipped().version: 2, saying(NEW).version: 1}
        await answers(desk, "minji", OLD)
        async with desk.application.database.read() as session:
            assert await libraries.conversations_on(session) == {shipped().version: 1, saying(NEW).version: 1}


async def test_flows_with_an_action_that_the_program_has_lost_apologise_and_go_on(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        lost = replaced("action: action_find_shops", "action: action_of_long_ago", "consumer_find.yaml")
        await publish(desk.application, lost)
        assert await desk.application.flows.look()
        await desk.do("minji", text="근처 치킨집")
        (told,) = desk.wire.texts("minji")
        assert "문제" in told
        await desk.do("minji", text="도움말")
        assert "이렇게 말씀하시면 돼요" in desk.wire.texts("minji")[-1]
