"""The Bot API's limits on texts, keyboards and addresses, with the words it refuses them in."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from tests.peers.telegram.rules import bad

TEXT_UNITS = 4096
CALLBACK_BYTES = 64
KEYBOARD_BUTTONS = 100
ROW_BUTTONS = 8
KEYBOARD_BYTES = 10_000
"""Not in the reference; known from refusals."""

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def checked_text(text: str) -> str:
    """``text`` as Telegram keeps it: without white space around it. Raises Refused."""
    kept = text.strip()
    if all(unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"} for char in kept):
        raise bad("message text is empty")
    if len(kept.encode("utf-16-le")) // 2 > TEXT_UNITS:
        raise bad("message is too long")
    return kept


def check_markup(markup: dict[str, Any], *, invoice: bool = False) -> None:
    """Raises Refused when a keyboard breaks a limit. Only an ``invoice`` has a button that pays."""
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    buttons = [button for row in rows for button in row]
    if not invoice and any("pay" in button for button in buttons):
        raise bad("BUTTON_TYPE_INVALID")
    if any(not row for row in rows) or any(len(row) > ROW_BUTTONS for row in rows):
        raise bad("reply markup has a row that is empty or too long")
    if len(buttons) > KEYBOARD_BUTTONS or sum(len(str(value).encode()) for b in buttons for value in b.values()) > (
        KEYBOARD_BYTES
    ):
        raise bad("reply markup is too long")
    for button in buttons:
        if not button["text"].strip():
            raise bad("can't parse inline keyboard button: Text must be non-empty")
        if "inline_keyboard" in markup:
            _check_inline(button)


def _check_inline(button: dict[str, Any]) -> None:
    actions = [name for name in ("url", "callback_data", "pay") if name in button]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one action is allowed")
    if "url" in button:
        check_link(button["url"])
    elif "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_BYTES:
        raise bad("BUTTON_DATA_INVALID")


def check_link(url: str) -> None:
    """Raises Refused when a button may not open ``url``."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    host = parts.hostname or ""
    if "." not in host or host.endswith((".", ".local", ".localhost")) or _is_private(host):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_webhook(url: str, secret: str | None) -> None:
    """Public https as Telegram asks, or http to this machine as a Bot API server in local mode takes it."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname == "127.0.0.1"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret is not None and len(secret) > 256:
        raise bad("secret token is too long")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad("secret token contains unallowed characters")


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
