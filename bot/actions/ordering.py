"""Dishes into the cart, by words or by a button, at once or when a shop is found for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import item_json
from bot.actions.kinds import asked_kind, kinds_of
from bot.actions.options import no_such_option, own_choice
from bot.actions.placed_orders import meant_of_placed
from bot.said import said
from bot.spoken_of import spoken_of
from commerce import carts, hours, menu, places, shops
from commerce.menu_views import ItemView, Menu
from commerce.refusals import Refusal
from commerce.shops import ShopView
from nlu.understanding import Context

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go into the cart. ``said_now``: by this very message, not by one that waited for a shop."""

    lines: tuple[Line, ...]
    text: str | None
    fulfilment: str | None
    at: str | None
    said_now: bool
    address: str | None = None
    around: str | None = None
    """A dish named that a shop nearby has."""
    near: Any = None
    """The place around which a shop is to be found for it."""
    again: Mapping[str, Any] | None = None
    """The past order that is to be had once more."""

    def waiting(self) -> dict[str, Any]:
        """As the ``pending`` slot keeps it until there is a shop for it."""
        known = next((line for line in self.lines if line.get("item")), {})
        said_first = next((line["text"] for line in self.lines if line.get("text")), None)
        return {
            "lines": [dict(line) for line in self.lines],
            "text": self.text,
            "dish": known.get("text") or said_first,
            "item": known.get("item") or self.around,
            "fulfilment": self.fulfilment,
            "wanted_at": self.at,
            "address": self.address,
            "near": self.near,
            "again": self.again,
        }


def _wanted(doing: Doing) -> Wanted:
    """The words just said or the dish just tapped, else what waited."""
    tapped = doing.slot("item")
    pending = doing.slot("pending")
    if doing.slot("intent") == "order_items" or not isinstance(pending, Mapping):
        lines = tuple(doing.slot("lines") or ())
        if not lines and isinstance(tapped, str):
            lines = ({"item": tapped, "quantity": doing.slot("quantity") or 1},)
        how, at, where = doing.slot("fulfilment"), doing.slot("wanted_at"), doing.slot("address")
        to = where if isinstance(where, str) else None
        return Wanted(lines, doing.slot("words"), how, at, True, to, tapped, doing.slot("place"))
    return _waited(pending)


def _waited(pending: Mapping[str, Any]) -> Wanted:
    lines, how, at = tuple(pending.get("lines") or ()), pending.get("fulfilment"), pending.get("wanted_at")
    to, again = pending.get("address"), pending.get("again")
    return Wanted(lines, pending.get("text"), how, at, said_now=False, address=to, again=again)


async def _read_for(doing: Doing, shop: str, wanted: Wanted) -> Wanted:
    """Read the words once more with this shop's own menu at hand, when they were read without it."""
    if wanted.text is None or (wanted.said_now and shop == doing.slot("at_shop")):
        return wanted
    services = doing.services
    context = Context(
        role="consumer",
        at_hand=await services.catalogue.at_hand(doing.work, shop),
        around=await services.catalogue.around_person(doing.work, doing.who.person, services.home),
        language="en" if doing.who.person.language == "en" else "ko",
        opinion=doing.opinion,
    )
    understood = services.engine.parse(wanted.text, context, doing.work.now.astimezone(services.home.zone))
    lines = tuple(said(understood).get("lines") or ())
    return replace(wanted, lines=lines or wanted.lines)


@action
async def add_lines(doing: Doing) -> Slots:
    """Put what was said or tapped into the cart; ``said`` tells what could not be."""
    wanted = _wanted(doing)
    shop_id = await _shop_for(doing)
    if shop_id is None:
        return {"outcome": "no_shop", "pending": wanted.waiting()}
    shop = await shops.get(doing.work, shop_id)
    status = await hours.status_of(doing.work, shop.id)
    at_shop: Slots = {"at_shop": shop.id, "shop": views.shop_json(shop, status), "currency": shop.currency}
    if shop.registered == "register":
        return at_shop | {"outcome": "listed", "pending": None}
    on_menu = await menu.menu(doing.work, shop.id)
    wanted = await _read_for(doing, shop.id, wanted)
    cart = await carts.view(doing.work, doing.person)
    if wanted.said_now and (cart is None or not cart.lines):
        placed = await meant_of_placed(doing, shop.id)
        if placed is not None:
            return at_shop | {"outcome": "placed", "pending": None, "intent": placed}
    known = [line for line in wanted.lines if _item(on_menu, line) is not None or _kinds(on_menu, shop, line)]
    if wanted.said_now and _elsewhere(wanted) and not known and (cart is None or not cart.lines):
        return {"outcome": "no_shop", "pending": wanted.waiting()}
    if not status.open and wanted.at is None:
        return at_shop | {"outcome": "closed", "pending": wanted.waiting() | {"shop": shop.id}}
    if cart is not None and cart.lines and (cart.shop != shop.id or wanted.again is not None):
        before = views.cart_json(cart)
        return at_shop | {"outcome": "other_shop", "cart": before, "pending": wanted.waiting()}
    return at_shop | await _put(doing, shop, on_menu, wanted)


@action
async def start_anew(doing: Doing) -> Slots:
    """Empty the other shop's cart, then add what was wanted here."""
    shop_id = str(doing.slot("at_shop"))
    await carts.clear(doing.work, doing.person)
    wanted = replace(_wanted(doing), said_now=False)
    if isinstance(doing.slot("pending"), Mapping):
        wanted = replace(_waited(doing.slot("pending")), text=None)
    shop = await shops.get(doing.work, shop_id)
    return await _put(doing, shop, await menu.menu(doing.work, shop_id), wanted)


async def _more_of_it(doing: Doing, shop: str, wanted: Wanted) -> Slots | None:
    """ "One more" without a dish is one more of the last."""
    cart = await carts.view(doing.work, doing.person)
    numbers = [line.get("quantity") for line in wanted.lines if not line.get("item") and not line.get("text")]
    if cart is None or not cart.lines or cart.shop != shop or len(wanted.lines) != 1 or not numbers or not numbers[0]:
        return None
    last = cart.lines[-1]
    try:
        await carts.set_quantity(doing.work, doing.person, last.id, last.quantity + int(numbers[0]))
    except Refusal as refusal:
        return {"outcome": "added", "pending": None, "said": {"notes": joined([refused_text(refusal, last.name)])}}
    return {"outcome": "added", "pending": None, "said": {}}


async def _put(doing: Doing, shop: ShopView, on_menu: Menu, wanted: Wanted) -> Slots:
    more = await _more_of_it(doing, shop.id, wanted)
    if more is not None:
        return more
    unknown: list[str] = []
    notes: list[dict[str, str]] = []
    unclear: list[tuple[Line, list[ItemView]]] = []
    added = refused = None
    for line in wanted.lines:
        item = _item(on_menu, line)
        kinds = _kinds(on_menu, shop, line) if item is None else []
        if len(kinds) > 1:
            unclear.append((line, kinds))
            continue
        item = kinds[0] if kinds else item
        if item is None:
            unknown.append(str(line.get("text") or "").strip())
            continue
        choices = [await own_choice(doing, item.options, str(choice)) for choice in line.get("options") or ()]
        try:
            added = await _add(doing, shop.id, item, line, [choice for choice in choices if choice is not None])
        except Refusal as refusal:
            notes.append(refused_text(refusal, item.name))
            refused = item.id
        notes += [no_such_option(item.name, words) for words in line.get("unknown_options") or ()]
        notes += [no_such_option(item.name)] if None in choices else []
    unknown = [words for words in unknown if words]
    if unclear:
        notes += [
            views.both(f"{views.named(words)} 메뉴에 없어요.", f"“{words}” is not on the menu.") for words in unknown
        ]
        waits = replace(wanted, lines=tuple(line for line, _ in unclear), text=None).waiting() | {"shop": shop.id}
        asked = asked_kind(*unclear[0])
        return {"outcome": "kinds", "pending": waits, "kinds": asked, "said": {"notes": joined(notes)}}
    cart = await carts.view(doing.work, doing.person)
    if added is None and (not notes or cart is None or not cart.lines):
        missed = {"unknown": ", ".join(unknown) or None, "elsewhere": _elsewhere(wanted), "notes": joined(notes)}
        return {
            "outcome": "nothing",
            "pending": None,
            "spoken_of": spoken_of(shop.id, refused, doing.work.now) if refused else None,
            "said": missed,
            "menu": [item_json(item) for item in on_menu.items],
        }
    notes += await how_and_when(doing, wanted)
    notes += [views.both(f"{views.named(words)} 메뉴에 없어요.", f"“{words}” is not on the menu.") for words in unknown]
    go = added is not None and wanted.fulfilment is not None
    told = {"notes": joined(notes), "go": go, "again": wanted.again}
    return {"outcome": "added", "pending": None, "spoken_of": None, "said": told}


def _elsewhere(wanted: Wanted) -> str | None:
    """A dish that other shops around have."""
    return next((line["item"] for line in wanted.lines if line.get("item")), wanted.around)


async def _add(doing: Doing, shop: str, item: ItemView, line: Line, chosen: list[str]) -> str:
    if line.get("quantity") is None and _is_odd(doing.slot("quantity")):
        raise Refusal("odd_quantity")
    quantity = max(1, int(line.get("quantity") or 1))
    return await carts.add(doing.work, doing.person, shop, item.id, quantity, chosen, line.get("note"))


def _is_odd(number: object) -> bool:
    """Whether an amount was said of which nothing can be sold: less than none, or a part of one."""
    return isinstance(number, (int, float)) and (number < 0 or number != int(number))


async def how_and_when(doing: Doing, wanted: Wanted) -> list[dict[str, str]]:
    """Delivery or pickup, where to and when, as far as the same message said so; what the shop does not offer."""
    work, person = doing.work, doing.person
    if await carts.view(work, person) is None:
        return []
    if wanted.fulfilment in ("delivery", "pickup"):
        try:
            await carts.set_fulfilment(work, person, wanted.fulfilment)
        except Refusal as refusal:
            return [
                views.both(
                    "배달을 하지 않는 가게예요. 포장으로 담았어요.", "This shop does not deliver; it is for pickup."
                )
                if refusal.code == "no_delivery"
                else views.both("포장을 하지 않는 가게예요. 배달로 담았어요.", "This shop only delivers.")
            ]
    to = (wanted.again or {}).get("address")
    if to is not None and wanted.fulfilment == "delivery":
        await carts.set_address(work, person, to["text"], to["detail"], to["point"] and tuple(to["point"]))
    elif wanted.address is not None and wanted.fulfilment == "delivery":
        place = await places.of_address(work, wanted.address)
        await carts.set_address(work, person, wanted.address, None, (place.lat, place.lon) if place else None)
    if isinstance(wanted.at, str) and wanted.at != "asap":
        try:
            await carts.set_wanted_at(work, person, datetime.fromisoformat(wanted.at))
        except Refusal:
            return []
    return []


def refused_text(refusal: Refusal, name: Mapping[str, str]) -> dict[str, str]:
    """Why a dish did not go into the cart."""
    ko, en = views.each_language(name, "ko"), views.each_language(name, "en")
    left = refusal.facts.get("left")
    return {
        "sold_out": views.both(f"{views.named(ko)} 품절이에요.", f"{en} is sold out."),
        "few_left": views.both(f"{views.named(ko)} {left}개만 남았어요.", f"Only {left} of {en} left."),
        "odd_quantity": views.both(
            f"{views.named(ko)} 하나, 둘처럼 셀 수 있는 만큼만 담을 수 있어요.",
            f"Please order {en} in whole numbers: one, two, three.",
        ),
        "too_many": views.both(
            f"{views.named(ko)} 한 번에 그렇게 많이는 담을 수 없어요.", f"That is too many of {en} at once."
        ),
    }.get(refusal.code, views.both(f"{views.named(ko, '을')} 담지 못했어요.", f"{en} could not be added."))


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


def _kinds(on_menu: Menu, shop: ShopView, line: Line) -> list[ItemView]:
    """The dishes here that the words of the line may mean, where they name none by itself."""
    words = str(line.get("text") or "")
    return kinds_of(words, on_menu, shop) if words and _item(on_menu, line) is None else []


def _item(on_menu: Menu, line: Line) -> ItemView | None:
    return next((item for item in on_menu.items if item.id == line.get("item")), None)
