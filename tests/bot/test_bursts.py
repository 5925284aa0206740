"""Messages sent in a row, and buttons tapped twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.outgoing import OutgoingMessage
from commerce.cart_records import CartLine
from tests.bot.working import HERE, Desk


async def quantity(desk: Desk) -> int:
    async with desk.application.database.read() as session:
        return int(await session.scalar(select(func.sum(CartLine.quantity))) or 0)


async def at_once(desk: Desk, *texts: str) -> list[str]:
    """What is told to messages that all came before the first was answered."""
    before = len(desk.wire.texts("minji"))
    await asyncio.gather(*(desk.application.handle(desk.incoming("minji", text=text)) for text in texts))
    await desk.application.settle()
    return desk.wire.texts("minji")[before:]


async def near(desk: Desk) -> None:
    await desk.do("minji", location=HERE)


async def test_a_correction_that_comes_before_the_answer_counts_and_is_answered_once(desk: Desk) -> None:
    await near(desk)
    told = await at_once(desk, "안녕하세요", "후라이드 한 마리 포장", "아니 세 마리")
    assert await quantity(desk) == 3
    assert ["주문을 확인해 주세요" in text for text in told].count(True) == 1
    assert "결제 금액 54,000원" in told[-1]
    assert not any("18,000원" in text and "결제 금액 18,000원" in text for text in told)


async def test_messages_in_a_row_are_answered_in_order(desk: Desk) -> None:
    await near(desk)
    told = await at_once(desk, "안녕하세요", "후라이드 한 마리 배달", "시험로 15", "몇 시까지 해요?")
    assert "단골" in told[0]
    hours = next(at for at, text in enumerate(told) if "오후 11:30까지" in text)
    assert hours == len(told) - 3, told
    assert "📍 시험로 15" in told[-1]
    assert not any("어디로 가져다" in text for text in told)


async def test_one_after_the_other_they_are_each_answered(desk: Desk) -> None:
    """The control of the first test: the same messages, each answered before the next one comes."""
    await near(desk)
    for text in ("후라이드 한 마리 포장", "아니 세 마리"):
        await desk.do("minji", text=text)
    told = desk.wire.texts("minji")
    assert ["주문을 확인해 주세요" in text for text in told].count(True) == 2


async def test_a_yes_sent_before_the_price_could_be_read_pays_nothing(desk: Desk) -> None:
    await near(desk)
    told = await at_once(desk, "안녕하세요", "후라이드 한 마리 포장", "네")
    assert desk.payment("minji") is None
    assert "주문을 확인해 주세요" in told[-1]


async def test_a_burst_that_fails_is_applied_one_by_one(desk: Desk) -> None:
    """Nothing of it is lost: as long as the table refuses rows each message fails alone, and its repeat is welcome."""
    await near(desk)
    messages = [desk.incoming("minji", text=text) for text in ("안녕하세요", "후라이드 한 마리 포장", "아니 두 마리")]
    await desk.refuse("outgoing", "the disk is full")
    failed = await asyncio.gather(*(desk.application.handle(one) for one in messages), return_exceptions=True)
    assert all(isinstance(error, Exception) for error in failed)
    assert await quantity(desk) == 0
    await desk.allow("outgoing")
    for message in messages:
        await desk.application.handle(message)
    await desk.application.settle()
    assert await quantity(desk) == 2


async def to_the_menu(desk: Desk) -> None:
    await desk.do("minji", text="근처 치킨집")
    await desk.do("minji", location=HERE)
    await desk.tap("minji", "메뉴 보기")


async def test_a_double_tap_does_it_once_and_is_answered_once(desk: Desk) -> None:
    await to_the_menu(desk)
    add = desk.wire.tap("minji", "후라이드")
    told = len(desk.wire.texts("minji"))
    await asyncio.gather(*(desk.application.handle(desk.incoming("minji", tap=add)) for _ in range(2)))
    await desk.application.settle()
    assert await quantity(desk) == 1
    assert len(desk.wire.texts("minji")) == told + 1


async def test_without_the_mark_on_the_message_the_second_tap_does_it_again(desk: Desk) -> None:
    """The control of the test above: the race is there, and the mark is what decides it."""
    await to_the_menu(desk)
    add = desk.wire.tap("minji", "후라이드")
    for _ in range(2):
        await desk.do("minji", tap=add)
        await desk.sql("UPDATE outgoing SET tapped = NULL")
    assert await quantity(desk) == 2


async def test_a_double_tap_on_pay_opens_one_payment_and_says_nothing_of_an_old_button(desk: Desk) -> None:
    await to_the_menu(desk)
    for label in ("후라이드", "주문하기", "포장"):
        await desk.tap("minji", label)
    pay = desk.wire.tap("minji", "결제하기")
    await asyncio.gather(*(desk.application.handle(desk.incoming("minji", tap=pay)) for _ in range(3)))
    await desk.application.settle()
    assert not any("쓸 수 없어요" in text for text in desk.wire.texts("minji"))
    async with desk.application.database.read() as session:
        rows = await session.scalars(select(OutgoingMessage.reply))
        assert sum(1 for reply in rows if reply.get("payment")) == 1


async def test_the_same_button_a_while_later_is_another_tap(desk: Desk) -> None:
    await to_the_menu(desk)
    add = desk.wire.tap("minji", "후라이드")
    await desk.do("minji", tap=add)
    desk.clock.move_to(desk.clock.now() + timedelta(seconds=2))
    await desk.do("minji", tap=add)
    assert await quantity(desk) == 2


async def test_another_button_of_the_message_is_another_tap(desk: Desk) -> None:
    await to_the_menu(desk)
    await desk.tap("minji", "후라이드")
    await desk.tap("minji", "주문하기")
    await desk.tap("minji", "포장")
    await desk.tap("minji", "배달")
    assert "어디로" in desk.wire.texts("minji")[-1]


async def test_a_voice_message_a_sticker_and_a_file_leave_the_question_open(desk: Desk) -> None:
    await near(desk)
    await desk.do("minji", text="후라이드 한 마리 배달")
    for media in ("voice", "sticker", "photo", "file"):
        before = len(desk.wire.texts("minji"))
        await desk.do("minji", media=media)
        told = desk.wire.texts("minji")[before:]
        assert "글로 적어 주시겠어요" in told[0]
        assert "어디로 가져다 드릴까요" in told[-1]
    await desk.do("minji", text="시험로 15")
    assert "📍 시험로 15" in desk.wire.texts("minji")[-1]
