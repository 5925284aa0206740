"""Filling the cart: dishes by words or buttons, options, changes, notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import cart_slots, item_json
from bot.reading import said
from commerce import carts, hours, menu, shops
from commerce.cart_views import CartView, LineView
from commerce.menu_views import ItemView, Menu, OptionView
from commerce.refusals import Refusal
from nlu.understanding import Context

Line = Mapping[str, Any]
MOST_EXTRAS = 4
"""Optional choices offered as buttons beside the cart."""


@action
async def add_lines(doing: Doing) -> Slots:
    """Put what was said or tapped into the cart; ``said`` tells what could not be."""
    shop_id = await _shop_for(doing)
    if shop_id is None:
        return _search_for(doing)
    shop = await shops.get(doing.work, shop_id)
    status = await hours.status_of(doing.work, shop.id)
    at_shop: Slots = {"at_shop": shop.id, "shop": views.shop_json(shop, status), "currency": shop.currency}
    if shop.registered == "register":
        return at_shop | {"outcome": "listed", "pending": None}
    on_menu = await menu.menu(doing.work, shop.id)
    lines = await _lines(doing, shop.id)
    known = [line for line in lines if _item(on_menu, line) is not None]
    if not known and await carts.view(doing.work, doing.person) is None and doing.slot("item") is None:
        elsewhere = _search_for(doing)
        if elsewhere["pending"]["dish"] is not None and doing.slot("pending") is None:
            return elsewhere
    if not status.open and doing.slot("wanted_at") is None:
        return at_shop | {"outcome": "closed", "pending": None}
    cart = await carts.view(doing.work, doing.person)
    if cart is not None and cart.lines and cart.shop != shop.id:
        before = views.cart_json(cart, await shops.get(doing.work, cart.shop))
        return at_shop | {"outcome": "other_shop", "cart": before, "pending": _pending(doing, lines)}
    return at_shop | await _put(doing, shop.id, on_menu, lines)


@action
async def start_anew(doing: Doing) -> Slots:
    """Empty the other shop's cart, then add what was wanted here."""
    shop_id = doing.slot("at_shop")
    await carts.clear(doing.work, doing.person)
    lines = (doing.slot("pending") or {}).get("lines") or []
    return await _put(doing, shop_id, await menu.menu(doing.work, shop_id), lines)


async def _put(doing: Doing, shop: str, on_menu: Menu, lines: list[Line]) -> Slots:
    unknown: list[str] = []
    notes: list[dict[str, str]] = []
    added = None
    for line in lines:
        item = _item(on_menu, line)
        if item is None:
            unknown.append(str(line.get("text") or "").strip())
            continue
        try:
            added = await _add(doing, shop, item, line)
        except Refusal as refusal:
            notes.append(refused_text(refusal, item.name))
        notes += [_no_option(item, words) for words in line.get("unknown_options") or ()]
    unknown = [words for words in unknown if words]
    if added is None and not notes:
        shown = ", ".join(unknown) or doing.slot("words")
        if not lines:
            shown = None
        return {
            "outcome": "nothing",
            "pending": None,
            "said": {"unknown": shown},
            "menu": [item_json(item) for item in on_menu.items],
        }
    await _how_and_when(doing)
    notes += [views.both(f"‘{words}’ 메뉴에는 없어요.", f"“{words}” is not on the menu.") for words in unknown]
    return {
        "outcome": "added",
        "pending": None,
        "said": {"notes": joined(notes), "go": doing.slot("fulfilment") is not None and added is not None},
    }


async def _add(doing: Doing, shop: str, item: ItemView, line: Line) -> str:
    own = {choice.id: option for option in item.options for choice in option.choices}
    chosen = [choice for choice in line.get("options") or () if choice in own]
    quantity = max(1, int(line.get("quantity") or 1))
    return await carts.add(doing.work, doing.person, shop, item.id, quantity, chosen, line.get("note"))


async def _how_and_when(doing: Doing) -> None:
    """Delivery or pickup, and the time, when the same message said so."""
    if await carts.view(doing.work, doing.person) is None:
        return
    fulfilment, at = doing.slot("fulfilment"), doing.slot("wanted_at")
    if fulfilment in ("delivery", "pickup"):
        try:
            await carts.set_fulfilment(doing.work, doing.person, fulfilment)
        except Refusal:
            return
    if isinstance(at, str) and at != "asap":
        try:
            await carts.set_wanted_at(doing.work, doing.person, datetime.fromisoformat(at))
        except Refusal:
            return


def refused_text(refusal: Refusal, name: Mapping[str, str]) -> dict[str, str]:
    """Why a dish did not go into the cart."""
    ko, en = views.each_language(name, "ko"), views.each_language(name, "en")
    left = refusal.facts.get("left")
    return {
        "sold_out": views.both(f"‘{ko}’ 품절이에요.", f"{en} is sold out."),
        "few_left": views.both(f"‘{ko}’ {left}개만 남았어요.", f"Only {left} of {en} left."),
        "too_many": views.both(f"‘{ko}’ 한 번에 그렇게 많이는 담을 수 없어요.", f"That is too many of {en} at once."),
    }.get(refusal.code, views.both(f"‘{ko}’ 담지 못했어요.", f"{en} could not be added."))


def _no_option(item: ItemView, words: str) -> dict[str, str]:
    ko, en = views.each_language(item.name, "ko"), views.each_language(item.name, "en")
    return views.both(f"‘{ko}’에는 ‘{words}’ 선택이 없어요.", f"{en} has no option “{words}”.")


def joined(notes: Iterable[Mapping[str, str]]) -> dict[str, str] | None:
    kept = list(notes)
    return {language: "\n".join(note[language] for note in kept) for language in ("ko", "en")} if kept else None


async def _shop_for(doing: Doing) -> str | None:
    """The shop that the words name, else the one at hand, else the cart's."""
    for slot in ("shop_id", "at_shop"):
        if isinstance(doing.slot(slot), str):
            return str(doing.slot(slot))
    cart = await carts.view(doing.work, doing.person)
    return cart.shop if cart else None


def _search_for(doing: Doing) -> Slots:
    """No shop yet: look for one that has the first dish, and keep the words for its menu."""
    lines = doing.slot("lines") or []
    dish = next((str(line["text"]) for line in lines if line.get("item")), None)
    words = dish or next((str(line["text"]) for line in lines if line.get("text")), None)
    return {"outcome": "no_shop", "pending": {"text": doing.slot("words"), "dish": words}}


def _pending(doing: Doing, lines: list[Line]) -> dict[str, Any]:
    return {"lines": [dict(line) for line in lines], "text": doing.slot("words"), "dish": None}


async def _lines(doing: Doing, shop: str) -> list[Line]:
    """The lines wanted: a tapped dish, the words just said, or words that waited for this shop's menu."""
    tapped = doing.slot("item")
    lines: list[Line] = list(doing.slot("lines") or ())
    pending = doing.slot("pending")
    if not lines and isinstance(tapped, str):
        return [{"item": tapped, "quantity": doing.slot("quantity") or 1}]
    text = doing.slot("words") if lines else (pending or {}).get("text") if isinstance(pending, Mapping) else None
    if not isinstance(text, str):
        return lines
    home = doing.services.home
    context = Context(role="consumer", at_hand=await doing.services.catalogue.at_hand(doing.work, shop))
    understood = doing.services.engine.parse(text, context, doing.work.now.astimezone(home.zone))
    return list(said(understood).get("lines") or lines)


def _item(on_menu: Menu, line: Line) -> ItemView | None:
    return next((item for item in on_menu.items if item.id == line.get("item")), None)


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
                    "item": dict(line.name),
                    "name": dict(option.name),
                    "choices": choices,
                }
            }
    return {"option": None}


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
    line = next((one for one in cart.lines if one.id == option["line"]), None) if cart else None
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
    slots["extras"] = await _extras(doing, cart)
    notes = (doing.slot("said") or {}) if isinstance(doing.slot("said"), Mapping) else {}
    return {"cart": slots, "currency": cart.currency, "at_shop": cart.shop, "said": notes}


async def _extras(doing: Doing, cart: CartView) -> list[dict[str, Any]]:
    line = cart.lines[-1]
    item = await menu.item(doing.work, cart.shop, line.item)
    if item is None:
        return []
    taken = {choice.id for choice in line.choices}
    return [
        {"line": line.id, "id": choice.id, "label": _priced(choice.name, choice.price, cart.currency)}
        for option in item.options
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
    """Take out, change the number, the options or a note: of the line tapped, the dishes named, else the only line."""
    cart = await carts.view(doing.work, doing.person)
    if cart is None or not cart.lines:
        return {"outcome": "no_cart"}
    wanted: list[Line] = list(doing.slot("lines") or ())
    verb = doing.slot("intent")
    shop = await shops.get(doing.work, cart.shop)
    base: Slots = {"cart": views.cart_json(cart, shop), "currency": cart.currency, "said": {}}
    if doing.slot("line") is not None or not wanted:
        return base | await _change_one(doing, cart, str(verb))
    notes: list[dict[str, str]] = []
    missed: list[str] = []
    for said_line in wanted:
        held = [line for line in cart.lines if line.item == said_line.get("item")]
        if said_line.get("item") is None and len(cart.lines) == 1:
            held = [cart.lines[0]]
        if not held:
            missed.append(str(said_line.get("text") or ""))
            continue
        notes += await _change(doing, cart, held[-1], str(verb), said_line)
    if missed and len(missed) == len(wanted):
        return base | {"outcome": "unclear", "said": {"unknown": ", ".join(missed)}}
    return base | {"outcome": "changed", "said": {"notes": joined(notes)}}


async def _change_one(doing: Doing, cart: CartView, verb: str) -> Slots:
    line = next((one for one in cart.lines if one.id == doing.slot("line")), None)
    if line is None and (len(cart.lines) == 1 or verb == "add_note"):
        line = cart.lines[-1]
    change: dict[str, Any] = {
        "quantity": doing.slot("quantity"),
        "options": [doing.slot("choice")] if doing.slot("choice") else [],
        "note": doing.slot("note") or (doing.slot("words") if verb == "add_note" else None),
    }
    if line is None:
        return {"outcome": "which", "cart": _to_pick(cart, verb, change)}
    notes = await _change(doing, cart, line, verb, change)
    return {"outcome": "changed", "said": {"notes": joined(notes)}}


def _to_pick(cart: CartView, verb: str, change: Mapping[str, Any]) -> dict[str, Any]:
    """The lines to pick from, each with the payload that changes it."""
    return {
        "lines": [
            {
                "label": views.line_label(line),
                "change": f"/{verb} " + json.dumps({"line": line.id, "quantity": change["quantity"]}),
            }
            for line in cart.lines
        ]
    }


async def _change(doing: Doing, cart: CartView, line: LineView, verb: str, change: Line) -> list[dict[str, str]]:
    """Do it to one line; what the shop's menu does not allow is said."""
    number = change.get("quantity")
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
            item = await menu.item(doing.work, cart.shop, line.item)
            chosen = _swapped(item.options if item else (), line, list(change["options"]))
            line_id = await carts.set_choices(doing.work, doing.person, line_id, chosen)
        if number and verb != "add_note":
            await carts.set_quantity(doing.work, doing.person, line_id, int(number))
    except Refusal as refusal:
        return [refused_text(refusal, line.name)]
    return []


def _swapped(options: tuple[OptionView, ...], line: LineView, wanted: list[str]) -> list[str]:
    """The line's choices with the wanted ones: a new size takes the place of the old."""
    of = {choice.id: option for option in options for choice in option.choices}
    replaced = {of[choice].id for choice in wanted if choice in of and of[choice].at_most == 1}
    kept = [choice.id for choice in line.choices if choice.id in of and of[choice.id].id not in replaced]
    return [*dict.fromkeys([*kept, *(choice for choice in wanted if choice in of)])]
