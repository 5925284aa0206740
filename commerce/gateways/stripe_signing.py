"""How Stripe signs what it sends: HMAC-SHA256 over time and body, under the secret of the webhook endpoint.

Checked against the injected clock, over the raw bytes, in constant time. The header is ``t=<unix seconds>`` and any
number of ``v1=<hex>``: while a secret is changed at Stripe, each event is signed with the old one and the new one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from commerce.gateways.port import Forged

HEADER: Final = "Stripe-Signature"
TOLERANCE: Final = timedelta(seconds=300)
LARGEST_EVENT: Final = 256 * 1024
"""Bytes."""
_LONGEST_HEADER: Final = 4096
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The header's value for one secret."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def check(secrets: Sequence[str], body: bytes, header: str, now: datetime) -> None:
    """Raises Forged unless ``header`` signs exactly ``body`` with one of ``secrets``, at most 300 s from ``now``."""
    if len(body) > LARGEST_EVENT or len(header) > _LONGEST_HEADER:
        raise Forged("the body or its signature is too long")
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t" and _SECONDS.fullmatch(value)]
    given = [value for name, _, value in parts if name == "v1" and _DIGEST.fullmatch(value)]
    if len(times) != 1 or not given:
        raise Forged("the signature has another form")
    expected = [_digest(secret, times[0], body) for secret in secrets]
    # Every pair is compared, so that the time it takes says nothing.
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in given]
    if not any(matches):
        raise Forged("the signature is not Stripe's")
    if abs(now - datetime.fromtimestamp(int(times[0]), UTC)) > TOLERANCE:
        raise Forged("the signature is too old, or from the future")


def _digest(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
