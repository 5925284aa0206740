"""What opens an account at Stripe; apart from the till, so that reading settings does not import the SDK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

API: Final = "https://api.stripe.com"


@dataclass(frozen=True, slots=True)
class StripeKeys:
    """An account at Stripe. ``webhook`` are its endpoint's secrets, two while they are changed; with ``publishable``
    people pay on a page of ours, else on Stripe's. ``api`` is where Stripe is."""

    secret: str
    webhook: tuple[str, ...]
    publishable: str | None = None
    api: str = API
