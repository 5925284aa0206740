"""The cart: options, changes, notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.exchange import exchanged, put_in
from bot.actions.finding import cart_slots
from bot.actions.options import no_such_option, own_choice, swapped
from bot.actions.ordering import Wanted, how_and_when, joined, refused_text
from bot.actions.placed_orders import changeable, in_placed, is_of_handing_over
from bot.cart_words import as_choices, line_left_out, line_meant
from bot.left_out import clears_notes, taken_back
from commerce import carts
from commerce.cart_views import CartView, LineView
from commerce.refusals import Refusal

Line = Mapping[str, Any]
MOST_EXTRAS = 4
"""Optional choices offered as buttons beside the cart."""


# -- options


@action
async def next_option(doing: Doing) -> Slots:
    """The next thing that must be chosen; None when nothing must."""
    cart = await carts.view(doing.work, doing.person)
    for line in cart.lines if cart else ():
        for option in line.missing:
            choices = [
                {
                    "id": choice.id,
                    "label": _priced(choice.name, choice.price, cart.currency if cart else "KRW"),
                    "name": dict(choice.name),
                }
                for choice in option.choices
            ]
            return {
                "option": {
                    "line": line.id,
                    "dish": line.item,
                    "quantity": line.quantity,
                    "item": _told_apart(cart, line) if cart else dict(line.name),
                    "name": dict(option.name),
                    "choices": choices,
                }
            }
    return {"option": None}


def _told_apart(cart: CartView, line: LineView) -> dict[str, str]:
    """The dish, with what was chosen for this one where the cart has it twice."""
    if sum(other.item == line.item for other in cart.lines) == 1:
        return dict(line.name)
    return views.line_label(line)


def _priced(name: Mapping[str, str], price: int, currency: str) -> dict[str, str]:
    extra = views.won(price, currency) if price else None
    return {
        language: views.each_language(name, language) + (f" +{extra[language]}" if extra else "")
        for language in ("ko", "en")
    }


@action
async def choose(doing: Doing) -> Slots:
    """Take the choice that was tapped or said; what fits none is asked again."""
    option, wanted = doing.slot("option"), doing.slot("choice")
    cart = await carts.view(doing.work, doing.person)
    if cart is None or not isinstance(option, Mapping):
        return {}
    line = next((one for one in cart.lines if one.id == option["line"]), None)
    allowed = {choice["id"] for choice in option["choices"]}
    if line is None or wanted not in allowed:
        return {}
    await carts.set_choices(doing.work, doing.person, line.id, [*(choice.id for choice in line.choices), wanted])
    return {}


# -- looking and changing


@action
async def view_cart(doing: Doing) -> Slots:
    """``cart`` as it is; with the optional choices of the newest line to tap."""
    cart = await carts.view(doing.work, doing.person)
    slots = await cart_slots(doing)
    if cart is None or slots is None:
        return {"cart": None}
    slots["extras"] = _extras(cart)
    asked = doing.slot("intent") == "show_cart" or not isinstance(doing.slot("said"), Mapping)
    notes = {} if asked else doing.slot("said")
    changed = doing.changes.told(cart, None)
    return {"cart": slots, "currency": cart.currency, "at_shop": cart.shop, "said": notes, "changed": changed}


def _extras(cart: CartView) -> list[dict[str, Any]]:
    line = cart.lines[-1]
    taken = {choice.id for choice in line.choices}
    return [
        {"line": line.id, "id": choice.id, "label": _priced(choice.name, choice.price, cart.currency)}
        for option in line.options
        if option.at_least == 0 and not taken & {choice.id for choice in option.choices}
        for choice in option.choices
        if not choice.sold_out
    ][:MOST_EXTRAS]


@action
async def clear_cart(doing: Doing) -> Slots:
    await carts.clear(doing.work, doing.person)
    return {"cart": None, "pending": None}


@action
async def change_cart(doing: Doing) -> Slots:
    """Change it, and take in what was said along with that of how and when it is to be had."""
    done = await _changed(doing)
    how, at, to = doing.slot("fulfilment"), doing.slot("wanted_at"), doing.slot("address")
    if done["outcome"] != "changed" or (how is None and at is None):
        return done
    along = Wanted((), None, how, at, said_now=True, address=to if isinstance(to, str) else None)
    refused = await how_and_when(doing, along)
    said = dict(done["said"])
    notes = [*([said["notes"]] if said.get("notes") else []), *refused]
    return done | {"said": said | {"notes": joined(notes), "go": how is not None}}


async def _changed(doing: Doing) -> Slots:
    """Take out, change the number, the options or a note: of the line tapped, the dishes named, else the only line."""
    cart = await carts.view(doing.work, doing.person)
    if cart is None or not cart.lines:
        placed = await changeable(doing) if doing.slot("line") is None else []
        if any(order.state != "unpaid" for order in placed) and is_of_handing_over(doing.understood):
            return {"outcome": "with_shop"}
        return {"outcome": "placed" if placed else "no_cart"}
    doing.changes.from_now(cart)
    wanted: list[Line] = [line for line in doing.slot("lines") or () if line.get("item") or line.get("text")]
    verb = doing.slot("intent")
    base: Slots = {"cart": views.cart_json(cart), "currency": cart.currency, "said": {}}
    if doing.slot("line") is not None or not wanted:
        return base | await _change_one(doing, cart, str(verb))
    wanted = as_choices(cart, wanted) if verb == "change_item" else wanted
    notes: list[dict[str, str]] | None = await exchanged(doing, cart, wanted) if verb == "change_item" else None
    if notes is not None:
        return base | {"outcome": "changed", "said": {"notes": joined(notes), "changed": not notes}}
    notes = []
    missed: list[str] = []
    changed: set[str] = set()
    known = {line.item for line in cart.lines}
    beside = verb == "change_item" and any(line.get("item") in known for line in wanted)
    for said_line in wanted:
        held = [line for line in cart.lines if line.item == said_line.get("item")]
        named = verb == "remove_item" and said_line.get("text")
        if said_line.get("item") is None and not named and len(cart.lines) == 1:
            held = [cart.lines[0]]
        if not held and beside and said_line.get("item") and said_line.get("quantity"):
            notes += await put_in(doing, cart, said_line, int(said_line["quantity"]))
            continue
        if not held and verb == "change_item" and _some_of_it(cart, wanted):
            notes += await put_in(doing, cart, said_line, int(said_line["quantity"]))
            left = cart.lines[0].quantity - int(said_line["quantity"])
            if not notes:
                await carts.set_quantity(doing.work, doing.person, cart.lines[0].id, left)
            continue
        if not held:
            missed.append(str(said_line.get("text") or ""))
            continue
        meant = line_meant(held, said_line, str(verb))
        again = verb == "change_item" and meant.id in changed
        changed.add(meant.id)
        change = _one_more if again else _change
        notes += await change(doing, cart, meant, str(verb), said_line)
    if missed and len(missed) == len(wanted) and await in_placed(doing, {line.get("item") for line in wanted}):
        return {"outcome": "placed"}
    if missed and len(missed) == len(wanted):
        return base | {"outcome": "unclear", "said": {"unknown": ", ".join(missed)}}
    changes = len(notes) + len(missed) < len(wanted)
    notes += [
        views.both(f"{views.named(words)} 장바구니에 없어요.", f"“{words}” is not in your cart.")
        for words in missed
        if words
    ]
    return base | {"outcome": "changed", "said": {"notes": joined(notes), "changed": changes}}


def _some_of_it(cart: CartView, wanted: list[Line]) -> bool:
    """Whether so many of the only line are to be another dish: "한 잔은 아메리카노로" of two lattes."""
    said = wanted[0]
    known = len(wanted) == len(cart.lines) == 1 and bool(said.get("item"))
    return known and 0 < int(said.get("quantity") or 0) <= cart.lines[0].quantity


async def _change_one(doing: Doing, cart: CartView, verb: str) -> Slots:
    words = str(doing.slot("words") or "")
    noted = [one for one in cart.lines if one.note]
    if verb == "add_note" and noted and clears_notes(words):
        for one in noted:
            await carts.set_note(doing.work, doing.person, one.id, None)
        return {"outcome": "changed", "said": {"notes": None, "changed": True}}
    gone = line_left_out(cart, words) if verb == "add_note" else None
    if gone is not None:
        return {
            "outcome": "changed",
            "said": {"notes": joined(await _change(doing, cart, gone, "remove_item", {})), "changed": True},
        }
    for one in reversed(cart.lines) if verb in ("add_note", "remove_item") else ():
        left_out = taken_back(words, [choice.id for choice in one.choices], one.options)
        if left_out is not None:
            kept = [choice.id for choice in one.choices if choice.id != left_out]
            await carts.set_choices(doing.work, doing.person, one.id, kept)
            return {"outcome": "changed", "said": {"notes": None, "changed": True}}
    line = next((one for one in cart.lines if one.id == doing.slot("line")), None)
    if line is None and (len(cart.lines) == 1 or verb == "add_note"):
        line = cart.lines[-1]
    if line is None and doing.slot("choice"):
        line = await _newest_with(doing, cart, str(doing.slot("choice")))
    change: dict[str, Any] = {
        "quantity": doing.slot("quantity"),
        "options": [doing.slot("choice")] if doing.slot("choice") else [],
        "note": doing.slot("note") or (doing.slot("words") if verb == "add_note" else None),
    }
    if line is None:
        return {"outcome": "which", "cart": _to_pick(cart, verb, change)}
    notes = await _change(doing, cart, line, verb, change)
    return {"outcome": "changed", "said": {"notes": joined(notes), "changed": not notes}}


async def _newest_with(doing: Doing, cart: CartView, choice: str) -> LineView | None:
    """The line added last whose dish has such a choice."""
    for line in reversed(cart.lines):
        if await own_choice(doing, line.options, choice) is not None:
            return line
    return None


def _to_pick(cart: CartView, verb: str, change: Mapping[str, Any]) -> dict[str, Any]:
    """The cart with its lines to pick from, each with the payload that changes it."""
    shown = views.cart_json(cart)
    for line in shown["lines"]:
        line["change"] = f"/{verb} " + json.dumps({"line": line["id"], "quantity": change["quantity"]})
    return shown


async def _one_more(doing: Doing, cart: CartView, line: LineView, _: str, change: Line) -> list[dict[str, str]]:
    """Beside the line that was just changed another of the same dish: "two lattes, one with an extra shot"."""
    wanted = [await own_choice(doing, line.options, choice) for choice in change.get("options") or ()]
    chosen = swapped(line, [choice for choice in wanted if choice])
    number = int(change.get("quantity") or 1)
    try:
        await carts.add(doing.work, doing.person, cart.shop, line.item, number, chosen, change.get("note"))
    except Refusal as refusal:
        return [refused_text(refusal, line.name)]
    return []


async def _change(doing: Doing, cart: CartView, line: LineView, verb: str, change: Line) -> list[dict[str, str]]:
    """Do it to one line; what the shop's menu does not allow is said."""
    number = change.get("quantity")
    lacking = [no_such_option(line.name, words) for words in change.get("unknown_options") or ()]
    if lacking and not change.get("options"):
        return lacking
    try:
        if verb == "remove_item":
            left = line.quantity - int(number) if number and int(number) < line.quantity else 0
            await carts.set_quantity(doing.work, doing.person, line.id, left)
            return []
        if verb == "add_note" or change.get("note"):
            words = " / ".join(part for part in (line.note, str(change.get("note") or "")) if part)
            line_id = await carts.set_note(doing.work, doing.person, line.id, words)
        else:
            line_id = line.id
        if change.get("options"):
            wanted = [await own_choice(doing, line.options, choice) for choice in change["options"]]
            if None in wanted:
                return [no_such_option(line.name)]
            chosen = swapped(line, [choice for choice in wanted if choice])
            line_id = await carts.set_choices(doing.work, doing.person, line_id, chosen)
        if number and verb != "add_note":
            await carts.set_quantity(doing.work, doing.person, line_id, int(number))
    except Refusal as refusal:
        return [refused_text(refusal, line.name)]
    return lacking
