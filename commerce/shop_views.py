"""What is said of a shop: as others see it, as it is saved, and who may answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commerce.menu import ItemSpec


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop as others see it. Money in minor units of ``currency``, distances in metres, times in minutes.

    ``delivery_radius_m`` None: pickup only; ``pickup_eta_min`` None: delivery only. ``rating`` is the mean of 1..5
    stars, None before the first. ``paused_until``: no new orders until then, UTC; it may be over.
    """

    id: str
    slug: str
    name: Mapping[str, str]
    trade: str
    lat: float
    lon: float
    address: Mapping[str, str]
    phone: str | None
    timezone: str
    currency: str
    hours: Mapping[str, str]
    delivery_radius_m: int | None
    delivery_min_order: int
    delivery_fee: int
    delivery_eta_min: int | None
    pickup_eta_min: int | None
    rating: float | None
    rating_count: int
    registered: str
    paused_until: datetime | None

    @property
    def takes_orders(self) -> bool:
        """Whether it can be ordered from; the public register's shops are only listed."""
        return self.registered in ("town", "chat")


@dataclass(frozen=True, slots=True)
class StaffView:
    """A person who may answer for a shop; ``role`` is "owner" or "staff"."""

    person: str
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class ShopSpec:
    """A shop to save. Fields as in ``ShopView``; ``stripe_account`` is its own connected account at Stripe, None where
    the town takes its money; ``menu`` is the whole menu, None leaves it as it is."""

    slug: str
    name: Mapping[str, str]
    trade: str
    lat: float
    lon: float
    address: Mapping[str, str]
    phone: str | None
    timezone: str
    currency: str
    hours: Mapping[str, str]
    delivery_radius_m: int | None = None
    delivery_min_order: int = 0
    delivery_fee: int = 0
    delivery_eta_min: int | None = None
    pickup_eta_min: int | None = None
    registered: str = "town"
    stripe_account: str | None = None
    menu: tuple[ItemSpec, ...] | None = None
