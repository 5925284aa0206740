"""A human has a conversation: one only, for as long as it is theirs, and nobody else's words get into it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import handoffs, operators, personal
from bot.handoff_records import Handoff, Operator
from bot.jobs import Job
from bot.people import Conversation
from bot.transcripts import Transcript
from commerce.refusals import Refusal
from commerce.work import Work
from tests.bot.working import Desk

QUIET = timedelta(minutes=15)


async def joined(desk: Desk, *names: str) -> None:
    """These people become operators by a code each."""
    for name in names:
        async with desk.application.database.transaction() as session:
            code = await operators.invite(Work(session, desk.clock.now(), desk.application.ids))
        await desk.do(name, text=f"초대 {code}")


async def conversation(desk: Desk, who: str) -> Conversation:
    async with desk.application.database.read() as session:
        found = await session.scalar(select(Conversation).where(Conversation.chat == who))
    assert found is not None
    return found


async def asked(desk: Desk, who: str = "minji") -> Handoff:
    await desk.do(who, text="상담원")
    async with desk.application.database.read() as session:
        return (await session.scalars(select(Handoff).where(Handoff.ended_at.is_(None)))).one()


async def test_an_invitation_makes_an_operator_once(desk: Desk) -> None:
    async with desk.application.database.transaction() as session:
        code = await operators.invite(Work(session, desk.clock.now(), desk.application.ids))
    await desk.do("sora", text=f"초대 {code}")
    await desk.do("thief", text=f"초대 {code}")
    assert "상담원이 되셨어요" in desk.wire.texts("sora")[-1]
    assert "이미 쓰인 초대" in desk.wire.texts("thief")[-1]
    assert await desk.count(Operator) == 1


async def test_an_invitation_lasts_a_day(desk: Desk) -> None:
    async with desk.application.database.transaction() as session:
        code = await operators.invite(Work(session, desk.clock.now(), desk.application.ids))
    desk.clock.move_to(desk.clock.now() + timedelta(hours=25))
    await desk.do("sora", text=f"초대 {code}")
    assert "기한이 지난" in desk.wire.texts("sora")[-1]
    async with desk.application.database.transaction() as session:
        work = Work(session, desk.clock.now(), desk.application.ids)
        with pytest.raises(Refusal, match="invitation_expired"):
            await operators.accept(work, code.upper(), "person_x", "x")


async def test_who_is_no_operator_any_more_takes_nothing(desk: Desk) -> None:
    await joined(desk, "sora")
    await asked(desk)
    sora = await conversation(desk, "sora")
    async with desk.application.database.transaction() as session:
        assert await operators.remove(Work(session, desk.clock.now(), desk.application.ids), sora.person_id)
    await desk.tap("sora", "대화 맡기")
    async with desk.application.database.read() as session:
        assert (await session.scalars(select(Handoff.taken_by))).all() == [None]
    assert "맡았어요" not in desk.wire.texts("minji")[-1]


async def test_an_operator_who_is_taken_out_in_mid_talk_hears_no_more_and_the_person_is_told(desk: Desk) -> None:
    await joined(desk, "sora", "jun")
    await asked(desk)
    await desk.tap("sora", "대화 맡기")
    sora = await conversation(desk, "sora")
    async with desk.application.database.transaction() as session:
        assert await operators.remove(Work(session, desk.clock.now(), desk.application.ids), sora.person_id)
    await desk.application.settle()
    assert "이제 다시 제가 도와 드릴게요" in desk.wire.texts("minji")[-1]
    before = len(desk.wire.texts("sora"))
    await desk.do("minji", text="상담원 제 비밀은 초록새")
    assert len(desk.wire.texts("sora")) == before
    assert "초록새" in desk.wire.texts("jun")[-1]


async def test_nobody_in_a_talk_with_a_human_is_erased_under_the_other(desk: Desk) -> None:
    await joined(desk, "sora")
    await asked(desk)
    await desk.tap("sora", "대화 맡기")
    for who in ("sora", "minji"):
        person = (await conversation(desk, who)).person_id
        async with desk.application.database.transaction() as session:
            with pytest.raises(Refusal, match="talking"):
                await personal.forget(Work(session, desk.clock.now(), desk.application.ids), person)
    await desk.do("sora", text="끝")
    person = (await conversation(desk, "sora")).person_id
    async with desk.application.database.transaction() as session:
        await personal.forget(Work(session, desk.clock.now(), desk.application.ids), person)
    async with desk.application.database.read() as session:
        assert (await session.scalars(select(Handoff.taken_by))).all() == [None]


async def test_of_two_who_take_it_at_once_one_has_it(desk: Desk) -> None:
    await joined(desk, "sora", "jun")
    await asked(desk)
    taps = [desk.wire.tap(who, "대화 맡기") for who in ("sora", "jun")]
    turns = [
        desk.application.handle(desk.incoming(who, tap=tap)) for who, tap in zip(("sora", "jun"), taps, strict=True)
    ]
    await asyncio.gather(*turns)
    await desk.application.settle()
    told = [desk.wire.texts(who) for who in ("sora", "jun")]
    assert sorted(any("대화를 맡으셨어요" in text for text in texts) for texts in told) == [False, True]
    assert sum(any("다른 분이 먼저" in text for text in texts) for texts in told) == 1
    assert sum("상담원이 대화를 맡았어요" in text for text in desk.wire.texts("minji")) == 1


async def both_looked_before_either_took(desk: Desk, guarded: bool) -> int:
    """How many of two, who both see that nobody has it, then believe to have it."""
    await joined(desk, "sora", "jun")
    handoff = await asked(desk)
    seen = []
    for who in ("sora", "jun"):
        async with desk.application.database.read() as session:
            free = await session.scalar(select(Handoff.taken_by).where(Handoff.id == handoff.id)) is None
        seen.append((await conversation(desk, who), free))
    have = 0
    for talk, free in seen:
        async with desk.application.database.transaction() as session:
            work = Work(session, desk.clock.now(), desk.application.ids)
            if guarded:
                have += await handoffs.take(work, handoff.id, talk.person_id, talk.id, "operators", QUIET) is not None
            elif free:
                mine = update(Handoff).where(Handoff.id == handoff.id).values(taken_by=talk.person_id, taken_in=talk.id)
                await session.execute(mine)
                have += 1
    return have


async def test_looking_first_does_not_help_the_second(desk: Desk) -> None:
    assert await both_looked_before_either_took(desk, guarded=True) == 1


async def test_without_the_guard_both_would_have_it(desk: Desk) -> None:
    """The negative control."""
    assert await both_looked_before_either_took(desk, guarded=False) == 2


async def test_words_that_meet_its_end_go_to_the_bot(desk: Desk) -> None:
    await joined(desk, "sora")
    handoff = await asked(desk)
    await desk.tap("sora", "대화 맡기")
    await asyncio.gather(
        desk.application.handle(desk.incoming("sora", text="끝")),
        desk.application.handle(desk.incoming("minji", text="근처 치킨집")),
    )
    await desk.application.settle()
    minji, sora = desk.wire.texts("minji"), desk.wire.texts("sora")
    passed = any("손님: 근처 치킨집" in text for text in sora)
    answered = any("어디 근처" in text for text in minji)
    assert passed != answered, "one of the two has it"
    assert sum("다시 제가 도와" in text for text in minji) == 1
    async with desk.application.database.transaction() as session:
        work = Work(session, desk.clock.now(), desk.application.ids)
        assert not await handoffs.spoke(work, handoff.id)
        assert await handoffs.end(work, handoff.id, "quiet") is None, "it ends once"


async def test_its_timers_go_with_it(desk: Desk) -> None:
    await joined(desk, "sora")
    await asked(desk)
    assert await desk.count(Job, Job.name == handoffs.UNANSWERED) == 1
    await desk.tap("sora", "대화 맡기")
    assert await desk.count(Job, Job.name == handoffs.UNANSWERED) == 0
    assert await desk.count(Job, Job.name == handoffs.QUIET) == 1
    await desk.do("minji", text="끝")
    assert await desk.count(Job, Job.name.like("handoff.%")) == 0


async def test_what_is_passed_on_is_kept_like_everything_sent(desk: Desk) -> None:
    await joined(desk, "sora")
    await asked(desk)
    await desk.tap("sora", "대화 맡기")
    await desk.do("minji", text="환불해 주세요")
    await desk.do("sora", text="네 알겠습니다")
    async with desk.application.database.read() as session:
        sent = list(await session.scalars(select(Transcript.sent).order_by(Transcript.id)))
    assert sent[-2:] == [{"text": "환불해 주세요"}, {"text": "네 알겠습니다"}]


async def test_neither_sees_the_others_name_number_or_account(desk: Desk) -> None:
    await desk.do("minji", text="하나치킨")
    await desk.do("minji", contact="010-1234-5678")
    await desk.do("minji", text="제 번호는 010-1234-5678, 상담원 연결해 주세요")
    offered = desk.shop_told()[-1]
    assert "사람과 이야기" in offered
    assert "5678" not in offered
    assert "minji" not in offered
    person = (await conversation(desk, "minji")).person_id
    assert person not in offered


async def test_a_number_that_is_shared_is_not_passed_on(desk: Desk) -> None:
    await joined(desk, "sora")
    await asked(desk)
    await desk.tap("sora", "대화 맡기")
    await desk.do("minji", contact="010-1234-5678")
    assert "전하지 않았어요" in desk.wire.texts("minji")[-1]
    assert not any("5678" in text for text in desk.wire.texts("sora"))
    await desk.do("minji", media="photo")
    assert "사진" in desk.wire.texts("sora")[-1]
