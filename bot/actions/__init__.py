"""What a flow step may do: a thin bind from a step to a commerce service."""

from bot.actions import (
    altering,
    asking,
    cart,
    checkout,
    choosing,
    conversing,
    coupons,
    finding,
    following,
    joining,
    ordering,
    shop_altering,
    shop_day,
    shop_orders,
    shop_pausing,
    shop_prices,
    shop_words,
)
from bot.actions.doing import ACTIONS

__all__ = [
    "ACTIONS",
    "altering",
    "asking",
    "cart",
    "checkout",
    "choosing",
    "conversing",
    "coupons",
    "finding",
    "following",
    "joining",
    "ordering",
    "shop_altering",
    "shop_day",
    "shop_orders",
    "shop_pausing",
    "shop_prices",
    "shop_words",
]
