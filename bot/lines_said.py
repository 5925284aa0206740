"""The lines of an understood order, as flows and the cart get them."""

from __future__ import annotations

from typing import Any

from nlu.understanding import OrderLine, Understanding


def lines_said(understood: Understanding) -> list[dict[str, Any]]:
    """The lines of an order as JSON values."""
    lines = [line_said(line) for line in understood.lines]
    _note_for_all(understood, lines)
    return lines


def _note_for_all(understood: Understanding, lines: list[dict[str, Any]]) -> None:
    """How an order is to be handed over goes along with its last dish: a cart has no words of its own."""
    if understood.intent != "order_items":
        return
    notes = [part.entities for part in understood.parts[1:] if part.intent == "add_note" and not part.lines]
    words = [str(entity.value) for entities in notes for entity in entities if entity.entity == "note"]
    last = next((line for line in reversed(lines) if line["item"]), None)
    if words and last is not None:
        last["note"] = ", ".join([*([last["note"]] if last["note"] else []), *words])


_THAT = frozenset(
    ["그거", "그걸", "그것", "이거", "이걸", "이것", "저거", "저걸", "저것", "그거로", "이거로", "아까거"]
)
"""Words for what was spoken of, which are no dish that a menu misses."""


def line_said(line: OrderLine) -> dict[str, Any]:
    """One line as JSON values."""
    return {
        "item": line.item,
        "quantity": line.quantity,
        "options": list(line.options),
        "note": line.note,
        "text": "" if line.item is None and line.text in _THAT else line.text,
        "unknown_options": list(line.unknown_options),
    }
