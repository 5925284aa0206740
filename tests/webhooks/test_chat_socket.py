"""The browser's socket over the real server: what is taken once, what is replayed, what is refused."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import WSCloseCode, WSMsgType, WSServerHandshakeError
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import ColumnElement, func, select, text, update

from bot.outgoing import OutgoingMessage
from bot.people import Conversation
from bot.turn import Received
from commerce.order_records import Order
from tests.dialogues.stage import Towns
from tests.webhooks.visiting import WAIT_S, Frame, Site, Visitor, opened
from webhooks.chat import LARGEST_FRAME, LARGEST_READ


async def count(site: Site, table: type, *where: ColumnElement[bool]) -> int:
    async with site.application.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(table).where(*where)) or 0)


SAID = Received.channel == "web"


async def order(minji: Visitor) -> Frame:
    """Up to the payment that is asked for."""
    await minji.say("근처 치킨집")
    await minji.here()
    await minji.tap("메뉴 보기", "하나치킨")
    await minji.tap("후라이드")
    await minji.tap("주문하기")
    await minji.tap("포장")
    await minji.tap("결제하기")
    return await minji.until(lambda frame: bool(frame.get("payment")))


async def test_from_a_word_to_a_paid_order_that_the_shop_answers(site: Site) -> None:
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        assert minji.welcome == {"type": "welcome", "token": minji.token, "role": "consumer", "shop": None}
        name = {"ko": "하나치킨", "en": "Hana Chicken"}
        assert shop.welcome | {"token": ""} == {
            "type": "welcome",
            "token": "",
            "role": "shop",
            "shop": {"slug": "hana-chicken", "name": name},
        }
        asked = await order(minji)
        assert asked["payment"]["amount"] == 18000
        assert asked["payment"]["url"].startswith("/till/")
        await site.pay(asked["payment"]["url"])
        assert not (await minji.sees("결제했어요"))["alert"]
        ringing = await shop.sees("새 주문", "후라이드치킨 × 1")
        assert ringing["alert"]
        await shop.say("15분이요")
        card = await shop.sees("받았어요", "후라이드치킨 × 1")
        assert card["edits"] == ringing["seq"]
        await minji.sees("하나치킨이 주문을 받았어요", "오후 12:15")
    await site.sound()


async def test_a_shop_that_does_not_answer_is_told_and_the_money_goes_back(site: Site) -> None:
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        await site.pay((await order(minji))["payment"]["url"])
        await shop.sees("새 주문")
        await site.advance(site.clock.now() + timedelta(minutes=4))
        reminders = [frame for frame in [await shop.next(), await shop.next()] if frame["alert"]]
        assert len(reminders) == 2
        await site.advance(site.clock.now() + timedelta(minutes=4))
        await minji.sees("18,000원", "돌려")
    await site.sound()


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_a_browser_is_answered_in_its_language(site: Site, lang: str) -> None:
    async with site.visit(lang=lang) as visitor:
        await visitor.say("👋")
        korean = any("가" <= letter <= "힣" for letter in visitor.told[-1]["text"])
        assert korean == (lang == "ko")


async def test_the_language_chosen_on_the_page_later_is_spoken_from_there_on(site: Site) -> None:
    async with site.visit(lang="ko") as visitor:
        await visitor.say("근처 치킨집")
        assert "어디 근처에서" in visitor.told[-1]["text"]
        token, last = visitor.token, visitor.last
    async with site.visit(lang="en", token=token, last=last) as visitor:
        await visitor.say("?")
        assert not any("가" <= letter <= "힣" for letter in visitor.told[-1]["text"].split("“")[0])


async def test_what_is_sent_again_with_the_same_id_is_applied_once(site: Site) -> None:
    async with site.visit() as minji:
        await minji.say("근처 치킨집")
        await minji.here()
        await minji.tap("메뉴 보기", "하나치킨")
        add = {"type": "tap", "data": minji.data("후라이드")}
        assert (await minji.act(add, "the-same-tap"))["type"] == "ack"
        told = len(minji.told)
        for _ in range(3):
            assert (await minji.act(add, "the-same-tap"))["type"] == "ack"
        assert len(minji.told) == told
        async with site.visit(token=minji.token, last=minji.last) as again:
            assert (await again.act(add, "the-same-tap"))["type"] == "ack"
            assert again.told == []
        await minji.say("장바구니 보여줘")
        assert "후라이드치킨 × 1" in minji.told[-1]["text"]
        site.clock.move_to(site.clock.now() + timedelta(seconds=2))
        await minji.act(add, "another-tap")
        assert "후라이드치킨 × 2" in minji.told[-1]["text"]


async def test_the_same_id_in_two_chats_is_two_messages(site: Site) -> None:
    async with site.visit() as minji, site.visit() as jun:
        for visitor in (minji, jun):
            assert (await visitor.act({"type": "say", "text": "안녕하세요"}, "message-1"))["type"] == "ack"
            assert len(visitor.told) == 1


async def test_what_was_missed_is_replayed_in_order_and_nothing_twice(site: Site) -> None:
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        asked = await order(minji)
        token, last = minji.token, minji.last
        await minji.socket.close()
        await site.pay(asked["payment"]["url"])
        await shop.sees("새 주문")
        await shop.say("15분이요")
        async with site.visit(token=token, last=last) as back:
            await back.sees("받았어요")
            assert [frame["alert"] for frame in back.told] == [False] * len(back.told)
            assert "결제했어요" in back.told[0]["text"]
            numbers = [frame["seq"] for frame in back.told]
            assert numbers == sorted(set(numbers))
            assert min(numbers) > last
        async with site.visit(token=token) as fresh:
            await fresh.sees("받았어요")
            assert [frame["seq"] for frame in fresh.told if frame["seq"] > last] == numbers
            assert fresh.told[0]["text"].startswith("어디 근처에서")


@pytest.mark.parametrize(("away", "rings"), [(timedelta(seconds=30), True), (timedelta(minutes=11), False)])
async def test_a_shop_that_was_away_is_rung_for_what_is_still_news(site: Site, away: timedelta, rings: bool) -> None:
    async with site.visit() as minji:
        await site.pay((await order(minji))["payment"]["url"])
    site.clock.move_to(site.clock.now() + away)
    async with site.visit(shop="hana-chicken") as shop:
        assert (await shop.sees("새 주문"))["alert"] == rings


async def test_a_browser_that_comes_back_while_much_is_told_gets_each_message_once(site: Site) -> None:
    async with site.visit() as minji:
        await minji.say("안녕하세요")
        for _ in range(5):
            frames = [{"type": "say", "text": "도움말", "id": f"help-{n}-{minji.last}"} for n in range(4)]
            await asyncio.gather(*(minji.socket.send_json(frame) for frame in frames))
            async with site.visit(token=minji.token, last=minji.last) as again:
                for frame in frames:
                    await minji.until(lambda one, number=frame["id"]: one.get("id") == number)  # type: ignore[misc]
                while again.last < minji.last:
                    await again.next()
                numbers = [frame["seq"] for frame in again.told]
                assert numbers == sorted(set(numbers))


async def test_two_tabs_of_one_browser_are_told_the_same(site: Site) -> None:
    async with site.visit() as one, site.visit(token=one.token) as two:
        await one.say("안녕하세요")
        assert (await two.sees())["seq"] == one.told[-1]["seq"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1.elsewhere.example:80"])
async def test_another_sites_page_may_not_open_the_socket(site: Site, origin: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await site.session.ws_connect(f"{site.url}/socket", origin=origin)
    assert refused.value.status == 403


async def test_our_own_page_may(site: Site) -> None:
    async with site.session.ws_connect(f"{site.url}/socket", origin=site.url) as socket:
        await socket.send_json({"type": "hello"})
        assert (await socket.receive_json(timeout=WAIT_S))["type"] == "welcome"


async def test_our_page_behind_a_proxy_that_changes_the_host_may(towns: Towns, tmp_path: Path) -> None:
    change = {"public_url": "https://dangol.example"}
    async with (
        opened(towns, tmp_path, change=change) as site,
        site.session.ws_connect(f"{site.url}/socket", origin="https://dangol.example") as socket,
    ):
        await socket.send_json({"type": "hello"})
        assert (await socket.receive_json(timeout=WAIT_S))["type"] == "welcome"


class _LongAgo(TimestampSigner):
    def get_timestamp(self) -> int:
        return super().get_timestamp() - 91 * 86400


async def test_a_shop_key_that_is_forged_or_too_old_opens_nothing(site: Site) -> None:
    secret = site.application.settings.signing_key
    old = URLSafeTimedSerializer(secret, salt="dangol.shop", signer=_LongAgo).dumps("hana-chicken")
    other_salt = URLSafeTimedSerializer(secret, salt="dangol.other").dumps("hana-chicken")
    good = site.application.links.shop_key("hana-chicken")
    flipped = good[:-10] + ("A" if good[-10] != "A" else "B") + good[-9:]
    unknown = site.application.links.shop_key("no-such-shop")
    before = await count(site, Conversation)
    for key in (old, other_salt, flipped, unknown, "hana-chicken", "", "a.b.c", "가.나.다"):
        async with site.session.ws_connect(f"{site.url}/socket") as socket:
            await socket.send_json({"type": "hello", "shop": key})
            assert (await socket.receive_json(timeout=WAIT_S))["type"] == "error", key
            assert (await socket.receive(timeout=WAIT_S)).type is WSMsgType.CLOSE
    assert await count(site, Conversation) == before


BAD_FRAMES = {
    "no JSON": "{",
    "no object": "[]",
    "a number": "17",
    "nothing": "",
    "unknown type": '{"type": "give", "id": "12345678"}',
    "no id": '{"type": "say", "text": "안녕"}',
    "short id": '{"type": "say", "id": "1", "text": "안녕"}',
    "id with a colon": '{"type": "say", "id": "shop:1:234", "text": "안녕"}',
    "empty text": '{"type": "say", "id": "12345678", "text": ""}',
    "text is a number": '{"type": "say", "id": "12345678", "text": 5}',
    "long text": json.dumps({"type": "say", "id": "12345678", "text": "가" * 2001}),
    "half a letter": '{"type": "say", "id": "12345678", "text": "\\ud800"}',
    "foreign button": '{"type": "tap", "id": "12345678", "data": "/SetSlots(a=b)"}',
    "huge button": '{"type": "tap", "id": "12345678", "data": "' + "9" * 30 + '.0"}',
    "nowhere": '{"type": "location", "id": "12345678", "lat": 91, "lon": 0}',
    "no number": '{"type": "location", "id": "12345678", "lat": NaN, "lon": 0}',
    "odd media": '{"type": "media", "id": "12345678", "kind": "hologram"}',
    "deep": "[" * 8000,
}


async def test_what_cannot_be_read_is_answered_and_nothing_is_written(site: Site) -> None:
    async with site.visit() as minji:
        for name, frame in BAD_FRAMES.items():
            await minji.socket.send_str(frame)
            answer = await minji.next()
            assert answer["type"] == "error", name
            assert answer["text"]["ko"] and answer["text"]["en"], name
            assert answer["id"] in (None, "12345678", "1", "shop:1:234"), name
        assert await count(site, Received, SAID) == 0
        assert await count(site, OutgoingMessage) == 0
        await minji.say("안녕하세요")


@pytest.mark.parametrize("hello", ["", "{", "[]", '{"type": "say"}', '{"type": "hello", "token": "short"}'])
async def test_a_hello_that_cannot_be_read_ends_the_socket(site: Site, hello: str) -> None:
    async with site.session.ws_connect(f"{site.url}/socket") as socket:
        await socket.send_str(hello)
        assert (await socket.receive_json(timeout=WAIT_S))["type"] == "error"
        assert (await socket.receive(timeout=WAIT_S)).type is WSMsgType.CLOSE


async def test_a_browser_that_leaves_without_a_word_is_no_error(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        async with site.session.ws_connect(f"{site.url}/socket") as socket:
            await socket.close()
        async with site.session.ws_connect(f"{site.url}/socket") as socket:
            await socket.send_bytes(b"\x00\x01")
            await socket.receive(timeout=WAIT_S)
    async with site.visit() as minji:
        await minji.say("안녕하세요")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_frame_too_large_to_read_ends_the_socket_and_the_next_one_works(site: Site) -> None:
    async with site.visit() as minji:
        await minji.socket.send_str("가" * LARGEST_READ)
        closed = await minji.socket.receive(timeout=WAIT_S)
        assert closed.type is WSMsgType.CLOSE
        assert closed.data == 1009
        async with site.visit(token=minji.token) as again:
            assert (await again.act({"type": "say", "text": "안녕하세요"}))["type"] == "ack"
    assert await count(site, Received, SAID) == 1


async def test_a_frame_too_large_to_take_is_refused_in_words(site: Site) -> None:
    async with site.visit() as minji:
        answer = await minji.act({"type": "say", "text": "가" * LARGEST_FRAME}, "too-large")
        assert answer["type"] == "error"
        assert "너무 길어요" in answer["text"]["ko"]
        await minji.say("안녕하세요")


async def test_a_browser_that_takes_nothing_while_it_sends_much_is_sent_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.chat.MOST_WAITING", 20)
    async with site.visit() as flood:
        for _ in range(3000):
            await flood.socket.send_str("{")
        async with asyncio.timeout(WAIT_S):
            while not (await flood.socket.receive()).type.name.startswith("CLOS"):
                pass
        assert flood.socket.close_code == WSCloseCode.TRY_AGAIN_LATER
    async with site.visit() as next_one:
        assert await next_one.say("안녕")


async def test_another_chats_button_does_nothing_of_theirs(site: Site) -> None:
    async with site.visit() as minji, site.visit() as mallory, site.visit(shop="hana-chicken") as shop:
        await order(minji)
        cancel = {"type": "tap", "data": minji.data("주문 취소")}
        assert (await mallory.act(cancel))["type"] == "ack"
        await site.pay(minji.told[-1]["payment"]["url"])
        await shop.sees("새 주문")
        assert (await mallory.act({"type": "tap", "data": shop.data("20분")}))["type"] == "ack"
        async with site.application.database.read() as session:
            assert list(await session.scalars(select(Order.state))) == ["received"]
        for frame in mallory.told:
            assert "후라이드" not in frame["text"]
            assert "하나치킨" not in frame["text"]
    await site.sound()


async def test_the_street_is_told_which_shop_its_consumer_looks_at(street: Site) -> None:
    async with street.visit() as minji, street.visit() as other:
        await minji.say("근처 치킨집")
        await minji.here()
        await minji.tap("메뉴 보기")
        looked = [frame for frame in minji.frames if frame["type"] == "shop"]
        assert len(looked) == 1
        async with street.session.get(f"{street.url}/api/site") as site:
            shops = {shop["slug"]: shop for shop in (await site.json())["shops"]}
        assert shops[looked[0]["slug"]]["trade"] == "chicken"
        await other.say("안녕하세요")
        assert [frame for frame in other.frames if frame["type"] == "shop"] == []


async def test_only_a_demo_street_is_told_where_its_consumer_looks(site: Site) -> None:
    async with site.visit() as minji:
        await minji.say("근처 치킨집")
        await minji.here()
        await minji.tap("메뉴 보기")
        assert [frame for frame in minji.frames if frame["type"] == "shop"] == []


async def test_a_ping_is_answered(site: Site) -> None:
    async with site.visit() as minji:
        await minji.socket.send_json({"type": "ping"})
        assert await minji.next() == {"type": "pong"}


async def test_who_holds_a_key_of_a_shop_that_registered_by_chat_works_there(site: Site) -> None:
    async with site.application.database.transaction() as session:
        await session.execute(update(Conversation).where(Conversation.chat == "shop:hana-chicken").values(chat="gone"))
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        await site.pay((await order(minji))["payment"]["url"])
        await shop.sees("새 주문")


async def test_a_turn_that_fails_is_said_and_can_be_sent_again(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async with site.visit() as minji:
        await minji.socket.send_json({"type": "ping"})
        await minji.until(lambda frame: frame["type"] == "pong")
        await break_writes(site, "ALTER TABLE conversations RENAME TO elsewhere")
        failed = await minji.act({"type": "say", "text": "안녕하세요"}, "message-1")
        assert failed["type"] == "error"
        assert minji.told == []
        await break_writes(site, "ALTER TABLE elsewhere RENAME TO conversations")
        assert (await minji.act({"type": "say", "text": "안녕하세요"}, "message-1"))["type"] == "ack"
        assert len(minji.told) == 1
    assert "a web message failed" in caplog.text


async def break_writes(site: Site, statement: str) -> None:
    async with site.application.database.transaction() as session:
        await session.execute(text(statement))
