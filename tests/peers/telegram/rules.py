"""What the Bot API takes: each method's parameters and the objects in them, with types as its reference names them.

Only what this stand-in acts on is here. Telegram itself ignores a parameter it does not know; here that is refused,
because a misspelt parameter is our mistake. tests/channels/test_telegram_spec.py holds these tables against the
published description of the Bot API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

Types = tuple[str, ...]


class Refused(Exception):
    """The Bot API's answer to a call it does not carry out."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Field:
    types: Types
    required: bool = False


def _needs(*types: str) -> Field:
    return Field(types, required=True)


def _may(*types: str) -> Field:
    return Field(types)


_MARKUPS = ("InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ReplyKeyboardRemove")

METHODS: Mapping[str, Mapping[str, Field]] = {
    "getMe": {},
    "setWebhook": {
        "url": _needs("String"),
        "max_connections": _may("Integer"),
        "allowed_updates": _may("Array of String"),
        "drop_pending_updates": _may("Boolean"),
        "secret_token": _may("String"),
    },
    "deleteWebhook": {"drop_pending_updates": _may("Boolean")},
    "getWebhookInfo": {},
    "getUpdates": {
        "offset": _may("Integer"),
        "limit": _may("Integer"),
        "timeout": _may("Integer"),
        "allowed_updates": _may("Array of String"),
    },
    "sendMessage": {
        "chat_id": _needs("Integer", "String"),
        "text": _needs("String"),
        "link_preview_options": _may("LinkPreviewOptions"),
        "disable_notification": _may("Boolean"),
        "protect_content": _may("Boolean"),
        "reply_markup": _may(*_MARKUPS),
    },
    "sendInvoice": {
        "chat_id": _needs("Integer", "String"),
        "title": _needs("String"),
        "description": _needs("String"),
        "payload": _needs("String"),
        "provider_token": _may("String"),
        "currency": _needs("String"),
        "prices": _needs("Array of LabeledPrice"),
        "start_parameter": _may("String"),
        "disable_notification": _may("Boolean"),
        "protect_content": _may("Boolean"),
        "reply_markup": _may("InlineKeyboardMarkup"),
    },
    "answerPreCheckoutQuery": {
        "pre_checkout_query_id": _needs("String"),
        "ok": _needs("Boolean"),
        "error_message": _may("String"),
    },
    "editMessageText": {
        "chat_id": _may("Integer", "String"),
        "message_id": _may("Integer"),
        "text": _may("String"),
        "link_preview_options": _may("LinkPreviewOptions"),
        "reply_markup": _may("InlineKeyboardMarkup"),
    },
    "editMessageReplyMarkup": {
        "chat_id": _may("Integer", "String"),
        "message_id": _may("Integer"),
        "reply_markup": _may("InlineKeyboardMarkup"),
    },
    "deleteMessage": {"chat_id": _needs("Integer", "String"), "message_id": _needs("Integer")},
    "answerCallbackQuery": {
        "callback_query_id": _needs("String"),
        "text": _may("String"),
        "show_alert": _may("Boolean"),
    },
    "sendChatAction": {"chat_id": _needs("Integer", "String"), "action": _needs("String")},
    "setMyCommands": {
        "commands": _needs("Array of BotCommand"),
        "language_code": _may("String"),
    },
}

OBJECTS: Mapping[str, Mapping[str, Field]] = {
    "InlineKeyboardMarkup": {"inline_keyboard": _needs("Array of Array of InlineKeyboardButton")},
    "InlineKeyboardButton": {
        "text": _needs("String"),
        "url": _may("String"),
        "callback_data": _may("String"),
        "pay": _may("Boolean"),
    },
    "LabeledPrice": {"label": _needs("String"), "amount": _needs("Integer")},
    "ReplyKeyboardMarkup": {
        "keyboard": _needs("Array of Array of KeyboardButton"),
        "is_persistent": _may("Boolean"),
        "resize_keyboard": _may("Boolean"),
        "one_time_keyboard": _may("Boolean"),
    },
    "KeyboardButton": {
        "text": _needs("String"),
        "request_contact": _may("Boolean"),
        "request_location": _may("Boolean"),
    },
    "ReplyKeyboardRemove": {"remove_keyboard": _needs("Boolean")},
    "LinkPreviewOptions": {"is_disabled": _may("Boolean")},
    "BotCommand": {"command": _needs("String"), "description": _needs("String")},
}

_PLAIN: Mapping[str, type] = {"Integer": int, "String": str, "Boolean": bool}


def arguments(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` as the method's typed arguments; form fields arrive as text. Raises Refused."""
    if method not in METHODS:
        raise Refused(404, "Not Found: method not found")
    fields = METHODS[method]
    for name in given:
        if name not in fields:
            raise bad(f"unknown parameter {name!r} of {method}")
    for name, field in fields.items():
        if field.required and name not in given:
            raise bad(f"{name} is empty")
    return {name: _argument(name, fields[name].types, value) for name, value in given.items()}


def _argument(name: str, types: Types, value: Any) -> Any:
    candidates = [value]
    if isinstance(value, str) and types != ("String",):
        with suppress(ValueError):
            candidates.insert(0, json.loads(value))
    faults = []
    for candidate in candidates:
        for each in types:
            fault = _fault(each, candidate, name)
            if fault is None:
                return candidate
            faults.append(fault)
    raise bad(f"can't parse {name}: {faults[0]}")


def _fault(kind: str, value: Any, where: str) -> str | None:
    """Why ``value`` is not of the type ``kind``; None when it is."""
    if kind in _PLAIN:
        return None if type(value) is _PLAIN[kind] else f"{where} is not of type {kind}"
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return f"{where} is not an array"
        faults = (_fault(kind.removeprefix("Array of "), each, f"{where}[{at}]") for at, each in enumerate(value))
        return next((fault for fault in faults if fault), None)
    if not isinstance(value, dict):
        return f"{where} is not an object"
    return _object_fault(kind, value, where)


def _object_fault(kind: str, value: dict[str, Any], where: str) -> str | None:
    fields = OBJECTS[kind]
    for name, given in value.items():
        if name not in fields:
            return f"{where} has an unknown field {name!r} for {kind}"
        fault = _fault(fields[name].types[0], given, f"{where}.{name}")
        if fault:
            return fault
    missing = [name for name, field in fields.items() if field.required and name not in value]
    return f"{where} lacks {missing[0]!r} of {kind}" if missing else None
