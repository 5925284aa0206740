"""As whom a person with several hats is spoken to."""

from __future__ import annotations

from bot.people import Arrival, Hat
from commerce.shops import ShopView


def worn(who: Arrival, workplaces: list[ShopView]) -> Hat:
    if who.conversation.hat == "operator" and who.operates:
        return "operator"
    return "merchant" if who.conversation.hat == "merchant" and workplaces else "consumer"


def further(who: Arrival, workplaces: list[ShopView], hat: Hat) -> tuple[Hat, ...]:
    """The other hats that the person has."""
    merchant: tuple[Hat, ...] = ("merchant",) if workplaces else ()
    operator: tuple[Hat, ...] = ("operator",) if who.operates else ()
    return tuple(one for one in ("consumer", *merchant, *operator) if one != hat)


def hat_line(who: Arrival, workplaces: list[ShopView], hat: Hat) -> str:
    """Which hat is answered, where one person wears two or works in two shops; the first one is spoken for."""
    if hat == "operator" or not workplaces or (who.conversation.home == hat == "merchant" and len(workplaces) == 1):
        return ""
    korean = who.person.language == "ko"
    if hat == "merchant":
        name = workplaces[0].name.get("ko" if korean else "en", workplaces[0].slug)
        return f"🏪 {name} 사장님께\n" if korean else f"🏪 To {name}\n"
    return "🙋 손님께\n" if korean else "🙋 To you as a customer\n"
