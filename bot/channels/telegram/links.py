"""Which addresses Telegram takes on a button."""

from __future__ import annotations

import ipaddress
from urllib.parse import urljoin, urlsplit

_PRIVATE_ENDINGS = ("localhost", "local", "internal", "lan", "home", "test", "invalid")
_LONGEST = 2048


def resolve(site: str, url: str) -> str:
    """``url`` as an absolute address; one without a host is under ``site``."""
    try:
        return urljoin(site, url)
    except ValueError:
        return url


def is_public(url: str) -> bool:
    """Whether ``url`` is an http(s) address on a host that Telegram's servers could know."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or len(url) > _LONGEST or any(char.isspace() for char in url):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return _is_public_name(host)


def _is_public_name(host: str) -> bool:
    labels = host.rstrip(".").split(".")
    return len(labels) > 1 and all(labels) and labels[-1] not in _PRIVATE_ENDINGS and not labels[-1].isdigit()
