"""What is kept about a person is handed out whole, and erased so that nothing of them is left but the money."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from bot import personal, retention
from bot.handoff_records import Handoff
from bot.outgoing import OutgoingMessage
from bot.people import Conversation, Person
from bot.transcripts import Transcript
from commerce import audit
from commerce.database import Base
from commerce.order_records import Order
from commerce.payment_records import Payment
from commerce.refusals import Refusal
from commerce.work import Work
from tests.bot.working import HERE, Desk

PHONE = "010-9876-5432"
SECRETS = (
    PHONE,
    "9876",
    "망원로 77",
    "1203호",
    "망원로 79",
    "2204호",
    "5150",
    "초인종 고장",
    "식어서 왔어요",
    "민지얼굴",
)


async def person_of(desk: Desk, who: str) -> str:
    async with desk.application.database.read() as session:
        found = await session.scalar(select(Conversation.person_id).where(Conversation.chat == who))
    assert found is not None
    return found


async def everything(desk: Desk) -> str:
    """Every row of every table, as text."""
    async with desk.application.database.read() as session:
        rows = [[str(row) for row in (await session.execute(select(one))).all()] for one in Base.metadata.sorted_tables]
    return json.dumps(rows, ensure_ascii=False)


async def ordered(desk: Desk, *, done: bool = True) -> str:
    """A delivery with a note, delivered and complained about, by somebody whose number is known; the person."""
    await desk.do("민지얼굴", text="근처 치킨집")
    await desk.do("민지얼굴", location=HERE)
    await desk.tap("민지얼굴", "메뉴 보기")
    await desk.tap("민지얼굴", "후라이드")
    await desk.do("민지얼굴", text="초인종 고장이에요 문 두드려 주세요")
    await desk.tap("민지얼굴", "주문하기")
    await desk.tap("민지얼굴", "배달")
    await desk.do("민지얼굴", text="망원로 77 1203호")
    await desk.do("민지얼굴", contact=PHONE)
    if desk.payment("민지얼굴") is None:
        await desk.tap("민지얼굴", "결제하기")
    await desk.pay("민지얼굴")
    await desk.do("민지얼굴", text="주소 바꿔줘")
    await desk.do("민지얼굴", text="망원로 79 2204호")
    await desk.owner("15분이요")
    if done:
        await desk.do("민지얼굴", text="가게에 전해줘 벨은 5150번이에요")
        await desk.owner("출발했어요")
        await desk.owner("전달했어요")
        await desk.do("민지얼굴", text="치킨이 식어서 왔어요")
        await desk.do("민지얼굴", text="상담원")
    return await person_of(desk, "민지얼굴")


async def test_everything_about_a_person_is_handed_out(desk: Desk) -> None:
    person = await ordered(desk)
    async with desk.application.database.transaction() as session:
        found = await personal.export(Work(session, desk.clock.now(), desk.application.ids), person)
    for name in ("people", "conversations", "transcripts", "outgoing", "orders", "order_lines", "payments", "handoffs"):
        assert found[name], name
    told = json.dumps(found, ensure_ascii=False)
    assert PHONE in told
    assert "1203호" in told
    assert "식어서 왔어요" in told
    async with desk.application.database.read() as session:
        others = set(await session.scalars(select(Person.id).where(Person.id != person)))
    assert not [one for one in others if one in told], "nobody else is in it"


async def test_a_person_is_found_by_id_chat_or_number(desk: Desk) -> None:
    person = await ordered(desk)
    async with desk.application.database.transaction() as session:
        work = Work(session, desk.clock.now(), desk.application.ids)
        for who in (person, "wire:민지얼굴", PHONE, "01098765432", "+82 10 9876 5432"):
            assert await personal.find(work, who) == [person], who
        for who in ("wire:nobody", "010-0000-0000", "", "%"):
            assert await personal.find(work, who) == [], who


async def test_a_forgotten_person_is_nowhere_but_in_the_money(desk: Desk) -> None:
    person = await ordered(desk)
    before = await everything(desk)
    assert all(secret in before for secret in SECRETS if secret != "9876")
    async with desk.application.database.transaction() as session:
        done = await personal.forget(Work(session, desk.clock.now(), desk.application.ids), person)
    after = await everything(desk)
    left = [secret for secret in SECRETS if secret in after]
    assert left == []
    assert done.kept["orders"] == 1
    assert done.kept["payments"] == 1
    assert await desk.count(Person, Person.id == person) == 0
    assert await desk.count(Order, Order.person_id == person) == 1
    assert await desk.count(Payment, Payment.state == "succeeded") == 1
    async with desk.application.database.snapshot() as session:
        assert await audit.check(session) == []


async def test_what_a_shop_wrote_to_somebody_is_forgotten_with_them_and_nothing_else(desk: Desk) -> None:
    later = timedelta(seconds=1)
    await desk.do("옆집", text="하나치킨 까치까치")
    await desk.owner("오늘 주문 보여줘")
    desk.clock.move_to(desk.clock.now() + later)
    person = await ordered(desk, done=False)
    for words in ("손님께 파랑새님 문 앞이라고 전해줘", "출발했어요", "전달했어요"):
        desk.clock.move_to(desk.clock.now() + later)
        await desk.owner(words)
    assert (await everything(desk)).count("파랑새") > 2
    async with desk.application.database.transaction() as session:
        done = await personal.forget(Work(session, desk.clock.now(), desk.application.ids), person)
    after = await everything(desk)
    assert [secret for secret in (*SECRETS, "파랑새", person) if secret in after and secret != person] == []
    assert done.erased["words of others"] > 0
    assert "까치까치" in after
    assert "오늘 주문 보여줘" in after


async def test_what_is_older_than_its_time_is_dropped_on_both_sides(desk: Desk) -> None:
    await ordered(desk)
    await desk.do("옆집", text="안녕하세요")
    settings = desk.application.services.settings
    for days, kept in ((29, True), (31, False)):
        async with desk.application.database.transaction() as session:
            now = desk.clock.now() + timedelta(days=days)
            await session.execute(text("UPDATE handoffs SET ended_at = opened_at"))
            await session.execute(text("UPDATE outgoing SET sent_at = created_at"))
            await retention.purge(Work(session, now, desk.application.ids), settings)
        assert [bool(await desk.count(one)) for one in (Transcript, OutgoingMessage, Handoff)] == [kept] * 3
        assert bool(await desk.count(Conversation, Conversation.state.is_not(None))) is kept
    assert await desk.count(Order) == 1


async def test_what_is_not_sent_yet_and_a_talk_that_goes_on_are_never_too_old(desk: Desk) -> None:
    await desk.do("옆집", text="안녕하세요")
    async with desk.application.database.transaction() as session:
        await session.execute(text("UPDATE outgoing SET sent_at = NULL"))
        now = desk.clock.now() + timedelta(days=99)
        await session.execute(update(Conversation).values(used_at=now))
        await retention.purge(Work(session, now, desk.application.ids), desk.application.services.settings)
    assert await desk.count(OutgoingMessage)
    assert await desk.count(Conversation, Conversation.state.is_not(None))


async def test_who_was_forgotten_may_come_again_as_somebody_new(desk: Desk) -> None:
    person = await ordered(desk)
    async with desk.application.database.transaction() as session:
        await personal.forget(Work(session, desk.clock.now(), desk.application.ids), person)
    await desk.do("민지얼굴", text="내 주문 보기")
    assert (
        "주문하신 적이 없어요" in desk.wire.texts("민지얼굴")[-1] or "주문이 없어요" in desk.wire.texts("민지얼굴")[-1]
    )
    assert await person_of(desk, "민지얼굴") != person


async def test_an_order_under_way_is_waited_for_and_an_owner_is_no_customer(desk: Desk) -> None:
    person = await ordered(desk, done=False)
    async with desk.application.database.read() as session:
        owner = await session.scalar(select(Conversation.person_id).where(Conversation.chat == "shop:hana-chicken"))
    for who, why in ((person, "order_open"), (owner, "owner"), ("person_nobody", "person_unknown")):
        async with desk.application.database.transaction() as session:
            with pytest.raises(Refusal, match=why):
                await personal.forget(Work(session, desk.clock.now(), desk.application.ids), str(who))


async def test_every_table_that_names_a_person_is_known() -> None:
    found = personal.holding("person_x")
    named = {
        one.name
        for one in Base.metadata.sorted_tables
        if {"person_id", "conversation_id", "order_id", "payment_id", "cart_id"} & {column.name for column in one.c}
    }
    assert named <= found.keys()


async def test_erasing_the_person_alone_would_leave_their_address(desk: Desk) -> None:
    """The negative control: what the search above would find."""
    await ordered(desk)
    async with desk.application.database.transaction() as session:
        await session.execute(text("DELETE FROM transcripts"))
        assert await session.scalar(select(func.count()).select_from(Order)) == 1
    assert "망원로 77" in await everything(desk)
