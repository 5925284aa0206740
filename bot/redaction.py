"""The second line of defence of the logs: what looks like a secret or like somebody's data is taken out of them.

The first one is not to log it. Nothing here knows a name or what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"

PRIVATE = frozenset(
    [
        "address",
        "api_key",
        "authorization",
        "body",
        "chat",
        "contact",
        "cookie",
        "email",
        "headers",
        "key",
        "name",
        "note",
        "password",
        "payload",
        "phone",
        "secret",
        "sender",
        "sender_name",
        "text",
        "token",
    ]
)
"""Fields that are hidden whatever they hold."""

_PATTERNS = re.compile(
    "|".join(
        (
            # A Telegram bot's token, alone or in an address.
            r"(?<!\d)\d{6,12}:[\w-]{30,64}",
            # Stripe's keys, and the secrets that webhooks and browsers are given.
            r"\b(?:sk|rk|pk)_(?:live|test)_\w+|\bwhsec_\w+|\b\w+_secret_\w+",
            r"(?i:\b(?:authorization|cookie|stripe-signature|x-telegram-bot-api-secret-token)\b[\"']?\s*[:=]\s*[^\r\n,}]+)",
            r"(?i:\b(?:bearer|basic)\s+[\w+/.~=-]{8,})",
            # The user and password in a database's address.
            r"(?<=://)[^\s/@]+@",
            # A key in a link.
            r"(?i:(?<=[?&])(?:key|token|secret|start|join|code|signature|password)=[^\s&\"'#]+)",
            r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
            # Where somebody calls from; not where our own servers are.
            r"(?<![\w.])(?!127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])",
            # Telephone numbers as they are written here and abroad; then whatever is as long as a card's number.
            r"(?<![\w:.-])(?:\+|00)\d{1,3}[ .()-]{0,2}\d(?:[ .()-]{0,2}\d){5,12}(?![\w-])",
            r"(?<![\w:.-])\(?0\d{1,3}\)?[ .-]?\d{3,4}[ .-]?\d{4}(?!\w)",
            r"(?<![\w:.-])1[5-9]\d{2}[ .-]\d{4}(?!\w)",
            r"(?<![\w:.-])\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)",
            r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?!\w)",
        )
    )
)
_WORD = 24
"""No secret is as short as this and without a digit."""


def redact(text: str) -> str:
    """``text`` without what looks like a secret, a telephone number, a card's number or an e-mail address."""
    if len(text) <= _WORD and text.replace("_", "").isalpha():
        return text  # "find_shop", as most fields are
    return _PATTERNS.sub(HIDDEN, text)


def secrets_in(text: str) -> list[tuple[int, int]]:
    """The half-open spans that ``redact`` would hide."""
    return [match.span() for match in _PATTERNS.finditer(text)]


def redact_value(value: Any) -> Any:
    """``value`` with every text in it redacted, at any depth."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {str(name): HIDDEN if name in PRIVATE else redact_value(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))
