"""What was unclear, corrected or handed to a human is kept to learn from, without what tells who said it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, update

from bot import lessons
from bot.channels.terminal import TerminalChannel
from bot.chat import SimulatedClock
from bot.lessons import Lesson
from bot.people import Conversation, Person
from commerce.work import Ids, Work
from nlu.engine import Engine
from tests.bot.working import FRIDAY_NOON, Desk, Wire
from tests.dialogues.stage import Towns
from tests.nlu.tiny_models import always

GIBBERISH = "쀍뚫꿹 010-1234-5678 뷁쀍 4242 4242 4242 4242"


@pytest.fixture
async def lost(towns: Towns, tmp_path: Path) -> AsyncIterator[Desk]:
    """A bot to which all that no rule knows is none of its business."""
    settings = await towns.copy("testville", FRIDAY_NOON, tmp_path)
    clock, wire, terminal = SimulatedClock(FRIDAY_NOON), Wire(), TerminalChannel()
    engine = Engine(always("out_of_scope"), "lost")
    application = towns.application(settings, clock, Ids(4), wire, terminal, understands=engine)
    yield Desk(application, clock, wire, terminal)
    await application.close()


async def kept(desk: Desk) -> list[Lesson]:
    async with desk.application.database.read() as session:
        return list(await session.scalars(select(Lesson).order_by(Lesson.id)))


async def at_the_menu(desk: Desk) -> None:
    await desk.do("minji", text="하나치킨 메뉴 보여줘")


async def test_what_is_understood_is_not_kept_and_costs_no_statement(desk: Desk) -> None:
    statements: list[str] = []
    engine = desk.application.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, sql, *_rest: statements.append(sql))
    for text in ("안녕하세요", "근처 치킨집", "망원역"):
        await desk.do("minji", text=text)
    assert await kept(desk) == []
    assert [sql for sql in statements if "lessons" in sql and not sql.startswith("SELECT lessons")] == []


async def test_an_unclear_message_is_kept_wiped_with_how_it_was_read(lost: Desk) -> None:
    await lost.do("minji", text=GIBBERISH)
    (lesson,) = await kept(lost)
    assert (lesson.why, lesson.said) == ("unclear", "쀍뚫꿹 {phone} 뷁쀍 {card}")
    assert (lesson.language, lesson.role, lesson.expect) == ("ko", "consumer", None)
    assert lesson.model == "lost"
    assert (lesson.intent, lesson.at) == ("out_of_scope", FRIDAY_NOON)
    async with lost.application.database.read() as session:
        person = await session.scalar(select(Conversation.person_id).where(Conversation.chat == "minji"))
    assert lesson.person_id == person


async def test_what_is_given_up_is_handed_to_a_human_and_kept_once(lost: Desk) -> None:
    for _ in range(2):
        await lost.do("minji", text="쀍뚫꿹 뷁쀍")
    assert [lesson.why for lesson in await kept(lost)] == ["unclear", "handoff"]


async def test_who_asks_for_a_human_leaves_that_and_what_went_before(desk: Desk) -> None:
    await desk.do("minji", text="근처 치킨집")
    await desk.do("minji", text="상담원 연결해주세요")
    found = [(lesson.why, lesson.said, lesson.afterwards) for lesson in await kept(desk)]
    assert found == [
        ("handoff", "근처 치킨집", "상담원 연결해주세요"),
        ("handoff", "상담원 연결해주세요", None),
    ]


async def test_a_message_that_the_next_one_takes_back_is_kept(desk: Desk) -> None:
    await at_the_menu(desk)
    await desk.do("minji", text="후라이드 두 마리 주세요")
    await desk.do("minji", text="아니 세 마리")
    (lesson,) = await kept(desk)
    assert (lesson.why, lesson.said, lesson.afterwards) == ("corrected", "후라이드 두 마리 주세요", "아니 세 마리")
    assert lesson.intent == "order_items"
    assert [lesson.said[start:end] for kind, start, end in lesson.marks if kind == "item"] == ["후라이드"]


async def test_a_no_to_a_question_takes_nothing_back(desk: Desk) -> None:
    await at_the_menu(desk)
    await desk.do("minji", text="후라이드 한 마리 주문할게요")
    await desk.tap("minji", "주문하기")
    await desk.tap("minji", "포장")
    await desk.do("minji", text="아니요")
    assert [lesson.why for lesson in await kept(desk)] == []


async def test_what_is_said_much_later_takes_nothing_back(desk: Desk) -> None:
    await desk.do("minji", text="근처 치킨집")
    desk.clock.move_to(FRIDAY_NOON + lessons.LATER + timedelta(seconds=1))
    await desk.do("minji", text="그만")
    assert await kept(desk) == []


async def test_one_person_fills_no_more_than_a_days_share(desk: Desk) -> None:
    async with desk.application.database.transaction() as session:
        work = Work(session, FRIDAY_NOON, desk.application.ids)
        person = (await session.scalars(select(Person.id))).first()
        assert person is not None
        said = lessons.Said("x", (), "ko", "consumer", None, None, None, "greet", 0.1, (), "m")
        for _ in range(lessons.MOST_A_DAY + 3):
            await lessons.keep(work, person, "unclear", said)
        assert await session.scalar(select(func.count()).select_from(Lesson)) == lessons.MOST_A_DAY
        later = Work(session, FRIDAY_NOON + timedelta(days=1, seconds=1), desk.application.ids)
        await lessons.keep(later, person, "unclear", said)
        assert await session.scalar(select(func.count()).select_from(Lesson)) == lessons.MOST_A_DAY + 1


async def test_what_is_old_goes(lost: Desk) -> None:
    await lost.do("minji", text="쀍뚫꿹 뷁쀍")
    async with lost.application.database.transaction() as session:
        await lessons.purge(Work(session, FRIDAY_NOON + timedelta(days=89), lost.application.ids), 90)
        assert await session.scalar(select(func.count()).select_from(Lesson)) == 1
        await lessons.purge(Work(session, FRIDAY_NOON + timedelta(days=91), lost.application.ids), 90)
        assert await session.scalar(select(func.count()).select_from(Lesson)) == 0


async def test_a_turn_that_fails_keeps_nothing(lost: Desk) -> None:
    await lost.refuse("outgoing", "no")
    with pytest.raises(Exception, match="no"):
        await lost.application.handle(lost.incoming("minji", text="쀍뚫꿹 뷁쀍"))
    await lost.allow("outgoing")
    assert await kept(lost) == []


async def test_what_another_version_remembered_is_no_obstacle(desk: Desk) -> None:
    await desk.do("minji", text="근처 치킨집")
    async with desk.application.database.transaction() as session:
        await session.execute(update(Conversation).values(heard='{"words": 1}'))
    await desk.do("minji", text="그만")
    assert await kept(desk) == []
