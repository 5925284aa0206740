"""What people do on Telegram, as the bot reads it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.port import Outgoing
from bot.channels.telegram import Malformed, TelegramChannel, parse
from bot.channels.telegram.reading import read
from bot.messages import Button, Event, Incoming, Point, Reply, Tap
from commerce.gateways.telegram_updates import Checkout, Receipt
from tests.peers.telegram import Person, TelegramPeer

Does = Callable[[Person], Awaitable[int]]


@pytest.fixture
def minji(peer: TelegramPeer) -> Person:
    return peer.user(1001)


async def came(peer: TelegramPeer, update_id: int) -> Incoming | None:
    return parse(Update.de_json(peer.updates.history[update_id]))


def said(update_id: int, **what: Any) -> Incoming:
    return Incoming("telegram", str(update_id), "1001", "1001", sender_name="민지", language="ko", **what)


@pytest.mark.parametrize(
    ("does", "what"),
    [
        (lambda p: p.say("근처 치킨집"), {"text": "근처 치킨집"}),
        (lambda p: p.say(unicodedata.normalize("NFD", "치킨")), {"text": "치킨"}),
        (lambda p: p.start(), {"text": "/start"}),
        (lambda p: p.start("k7hq2mzp"), {"text": "k7hq2mzp"}),
        (lambda p: p.say("/start@dangol_bot k7hq2mzp"), {"text": "k7hq2mzp"}),
        (lambda p: p.say("/help"), {"text": "도움말"}),
        (lambda p: p.say("/cancel"), {"text": "취소"}),
        (lambda p: p.say("/unknown thing"), {"text": "/unknown thing"}),
        (lambda p: p.share_location(37.556, 126.91), {"location": Point(37.556, 126.91)}),
        (lambda p: p.share_contact("821012345678"), {"contact": "+821012345678"}),
        (lambda p: p.share_contact("+821012345678"), {"contact": "+821012345678"}),
        (lambda p: p.share_contact("821012345678", of=2002), {"media": "file"}),
        (lambda p: p.send("photo"), {"media": "photo"}),
        (lambda p: p.send("voice"), {"media": "voice"}),
        (lambda p: p.send("video"), {"media": "video"}),
        (lambda p: p.send("sticker"), {"media": "sticker"}),
        (lambda p: p.send("document"), {"media": "file"}),
        (lambda p: p.block(), {"event": Event("member.blocked")}),
        (lambda p: p.unblock(), {"event": Event("member.unblocked")}),
    ],
)
async def test_what_people_do_is_read(peer: TelegramPeer, minji: Person, does: Does, what: dict[str, Any]) -> None:
    update_id = await does(minji)
    assert await came(peer, update_id) == said(update_id, **what)


async def test_commands_are_said_in_the_person_s_language(peer: TelegramPeer) -> None:
    sam = peer.user(2002, "Sam", "en-GB")
    incoming = await came(peer, await sam.say("/help"))
    assert incoming is not None
    assert (incoming.text, incoming.language) == ("help", "en-GB")


async def test_a_tap_names_the_message_and_the_button(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    await minji.start()
    await channel.send(Outgoing(31, "1001", Reply("고르세요", (Button("네"), Button("아니요")))))
    update_id = await minji.tap("아니요")
    assert await came(peer, update_id) == said(update_id, tap=Tap(31, 1))


async def test_an_edited_text_is_a_message_of_its_own(peer: TelegramPeer, minji: Person) -> None:
    first = await minji.say("후라이드 한마리")
    second = await minji.edit("후라이드 두 마리")
    assert first != second
    assert await came(peer, second) == said(second, text="후라이드 두 마리")


def message(**changes: Any) -> dict[str, Any]:
    person = {"id": 1001, "is_bot": False, "first_name": "민지"}
    chat = {"id": 1001, "type": "private"}
    return {"message_id": 5, "date": 1_700_000_000, "from": person, "chat": chat, "text": "안녕", **changes}


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(chat={"id": -5, "type": "group", "title": "동네"})},
        {"message": message(chat={"id": -5, "type": "supergroup", "title": "동네"})},
        {"channel_post": message(chat={"id": -5, "type": "channel", "title": "동네"})},
        {"message": message(**{"from": {"id": 9, "is_bot": True, "first_name": "로봇"}})},
        {"message": {key: value for key, value in message(group_chat_created=True).items() if key != "text"}},
        {"edited_message": message(text=None, edit_date=1, location={"latitude": 1, "longitude": 2})},
        {
            "callback_query": {
                "id": "1",
                "from": message()["from"],
                "message": message(),
                "chat_instance": "1",
                "data": "not ours",
            }
        },
        {"a_kind_of_the_future": {"id": "1"}},
        {},
    ],
)
async def test_what_is_not_for_the_bot_is_left_alone(channel: TelegramChannel, update: dict[str, Any]) -> None:
    async def refuse(incoming: Incoming) -> None:
        raise AssertionError(incoming)

    await channel.take_json(json.dumps({"update_id": 1, **update}).encode(), refuse)


async def test_a_tap_on_an_old_inaccessible_message_is_read(channel: TelegramChannel) -> None:
    gone = {"message_id": 5, "date": 0, "chat": {"id": 1001, "type": "private"}}
    query = {"id": "1", "from": message()["from"], "message": gone, "chat_instance": "1", "data": "4.2"}
    incoming = parse(Update.de_json({"update_id": 1, "callback_query": query}))
    assert incoming is not None
    assert incoming.tap == Tap(4, 2)


async def test_a_tap_is_answered_only_after_it_is_handled(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    await minji.start()
    await channel.send(Outgoing(31, "1001", Reply("고르세요", (Button("네"),))))
    update = peer.updates.history[await minji.tap("네")]
    answered_meanwhile: list[bool] = []

    async def handle(incoming: Incoming) -> None:
        answered_meanwhile.extend(minji.taps.values())

    await channel.take(update, handle)
    await peer.until(lambda: all(minji.taps.values()))
    assert answered_meanwhile == [False]


async def test_a_tap_that_cannot_be_answered_is_still_handled(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    peer.faults.refuse("answerCallbackQuery", 400, "Bad Request: query is too old")
    await minji.start()
    await channel.send(Outgoing(31, "1001", Reply("고르세요", (Button("네"),))))
    handled: list[Incoming] = []

    async def handle(incoming: Incoming) -> None:
        handled.append(incoming)

    await channel.take(peer.updates.history[await minji.tap("네")], handle)
    await peer.until(lambda: bool(peer.made("answerCallbackQuery", 400)))
    assert [incoming.tap for incoming in handled] == [Tap(31, 0)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"update_id": "1"}',
        b'{"update_id": true}',
        b'{"message": {}}',
        b'{"update_id": 1, "message": 3}',
        b'{"update_id": 1, "message": {"message_id": 1}}',
        b'{"update_id": 1, "message": {"message_id": 1, "date": "x", "chat": {"id": 1, "type": "private"}}}',
        b'{"update_id": 1, "callback_query": {"id": "1"}}',
        b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused(channel: TelegramChannel, body: bytes) -> None:
    async def handle(incoming: Incoming) -> None:
        raise AssertionError(incoming)

    with pytest.raises(Malformed):
        await channel.take_json(body, handle)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
changes = st.dictionaries(
    st.sampled_from([*message(), "location", "contact", "photo", "entities", "reply_markup", "edit_date"]), json_values
)


@given(
    st.sampled_from(["pre_checkout_query", "successful_payment"]),
    st.dictionaries(
        st.sampled_from(["id", "from", "invoice_payload", "total_amount", "currency", "telegram_payment_charge_id"]),
        json_values,
    ),
)
def test_money_with_anything_in_it_is_read_or_refused(kind: str, change: dict[str, Any]) -> None:
    whole: dict[str, Any] = {
        "id": "9",
        "from": message()["from"],
        "invoice_payload": "pay_1",
        "total_amount": 19_000,
        "currency": "KRW",
        "telegram_payment_charge_id": "7_1",
        "provider_payment_charge_id": "ch_1",
        **change,
    }
    update = {"pre_checkout_query": whole} if kind == "pre_checkout_query" else {"message": {kind: whole}}
    try:
        _, found = read({"update_id": 1, **update})
    except Malformed:
        return
    assert isinstance(found, Checkout | Receipt)
    assert (type(found.amount), type(found.payload), type(found.currency)) == (int, str, str)


@given(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]), changes)
def test_an_update_with_anything_in_it_is_read_or_refused(kind: str, change: dict[str, Any]) -> None:
    try:
        _, incoming = read({"update_id": 1, kind: message(**change)})
    except Malformed:
        return
    if isinstance(incoming, Incoming):
        texts = (incoming.text, incoming.contact, incoming.sender_name, incoming.language)
        assert all(text is None or isinstance(text, str) for text in texts)
        assert incoming.chat.lstrip("-").isdigit()
        assert incoming.sender.lstrip("-").isdigit()
