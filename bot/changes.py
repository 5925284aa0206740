"""What one message changed in a cart that somebody had been shown: the old and the new, and what it comes to now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import views
from commerce.cart_views import CartView, LineView


class Changes:
    """Of one turn. ``agreed``: the price of the summary that was on the screen when the message came. Not ``shown``:
    the message was sent before what it changes could be read, and the old price has not been told."""

    def __init__(self, agreed: int | None = None, *, shown: bool = True) -> None:
        self.agreed = agreed if shown else None
        self.shown = shown
        self._before: CartView | None = None

    def from_now(self, cart: CartView | None) -> None:
        """Something said earlier is about to be changed. The first call of a turn counts."""
        if self._before is None:
            self._before = cart

    def told(self, now: CartView | None, total: int | None) -> dict[str, Any] | None:
        """For a response; None when nothing changed. ``total`` is the price to pay now, None while it is not known:
        then the cart's own sum is told. ``same``: only the price is another."""
        before = self._before
        if before is None or now is None or before.id != now.id:
            return None
        lines = [*_lines(before, now), *_how(before, now)]
        times = _times(before, now, shown=self.agreed is not None)
        held = before.subtotal if self.shown else None
        was, is_now = (held, now.subtotal) if total is None else (self.agreed, total)
        same = not lines and not times
        if same and (was is None or was == is_now or total is None):
            return None
        told: dict[str, Any] = {"lines": [{"what": line} for line in lines], "currency": now.currency, **times}
        told["same"] = same
        if was is not None and was != is_now:
            told |= {"was": was, "now": is_now}
        return told


def agreed_price(slot: str | None, slots: Mapping[str, Any]) -> int | None:
    """What the summary that is on the screen says is to be paid; None when none is."""
    quote = slots.get("quote")
    total = quote.get("total") if slot == "confirmed" and isinstance(quote, Mapping) else None
    return total if isinstance(total, int) else None


def _lines(before: CartView, now: CartView) -> list[views.Texts]:
    left = {line.id: line for line in now.lines}
    had = {line.id for line in before.lines}
    texts = [_line(line, left.get(line.id)) for line in before.lines]
    texts += [{tongue: f"+ {label}" for tongue, label in views.line_label(new).items()} for new in _new(now, had)]
    return [text for text in texts if text is not None]


def _new(now: CartView, had: set[str]) -> list[LineView]:
    return [line for line in now.lines if line.id not in had]


def _line(old: LineView, new: LineView | None) -> views.Texts | None:
    was = views.line_label(old)
    if new is None:
        return views.both(f"{was['ko']} → 뺐어요", f"{was['en']} → taken out")
    if new.fingerprint != old.fingerprint:
        return _arrow(was, views.line_label(new))
    return None if new.quantity == old.quantity else _arrow(was, views.both(*(f"× {new.quantity}",) * 2))


def _how(before: CartView, now: CartView) -> list[views.Texts]:
    """How and where to, as far as it had been said before."""
    texts = []
    if before.fulfilment is not None and now.fulfilment not in (None, before.fulfilment):
        texts.append(_arrow(views.HOW[before.fulfilment], views.HOW[str(now.fulfilment)]))
    was, to = _address(before), _address(now)
    if was and to and was != to and now.fulfilment == "delivery":
        texts.append(views.both(*(f"📍 {was} → {to}",) * 2))
    return texts


def _address(cart: CartView) -> str:
    return " ".join(part for part in (cart.address, cart.address_detail) if part)


def _times(before: CartView, now: CartView, *, shown: bool) -> dict[str, Any]:
    """A time that takes another's place; and, where a summary had told that there was none, a first one."""
    if before.wanted_at == now.wanted_at:
        return {}
    if now.wanted_at is None:
        return {"asap": views.both("되도록 빨리", "As soon as possible")}
    if before.wanted_at is not None:
        return {"from_at": views.iso(before.wanted_at), "to_at": views.iso(now.wanted_at)}
    return {"set_at": views.iso(now.wanted_at)} if shown else {}


def _arrow(was: Mapping[str, str], to: Mapping[str, str]) -> views.Texts:
    return {language: f"{was[language]} → {to[language]}" for language in ("ko", "en")}
