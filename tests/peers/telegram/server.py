"""The Bot API over HTTP on 127.0.0.1: stateful, and strict in what it takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.peers.telegram.faults import Fault, Faults
from tests.peers.telegram.limits import ACTIONS, check_markup, check_webhook, checked_text
from tests.peers.telegram.payments import Checkouts, check_invoice
from tests.peers.telegram.person import Person, Shown
from tests.peers.telegram.rules import Refused, arguments, bad
from tests.peers.telegram.updates import Updates

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A call that was made, and how it was answered."""

    method: str
    given: Mapping[str, Any]
    status: int
    description: str | None = None


class TelegramPeer:
    """``async with TelegramPeer() as telegram``: then ``telegram.api`` is where the Bot API is, ``telegram.token`` the
    bot's token, and ``telegram.user(id)`` a person."""

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self.checkouts = Checkouts()
        self.provider_token = "284685063:TEST:peer"
        self.token = "7000001:peer"
        self.bot: Json = {"id": 7000001, "is_bot": True, "first_name": "단골", "username": "dangol_bot"}
        self.api = ""
        self.changed = asyncio.Condition()
        self.updates = Updates(self.changed)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.commands: dict[str, list[Json]] = {}
        self.people: dict[int, Person] = {}
        self._ticks = 0
        self._messages = 100
        self._methods: Mapping[str, Callable[[Json], Awaitable[Any]]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "sendInvoice": self._send_invoice,
            "answerPreCheckoutQuery": self._answer_checkout,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_message,
            "answerCallbackQuery": self._answer,
            "sendChatAction": self._action,
            "setMyCommands": self._set_commands,
        }

    def user(self, number: int, name: str = "민지", language: str | None = "ko") -> Person:
        """The person of that id; a new one the first time."""
        if number not in self.people:
            self.people[number] = Person(self, number, name, language)
        return self.people[number]

    def made(self, method: str, status: int = 200) -> list[Call]:
        """The calls of a method that were answered so."""
        return [call for call in self.calls if call.method == method and call.status == status]

    async def until(self, true: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Wait for a condition on anything here."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(true), timeout_s)

    async def drained(self, timeout_s: float = 30.0) -> None:
        """Wait until the bot has confirmed every update."""
        await self.until(lambda: self.updates.pending == 0, timeout_s)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.api = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._pushing = asyncio.create_task(self.updates.push())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.updates.close()
        await self._runner.cleanup()
        await self._pushing

    # For people

    def now(self) -> int:
        return int(time.time())

    def tick(self) -> int:
        self._ticks += 1
        return self._ticks

    def next_message(self) -> int:
        self._messages += 1
        return self._messages

    def message_json(self, person: Person, shown: Shown) -> Json:
        """A message of the bot's as the Bot API shows it."""
        message: Json = {"message_id": shown.id, "from": self.bot, "chat": person.chat, "date": self.now()}
        message |= {"text": shown.text} if shown.invoice is None else {"invoice": shown.invoice}
        if shown.edits:
            message["edit_date"] = self.now()
        if shown.rows:
            message["reply_markup"] = shown.markup
        return message

    # HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _given(request)
        fault = self.faults.take(method) or Fault(done=True)
        if fault.gate:
            await fault.gate.wait()
        try:
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            checked = arguments(method, given)
            result = await self._methods[method](checked) if fault.done else None
            if fault.refusal:
                raise fault.refusal
            answer, call = {"ok": True, "result": result}, Call(method, given, 200)
        except Refused as refused:
            answer = {"ok": False, "error_code": refused.code, "description": refused.description}
            if refused.parameters:
                answer["parameters"] = refused.parameters
            call = Call(method, given, refused.code, refused.description)
        if fault.then:
            fault.then()
        async with self.changed:
            self.calls.append(call)
            self.changed.notify_all()
        if fault.drop and request.transport:
            request.transport.abort()
        return web.json_response(answer, status=call.status)

    # Methods

    async def _get_me(self, given: Json) -> Json:
        able = {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return {**self.bot, **able}

    async def _set_webhook(self, given: Json) -> bool:
        if not given["url"]:
            return await self._delete_webhook(given)
        check_webhook(given["url"], given.get("secret_token"))
        self.updates.allowed = given.get("allowed_updates", self.updates.allowed)
        drop = given.get("drop_pending_updates", False)
        await self.updates.set_webhook(given["url"], given.get("secret_token"), drop=drop)
        return True

    async def _delete_webhook(self, given: Json) -> bool:
        await self.updates.set_webhook("", None, drop=given.get("drop_pending_updates", False))
        return True

    async def _webhook_info(self, given: Json) -> Json:
        info: Json = {
            "url": self.updates.webhook,
            "has_custom_certificate": False,
            "pending_update_count": self.updates.pending,
        }
        if self.updates.last_error:
            info |= {"last_error_message": self.updates.last_error, "last_error_date": self.now()}
        return info

    async def _get_updates(self, given: Json) -> list[Json]:
        self.updates.allowed = given.get("allowed_updates", self.updates.allowed)
        limit = given.get("limit", 100)
        if not 1 <= limit <= 100:
            raise bad("limit must be between 1 and 100")
        return await self.updates.poll(given.get("offset", 0), limit, given.get("timeout", 0))

    async def _send_message(self, given: Json) -> Json:
        person = self._reach(given)
        text = checked_text(given["text"])
        markup = given.get("reply_markup")
        check_markup(markup or {})
        shown = Shown(self.next_message(), text, mine=False, changed=self.tick(), markup=markup)
        shown.silent = given.get("disable_notification", False)
        person.messages[shown.id] = shown
        if markup and "keyboard" in markup:
            person.keyboard = markup
        elif markup and "remove_keyboard" in markup:
            person.keyboard = None
        return self.message_json(person, shown)

    async def _send_invoice(self, given: Json) -> Json:
        person = self._reach(given)
        invoice = check_invoice(given, self.provider_token)
        markup = given.get("reply_markup")
        check_markup(markup or {}, invoice=True)
        words = f"{invoice['title']}\n{invoice['description']}"
        shown = Shown(self.next_message(), words, mine=False, changed=self.tick(), markup=markup, invoice=invoice)
        shown.payload = given["payload"]
        shown.silent = given.get("disable_notification", False)
        person.messages[shown.id] = shown
        return self.message_json(person, shown)

    async def _answer_checkout(self, given: Json) -> bool:
        self.checkouts.answer(given, self.seconds())
        return True

    async def _edit_text(self, given: Json) -> Json:
        return self._edit(given, checked_text(given.get("text", "")))

    async def _edit_markup(self, given: Json) -> Json:
        return self._edit(given, None)

    def _edit(self, given: Json, text: str | None) -> Json:
        person = self._reach(given)
        shown = self._message(person, given, "message to edit not found")
        markup = given.get("reply_markup")
        check_markup(markup or {})
        if shown.mine or (shown.markup and "inline_keyboard" not in shown.markup):
            raise bad("message can't be edited")
        if shown.invoice is not None and text is not None:
            raise bad("there is no text in the message to edit")
        text = shown.text if text is None else text
        if text == shown.text and (markup or {}).get("inline_keyboard", []) == shown.rows:
            same = "specified new message content and reply markup are exactly the same as a current content"
            raise bad(f"message is not modified: {same} and reply markup of the message")
        shown.text, shown.markup, shown.edits, shown.changed = text, markup, shown.edits + 1, self.tick()
        return self.message_json(person, shown)

    async def _delete_message(self, given: Json) -> bool:
        person = self._reach(given)
        shown = self._message(person, given, "message to delete not found")
        del person.messages[shown.id]
        return True

    async def _answer(self, given: Json) -> bool:
        for person in self.people.values():
            if given["callback_query_id"] in person.taps:
                person.taps[given["callback_query_id"]] = True
                return True
        raise bad("query is too old and response timeout expired or query ID is invalid")

    async def _action(self, given: Json) -> bool:
        self._reach(given)
        if given["action"] not in ACTIONS:
            raise bad("wrong parameter action in request")
        return True

    async def _set_commands(self, given: Json) -> bool:
        for command in given["commands"]:
            if not (1 <= len(command["command"]) <= 32 and 1 <= len(command["description"]) <= 256):
                raise bad("BOT_COMMAND_INVALID")
        self.commands[given.get("language_code", "")] = given["commands"]
        return True

    def _reach(self, given: Json) -> Person:
        if "chat_id" not in given:
            raise bad("chat_id is empty")
        person = self.people.get(int(given["chat_id"]) if str(given["chat_id"]).lstrip("-").isdigit() else 0)
        if person is None:
            raise bad("chat not found")
        if person.deleted:
            raise Refused(403, "Forbidden: user is deactivated")
        if person.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not person.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return person

    def _message(self, person: Person, given: Json, words: str) -> Shown:
        if "message_id" not in given:
            raise bad("message identifier is not specified")
        if given["message_id"] not in person.messages:
            raise bad(words)
        return person.messages[given["message_id"]]


async def _given(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        return {**request.query, **body}
    return {**request.query, **await request.post()}
