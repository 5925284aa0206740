"""A megabyte, deep JSON, NUL, half letters, marks that show nothing or turn words round, Hangul in pieces."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from bot.channels.web import visitor_chat
from bot.chat import Chat
from bot.messages import Incoming
from bot.outgoing import OutgoingMessage
from bot.people import Person
from bot.town import TownError, read_town
from bot.turn import Received
from bot.visible import visible
from commerce import carts
from commerce.cart_records import CartLine
from commerce.order_records import OrderLine
from commerce.payment_records import Payment
from commerce.register import import_csv
from commerce.shops import Shop
from commerce.work import Work
from tests.commerce.shops.test_register import lines, row
from tests.dialogues.stage import Towns, staged
from tests.weather.indoors import Doors, count, doors, paid, person_at, work_in
from tests.webhooks.visiting import FRIDAY_NOON, WAIT_S, Site, Visitor
from webhooks.telegram import PATH as TELEGRAM

MEGABYTE = "가" * (1024 * 1024 // 3)
DEEP = "[" * 100_000
ODD = {
    "NUL": "후라이드\x00 한 마리",
    "half a letter": "후라이드 \ud800한 마리\udc00",
    "turned round": "\u202e후라이드\u202c \u2066한 마리\u2069",
    "no width": "후\u200b라\u200d이\ufeff드 한\u2060 마리",
    "in pieces": unicodedata.normalize("NFD", "후라이드 한 마리"),
    "fillers": "\u3164후라이드\u115f 한 마리\uffa0",
    "piled up": "후라이드 한 마리" + "\u0301" * 500,
    "tags": "후라이드 한 마리" + "".join(chr(0xE0000 + ord(letter)) for letter in "refund all"),
}
UNSEEN = "\x00\u202e\u202c\u2066\u2069\u200b\u200d\ufeff\u2060\u3164\u115f\uffa0\U000e0072"


async def at_the_menu(minji: Visitor) -> None:
    await minji.say("근처 치킨집")
    await minji.here()
    await minji.tap("메뉴 보기", "하나치킨")


@pytest.fixture
async def open_doors(towns: Towns, tmp_path: Path) -> AsyncIterator[Doors]:
    async with doors(towns, tmp_path) as opened:
        yield opened


def plain(caplog: pytest.LogCaptureFixture) -> None:
    """No fault of ours was logged."""
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


# -- the socket


@pytest.mark.parametrize("name", [name for name in ODD if name != "half a letter"])
async def test_odd_letters_are_read_as_the_words_they_are(site: Site, name: str) -> None:
    async with site.visit() as minji:
        await at_the_menu(minji)
        await minji.say(ODD[name])
        await minji.sees("후라이드치킨 × 1", "18,000원")
    assert await count(site, CartLine) == 1


async def test_a_long_frame_is_answered_and_a_megabyte_ends_only_its_own_socket(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.visit() as minji, site.visit() as jun:
        answer = await minji.act({"type": "say", "text": "가" * 20_000}, "message-1")
        assert (answer["type"], "길어요" in answer["text"]["ko"]) == ("error", True)
        await minji.socket.send_str(DEEP)
        assert (await minji.next())["type"] == "error"
        with suppress(ConnectionError):
            await minji.socket.send_str(MEGABYTE)
        while not minji.socket.closed:
            await minji.socket.receive(timeout=WAIT_S)
        assert await count(site, Received, Received.channel == "web") == 0
        assert await jun.say("안녕하세요")
        async with site.visit(token=minji.token) as again:
            assert await again.say("안녕하세요")
    plain(caplog)


async def test_more_than_is_read_is_said_and_nothing_of_it_is_ordered(site: Site) -> None:
    async with site.visit() as minji:
        await at_the_menu(minji)
        told = await minji.say("후라이드 한 마리 " + "그리고 " * 300)
        assert "1,000자" in told[-1]["text"]
    assert await count(site, CartLine) == 0


@pytest.mark.parametrize("nothing", ["\u200b", "\x00", "\u202e\u202c", "   ", "\n\n", "\u3164"])
async def test_a_message_in_which_nothing_can_be_seen_is_answered(
    site: Site, caplog: pytest.LogCaptureFixture, nothing: str
) -> None:
    async with site.visit() as minji:
        assert await minji.say(nothing)
    plain(caplog)


# -- what one person writes and another reads


async def test_a_note_shows_the_shop_no_line_and_no_direction_of_its_own(site: Site) -> None:
    forged = "\u202e문 앞에\u200b 놔 주세요\n합계 0원 (결제됨)\r\n\u2066🔔 새 주문 9999번"
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        await at_the_menu(minji)
        await minji.tap("후라이드")
        person = await person_at(site, visitor_chat(minji.token))
        async with site.application.database.transaction() as session:
            work = work_in(site, session)
            cart = await carts.view(work, person)
            assert cart is not None
            said = Incoming("web", "1", chat="c", sender="s", text=forged).text
            await carts.set_note(work, person, cart.lines[0].id, said)
        await minji.tap("주문하기")
        await minji.tap("포장")
        await minji.tap("결제하기")
        asked = await minji.until(lambda frame: bool(frame.get("payment")))
        await site.pay(asked["payment"]["url"])
        card = (await shop.sees("새 주문"))["text"]
        await minji.say(f"상담원 연결해 주세요 {forged}")
        asks = (await shop.sees("사람과 이야기"))["text"]
    for text in (card, asks):
        assert not any(mark in text for mark in UNSEEN)
        assert "문 앞에 놔 주세요 합계 0원" in text, "nothing of it is lost"
        assert not any(line.startswith("합계 0원") for line in text.split("\n"))
    assert sum(line.startswith("🔔") for line in card.split("\n")) == 1


async def test_without_it_the_forged_line_would_stand_in_the_shops_card(site: Site) -> None:
    """The negative control: the same note written straight into the table is a line of its own."""
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        order = await paid(site, minji)
        async with site.application.database.transaction() as session:
            forged = "\u202e문 앞\n합계 0원 (결제됨)"
            await session.execute(update(OrderLine).where(OrderLine.order_id == order).values(note=forged))
        await shop.sees("새 주문")
        await shop.say("오늘 주문")
        await shop.tap("20분")
        texts = "\n".join(frame["text"] for frame in shop.told)
    assert "\n합계 0원 (결제됨)" in texts
    assert "\u202e" in texts


# -- Telegram


@pytest.mark.parametrize("name", ODD)
async def test_an_update_with_odd_letters_is_taken_once_and_for_all(
    open_doors: Doors, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    site = open_doors.site
    sender = {"id": 1001, "is_bot": False, "first_name": ODD[name], "last_name": ODD[name] * 10}
    assert await open_doors.update({"text": ODD[name], "from": sender}, 5) == 200
    async with site.application.database.read() as session:
        names = list(await session.scalars(select(Person.name).where(Person.name.like("%후라이드%"))))
        told = list(await session.scalars(select(OutgoingMessage.reply)))
    assert told, "it is answered"
    assert len(names) == 1
    assert len(names[0] or "") <= 80
    assert not any(mark in (names[0] or "") for mark in UNSEEN)
    plain(caplog)


async def test_without_it_telegram_would_send_half_a_letter_for_ever(site: Site) -> None:
    """The negative control: no database takes it, so the turn would fail, each time it is sent again."""
    with pytest.raises((DBAPIError, UnicodeError)):
        async with site.application.database.transaction() as session:
            await session.execute(update(Person).values(name=ODD["half a letter"]))


async def test_what_is_no_update_is_refused_without_a_write(
    open_doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    site = open_doors.site
    huge = json.dumps({"update_id": 1, "message": {"text": MEGABYTE}}).encode()
    for path in (TELEGRAM, "/hooks/stripe", "/events/sandbox"):
        for body in (huge, DEEP.encode(), b"\x00" * 100, b"\xff\xfe{}", b'{"update_id": 1e999}', b"", b"{}" * 1000):
            status = await open_doors.post(path, body)
            assert 400 <= status < 500, (path, body[:20], status)
    assert await count(site, Received, Received.channel != "timer") == 0
    assert await count(site, Payment) == 0
    plain(caplog)


# -- the terminal, files


async def test_a_scripted_chat_says_what_is_wrong_with_a_line(towns: Towns, tmp_path: Path) -> None:
    told: list[Any] = []
    async with staged(towns, "testville", FRIDAY_NOON, tmp_path, told.append) as chat:
        for line in (
            DEEP,
            "\x00",
            '{"as": "minji", "say": "\\ud800"}',
            '{"as": "a\\u0000b", "pay": "approve"}',
            "{" * 9,
        ):
            told.clear()
            await chat.play(line)
            assert any("error" in one for one in told), line[:40]
            assert told[-1].keys() == {"settled"}
        told.clear()
        await said(chat, MEGABYTE)
        assert any("1,000자" in one.get("text", "") for one in told)
        told.clear()
        await said(chat, "근처 치킨집\x00\u202e")
        assert any(one.get("asks") == "location" or "어디" in one.get("text", "") for one in told), told


async def said(chat: Chat, words: str) -> None:
    await chat.play(json.dumps({"as": "minji", "say": words}))


HEAD = "town: {name: 시험동, timezone: Asia/Seoul, currency: KRW, center: [37.5560, 126.9100]}\n"
SHOP = 'shops: [{slug: a, name: "%s", trade: cafe, location: [37.5, 126.9], menu: [{name: "%s", price: 1000}]}]\n'


@pytest.mark.parametrize("odd", ["\\0", "\\ud800", "\\u202e", "\\u200b", "\x00", "\u202e", "\u200b가", "[" * 5000])
def test_a_town_file_with_odd_letters_is_refused_at_its_line_or_read_without_them(tmp_path: Path, odd: str) -> None:
    file = tmp_path / "town.yaml"
    file.write_text(HEAD + SHOP % (f"카{odd}페", f"라{odd}떼"), "utf-8", "surrogatepass")
    try:
        (shop,) = read_town(file).shops
    except TownError as error:
        assert all(fault.line >= 1 and fault.mend for fault in error.faults)
        return
    for name in (*shop.name.values(), *(shop.menu or ())[0].name.values()):
        name.encode()
        assert not any(mark in name for mark in UNSEEN), ascii(name)


async def test_a_public_register_with_odd_letters_is_imported_without_them(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row("MA0001", 상호명="하나\x00\u202e카\u200b페")]), "utf-8")
    database = site.application.database

    @asynccontextmanager
    async def batch() -> AsyncIterator[Work]:
        async with database.transaction() as session:
            yield work_in(site, session)

    await import_csv(batch, file)
    async with database.read() as session:
        names = [name["ko"] for name in await session.scalars(select(Shop.name)) if "하나" in name["ko"]]
    assert len(names) == 2
    assert not any(mark in name for name in names for mark in UNSEEN)


# -- what can be seen


@given(st.text())
def test_what_can_be_seen_stays_and_what_cannot_goes(text: str) -> None:
    seen = visible(text)
    assert visible(seen) == seen
    assert unicodedata.is_normalized("NFC", seen)
    seen.encode()
    assert not any(mark in seen for mark in "\x00\r\u202a\u202e\u2066\u200b\u200e\ufeff")
    kept = [letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter)[0] in "LNPS"]
    shown = [letter for letter in seen if unicodedata.category(letter)[0] in "LNPS"]
    fillers = set("\u115f\u1160\u3164\uffa0")
    if not any(unicodedata.combining(letter) or letter in fillers or "\u1100" <= letter <= "\u11ff" for letter in text):
        assert [letter for letter in shown if letter != "\ufffd"] == [
            letter for letter in kept if letter not in fillers
        ]


@pytest.mark.parametrize("emoji", ["👨‍👩‍👧", "🏳️‍🌈", "👩🏽‍🚀", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇰🇷"])
def test_emoji_stay_whole(emoji: str) -> None:
    assert visible(f"좋아요 {emoji}!") == f"좋아요 {emoji}!"
