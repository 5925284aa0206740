"""The stand-in's tables against the published description of the Bot API, so that its strictness is Telegram's own."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.channels.port import Outgoing
from bot.channels.telegram import TelegramChannel
from bot.messages import Button, PaymentRequest, Reply
from tests.peers.telegram import TelegramPeer
from tests.peers.telegram.rules import METHODS, OBJECTS
from tests.specs import found

SPEC = found("telegram_api.json")
NEEDS_SPEC = pytest.mark.skipif(SPEC is None, reason="needs telegram_api.json in ../shared/specs")

INVOICE: dict[str, Any] = {
    "title": "주문 1234",
    "description": "19,000원을 결제해 주세요.",
    "payload": "pay_1",
    "currency": "KRW",
    "prices": [{"label": "후라이드치킨", "amount": 19_000}],
}


@cache
def spec() -> dict[str, Any]:
    assert SPEC is not None
    found: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    return found


def fields(section: str, name: str) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in spec()[section][name].get("fields", [])}


@NEEDS_SPEC
@pytest.mark.parametrize(
    ("section", "name"), [*(("methods", name) for name in METHODS), *(("types", name) for name in OBJECTS)]
)
def test_the_stand_in_takes_what_the_description_names(section: str, name: str) -> None:
    ours = (METHODS if section == "methods" else OBJECTS)[name]
    published = fields(section, name)
    for field, rule in ours.items():
        assert set(rule.types) <= set(published[field]["types"]), field
        assert rule.required == published[field]["required"], field
    assert {field for field, rule in published.items() if rule["required"]} <= set(ours)


def faults(kinds: list[str], value: Any, where: str) -> list[str]:
    """How ``value`` differs from the description of one of ``kinds``."""
    tried = [_faults(kind, value, where) for kind in kinds]
    return min(tried, key=len)


def _faults(kind: str, value: Any, where: str) -> list[str]:
    plain = {"Integer": int, "String": str, "Boolean": bool, "Float": float}
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return [fault for at, each in enumerate(value) for fault in _faults(inner, each, f"{where}[{at}]")]
    if kind in plain:
        return [] if type(value) in (plain[kind], int if kind == "Float" else plain[kind]) else [f"{where}: {value!r}"]
    described = spec()["types"][kind]
    if "subtypes" in described:
        return faults(described["subtypes"], value, where)
    published = fields("types", kind)
    unknown = [f"{where}.{name} is unknown" for name in value if name not in published]
    missing = [f"{where}.{name} is missing" for name, f in published.items() if f["required"] and name not in value]
    return (
        unknown
        + missing
        + [
            fault
            for name, given in value.items()
            if name in published
            for fault in faults(published[name]["types"], given, f"{where}.{name}")
        ]
    )


@NEEDS_SPEC
async def test_every_update_the_stand_in_sends_is_as_described(peer: TelegramPeer, channel: TelegramChannel) -> None:
    minji = peer.user(1001)
    await minji.start("code")
    await channel.send(Outgoing(1, "1001", Reply("고르세요", (Button("네"),))))
    await minji.tap("네")
    await minji.say("안녕")
    await minji.edit("안녕하세요")
    await minji.share_location(37.5, 126.9)
    await minji.share_contact("821012345678")
    for kind in ("photo", "voice", "video", "sticker", "document"):
        await minji.send(kind)
    await channel.send(Outgoing(2, "1001", Reply("결제", payment=PaymentRequest(19_000, "KRW", "", "pay_1"))))
    await minji.charge(await minji.press_pay(), unasked=True)
    await minji.block()
    await minji.unblock()
    found = [fault for update in peer.updates.history.values() for fault in faults(["Update"], update, "update")]
    assert found == []
    assert len(peer.updates.history) == 15


@NEEDS_SPEC
async def test_every_answer_of_the_stand_in_is_as_described(peer: TelegramPeer, channel: TelegramChannel) -> None:
    minji = peer.user(1001)
    await minji.start()
    calls: list[tuple[str, dict[str, Any]]] = [
        ("getMe", {}),
        ("getUpdates", {"timeout": 0}),
        ("setWebhook", {"url": "http://127.0.0.1:9/hook", "secret_token": "s"}),
        ("getWebhookInfo", {}),
        ("deleteWebhook", {}),
        ("sendMessage", {"chat_id": 1001, "text": "하나"}),
        ("editMessageText", {"chat_id": 1001, "message_id": 102, "text": "둘"}),
        ("sendChatAction", {"chat_id": 1001, "action": "typing"}),
        ("deleteMessage", {"chat_id": 1001, "message_id": 102}),
        ("setMyCommands", {"commands": [{"command": "start", "description": "처음"}]}),
        ("sendInvoice", {**INVOICE, "chat_id": 1001, "provider_token": peer.provider_token}),
    ]
    async with ClientSession() as session:
        for method, given in calls:
            async with session.post(f"{peer.api}/bot{peer.token}/{method}", json=given) as response:
                answer = await response.json()
            assert answer["ok"], (method, answer)
            assert faults(spec()["methods"][method]["returns"], answer["result"], method) == []


@pytest.mark.parametrize(
    ("method", "given", "code", "words"),
    [
        ("sendMessage", {"chat_id": 1001, "text": " \n"}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": 1001, "text": "가" * 4097}, 400, "message is too long"),
        ("sendMessage", {"chat_id": 1001, "text": "🍗" * 2049}, 400, "message is too long"),
        ("sendMessage", {"chat_id": 1001, "text": "a", "silent": True}, 400, "unknown parameter 'silent'"),
        ("sendMessage", {"chat_id": 1001, "text": "a", "disable_notification": "maybe"}, 400, "can't parse"),
        ("sendMessage", {"chat_id": 1001, "text": "a", "reply_markup": {"inline_keyboard": [{}]}}, 400, "can't parse"),
        ("sendMessage", {"text": "a"}, 400, "chat_id is empty"),
        ("sendMessage", {"chat_id": 9, "text": "a"}, 400, "chat not found"),
        ("sendMessage", {"chat_id": 2002, "text": "a"}, 403, "can't initiate conversation"),
        ("editMessageText", {"chat_id": 1001, "message_id": 999, "text": "a"}, 400, "message to edit not found"),
        ("editMessageText", {"chat_id": 1001, "message_id": 101, "text": "a"}, 400, "message can't be edited"),
        ("answerCallbackQuery", {"callback_query_id": "0"}, 400, "query is too old"),
        ("sendChatAction", {"chat_id": 1001, "action": "dance"}, 400, "wrong parameter action"),
        ("setWebhook", {"url": "http://dangol.kr/hook"}, 400, "An HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://dangol.kr/hook", "secret_token": "a b"}, 400, "unallowed characters"),
        ("sendPhoto", {}, 404, "method not found"),
        ("answerPreCheckoutQuery", {"pre_checkout_query_id": "0", "ok": True}, 400, "query is too old"),
        ("sendInvoice", {**INVOICE, "chat_id": 1001, "provider_token": "x"}, 400, "PAYMENT_PROVIDER_INVALID"),
    ],
)
async def test_the_stand_in_refuses_in_telegram_s_words(
    peer: TelegramPeer, method: str, given: dict[str, Any], code: int, words: str
) -> None:
    await peer.user(1001).start()
    peer.user(2002)
    url = f"{peer.api}/bot{peer.token}/{method}"
    async with ClientSession() as session, session.post(url, json=given) as response:
        answer = await response.json()
    assert (response.status, answer["error_code"]) == (code, code)
    assert words in answer["description"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": "가" * 33}, "INVOICE_TITLE_INVALID"),
        ({"title": ""}, "title must be non-empty"),
        ({"description": "가" * 256}, "INVOICE_DESCRIPTION_INVALID"),
        ({"description": ""}, "INVOICE_DESCRIPTION_INVALID"),
        ({"payload": "가" * 43}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": "XXX"}, "CURRENCY_INVALID"),
        ({"prices": []}, "prices must be non-empty"),
        ({"prices": [{"label": "a", "amount": 100}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [{"label": "a", "amount": 100}, {"label": "b", "amount": -100}]}, "total price must be positive"),
        ({"prices": [{"label": "a", "amount": "1"}]}, "can't parse prices"),
        ({"prices": [{"label": "a", "amount": 5000.5}]}, "can't parse prices"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "1"}]]}}, "first button"),
    ],
)
async def test_the_stand_in_refuses_an_invoice_that_telegram_refuses(
    peer: TelegramPeer, change: dict[str, Any], words: str
) -> None:
    await peer.user(1001).start()
    given = {**INVOICE, "chat_id": 1001, "provider_token": peer.provider_token, **change}
    url = f"{peer.api}/bot{peer.token}/sendInvoice"
    async with ClientSession() as session, session.post(url, json=given) as response:
        assert response.status == 400
        assert words in (await response.json())["description"]


async def test_the_stand_in_hears_one_answer_on_a_checkout_and_only_for_ten_seconds(peer: TelegramPeer) -> None:
    now = 0.0
    peer.seconds = lambda: now
    minji = peer.user(1001)
    await minji.start()
    url = f"{peer.api}/bot{peer.token}/"
    invoice = {**INVOICE, "chat_id": 1001, "provider_token": peer.provider_token}
    async with ClientSession() as session:
        await session.post(url + "sendInvoice", json=invoice)
        for wait, times in ((10.0, 2), (10.1, 1)):
            checkout = await minji.press_pay()
            now += wait
            answer = {"pre_checkout_query_id": checkout.id, "ok": True}
            codes = [(await session.post(url + "answerPreCheckoutQuery", json=answer)).status for _ in range(times)]
            assert codes == ([200, 400] if wait == 10.0 else [400])
            assert (checkout.ok, checkout.late) == ((True, False) if wait == 10.0 else (None, True))


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "a", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "가" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "a"}, "Text buttons are unallowed"),
        ({"text": "a", "url": "http://127.0.0.1:8080/till/1"}, "Wrong HTTP URL"),
        ({"text": "a", "url": "http://localhost/"}, "Wrong HTTP URL"),
        ({"text": "a", "url": "tel:02"}, "Unsupported URL protocol"),
        ({"text": "a", "pay": True}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_the_stand_in_refuses_a_button_that_telegram_refuses(
    peer: TelegramPeer, button: dict[str, Any], words: str
) -> None:
    await peer.user(1001).start()
    given = {"chat_id": 1001, "text": "a", "reply_markup": {"inline_keyboard": [[button]]}}
    url = f"{peer.api}/bot{peer.token}/sendMessage"
    async with ClientSession() as session, session.post(url, json=given) as response:
        assert response.status == 400
        assert words in (await response.json())["description"]


async def test_the_stand_in_knows_its_token(peer: TelegramPeer) -> None:
    async with ClientSession() as session, session.post(f"{peer.api}/bot1:other/getMe") as response:
        assert response.status == 401
