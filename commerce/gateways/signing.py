"""Signed events: HMAC-SHA256 over time and body, so that neither can be changed nor an old one sent again."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from commerce.gateways.port import Forged

HEADER: Final = "Dangol-Signature"
TOLERANCE: Final = timedelta(seconds=300)
_SHAPE: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def sign(secret: bytes, body: bytes, at: datetime) -> str:
    """The header's value: ``t=<unix seconds>,v1=<hex>``."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def check(secret: bytes, body: bytes, header: str, now: datetime) -> None:
    """Raises Forged unless ``header`` signs exactly ``body``, at most five minutes from ``now``."""
    shape = _SHAPE.fullmatch(header)
    if shape is None:
        raise Forged("the signature has another form")
    seconds, digest = shape.groups()
    if not hmac.compare_digest(_digest(secret, seconds, body), digest):
        raise Forged("the signature is not ours")
    if abs(now - datetime.fromtimestamp(int(seconds), UTC)) > TOLERANCE:
        raise Forged("the signature is too old, or from the future")


def _digest(secret: bytes, seconds: str, body: bytes) -> str:
    return hmac.new(secret, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
