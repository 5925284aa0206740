"""A change of a placed order as responses read it, to the consumer and to the shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import views
from bot.views import Json, Texts
from commerce.alterations import AlterationView

_HOW: Mapping[str, Texts] = {
    "delivery": views.both("🛵 배달로 받기", "🛵 To be delivered"),
    "pickup": views.both("🛍 포장으로 받기", "🛍 To be picked up"),
}


def alteration_json(alteration: AlterationView) -> Json:
    """``more`` and ``back`` are amounts above 0 or None; ``even`` says that there is neither."""
    more = alteration.more
    return {
        "id": alteration.id,
        "order": alteration.order,
        "lines": lines_of(alteration.said),
        "more": more if more > 0 else None,
        "back": -more if more < 0 else None,
        "even": None if more else views.both("금액은 그대로예요.", "The price stays the same."),
        "total": alteration.total,
        "currency": alteration.currency,
        "granted": alteration.granted,
        "paid": alteration.paid,
        "until": views.iso(alteration.due_at),
    }


def lines_of(said: Mapping[str, Any]) -> list[Json]:
    """What changes, a line each: what goes, what comes, how and where."""
    lines = [_line("➖", one) for one in said["out"]] + [_line("➕", one) for one in said["in"]]
    if said["how"]:
        lines.append(_HOW[said["how"]])
    if said["address"]:
        lines.append(views.both(f"📍 {said['address']}", f"📍 {said['address']}"))
    return [{"label": line} for line in lines]


def _line(sign: str, told: Mapping[str, Any]) -> Texts:
    def in_language(language: str) -> str:
        extra = [views.each_language(name, language) for name in told["choices"]]
        extra += [f"“{told['note']}”"] if told["note"] else []
        name = views.each_language(told["name"], language)
        return f"{sign} {name} × {told['quantity']}" + (f" ({', '.join(extra)})" if extra else "")

    return views.both(in_language("ko"), in_language("en"))
