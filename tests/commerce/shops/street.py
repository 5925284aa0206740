"""Shops for tests, made with as few words as the test needs."""

from __future__ import annotations

from typing import Any

from commerce.menu import ChoiceSpec, ItemSpec, OptionSpec
from commerce.shops import ShopSpec

MANGWON = (37.5560, 126.9100)

FRIED = ItemSpec(
    {"ko": "후라이드치킨", "en": "Fried chicken"},
    18000,
    stock=5,
    aliases={"ko": ["후라이드"], "en": ["fried"]},
    options=(
        OptionSpec(
            {"ko": "맵기", "en": "Heat"},
            (ChoiceSpec({"ko": "순한맛", "en": "mild"}), ChoiceSpec({"ko": "매운맛", "en": "hot"}, 500)),
        ),
    ),
)
COLA = ItemSpec({"ko": "콜라", "en": "Cola"}, 2000)


def shop(slug: str = "hana-chicken", **other: Any) -> ShopSpec:
    """A chicken place at Mangwon that delivers within 2 km and is open from 11:00 to 01:00."""
    usual: dict[str, Any] = {
        "name": {"ko": "하나치킨", "en": "Hana Chicken"},
        "trade": "chicken",
        "lat": MANGWON[0],
        "lon": MANGWON[1],
        "address": {"ko": "시험로 12", "en": "12 Siheom-ro"},
        "phone": "02-000-0000",
        "timezone": "Asia/Seoul",
        "currency": "KRW",
        "hours": {"daily": "11:00-01:00"},
        "delivery_radius_m": 2000,
        "delivery_min_order": 15000,
        "delivery_fee": 3000,
        "delivery_eta_min": 40,
        "pickup_eta_min": 20,
    }
    return ShopSpec(slug=slug, **(usual | other))
