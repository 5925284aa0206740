"""What a placed order is to be after one more wish: its lines, its price as it was quoted, and what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from commerce import carts, menu, shops
from commerce.cart_views import Chosen
from commerce.cells import distance_m
from commerce.menu_views import ItemView
from commerce.order_records import Order, OrderLine
from commerce.refusals import Refusal
from commerce.words import one_line
from commerce.work import Work


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is to be. ``id`` is that of the order's own line, or a name of its own for a new one; ``kept``: it is
    the order's own line as it was. ``counted``: its pieces are counted stock."""

    id: str
    item: str
    name: Mapping[str, str]
    choices: tuple[Chosen, ...]
    note: str | None
    quantity: int
    unit_price: int
    counted: bool
    kept: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"choices": [asdict(choice) for choice in self.choices]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Line:
        return cls(**{**stored, "choices": tuple(Chosen(**choice) for choice in stored["choices"])})

    @classmethod
    def of_order(cls, row: OrderLine) -> Line:
        return cls(
            id=row.id,
            item=row.item_id,
            name=row.name,
            choices=tuple(Chosen(**choice) for choice in row.choices),
            note=row.note,
            quantity=row.quantity,
            unit_price=row.unit_price,
            counted=row.stock != "uncounted",
            kept=True,
        )


@dataclass(frozen=True, slots=True)
class Add:
    """So many more of an item, at today's price."""

    item: str
    quantity: int = 1
    choices: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """So many of a line in all; 0 takes it out. What is more costs what it costs today."""

    line: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Choose:
    """A line with these choices instead of its own: the difference of the choices' prices is paid or goes back."""

    line: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A wish about a line for the kitchen."""

    line: str
    note: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """To be brought to ``address``; None: to the address that it has. ``point`` in degrees."""

    address: str | None = None
    detail: str | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PickUp:
    """To be picked up."""


Edit = Add | Count | Choose | Note | Deliver | PickUp


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as it is to be, before it is priced."""

    lines: tuple[Line, ...]
    fulfilment: str
    address: str | None
    address_detail: str | None
    point: tuple[float, float] | None

    @property
    def subtotal(self) -> int:
        return sum(line.unit_price * line.quantity for line in self.lines)

    def line(self, wanted: str) -> Line:
        found = next((line for line in self.lines if line.id == wanted), None)
        if found is None:
            raise Refusal("line_unknown", line=wanted)
        return found

    def put(self, old: Line, *new: Line) -> Draft:
        """With ``new`` in the place of ``old``."""
        at = self.lines.index(old)
        return replace(self, lines=(*self.lines[:at], *new, *self.lines[at + 1 :]))


async def edited(work: Work, shop: str, draft: Draft, edits: Sequence[Edit]) -> Draft:
    """``draft`` after ``edits``. Refuses "line_unknown", "item_unknown", "sold_out", "too_many", "option_missing"(item,
    name, option, option_name), the choices' refusals, "address_missing" and "nothing_left"."""
    for edit in edits:
        draft = await _edited(work, shop, draft, edit)
    if not draft.lines:
        raise Refusal("nothing_left")
    return draft


async def _edited(work: Work, shop: str, draft: Draft, edit: Edit) -> Draft:
    match edit:
        case Add():
            return await _added(work, shop, draft, edit)
        case Count(line=line, quantity=quantity):
            return await _counted(work, shop, draft, draft.line(line), quantity)
        case Choose(line=line, choices=choices):
            return draft.put(draft.line(line), await _chosen(work, shop, draft.line(line), choices))
        case Note(line=line, note=note):
            old = draft.line(line)
            words = " / ".join(part for part in (old.note, one_line(note, 300)) if part)
            return draft.put(old, replace(old, note=one_line(words, 300) or None, kept=False))
        case Deliver():
            to = (edit.address, edit.detail, edit.point) if edit.address else _to(draft)
            if not to[0]:
                raise Refusal("address_missing")
            text, detail = one_line(to[0], 300), one_line(to[1], 300) or None
            return replace(draft, fulfilment="delivery", address=text, address_detail=detail, point=to[2])
        case PickUp():
            return replace(draft, fulfilment="pickup", address=None, address_detail=None, point=None)


def _to(draft: Draft) -> tuple[str | None, str | None, tuple[float, float] | None]:
    return draft.address, draft.address_detail, draft.point


async def _added(work: Work, shop: str, draft: Draft, edit: Add) -> Draft:
    item = await _on_menu(work, shop, edit.item)
    if item.sold_out:
        raise Refusal("sold_out", item=item.id, name=item.name)
    new = Line(
        id=f"new_{sum(not line.kept for line in draft.lines) + len(draft.lines)}",
        item=item.id,
        name=dict(item.name),
        choices=_checked(item, edit.choices),
        note=one_line(edit.note, 300) or None,
        quantity=max(1, edit.quantity),
        unit_price=item.price,
        counted=item.available is not None,
        kept=False,
    )
    new = replace(new, unit_price=item.price + sum(choice.price for choice in new.choices))
    same = next((line for line in draft.lines if _alike(line, new)), None)
    if same is None:
        _check_number(new)
        return replace(draft, lines=(*draft.lines, new))
    more = replace(same, quantity=same.quantity + new.quantity, counted=new.counted, kept=False)
    _check_number(more)
    return draft.put(same, more)


async def _counted(work: Work, shop: str, draft: Draft, line: Line, quantity: int) -> Draft:
    if quantity <= 0:
        return draft.put(line)
    if quantity <= line.quantity:
        return draft.put(line, replace(line, quantity=quantity, kept=line.kept and quantity == line.quantity))
    choices = tuple(choice.id for choice in line.choices)
    return await _added(work, shop, draft, Add(line.item, quantity - line.quantity, choices, line.note))


async def _chosen(work: Work, shop: str, line: Line, choices: Sequence[str]) -> Line:
    item = await _on_menu(work, shop, line.item)
    taken = _checked(item, choices)
    more = sum(choice.price for choice in taken) - sum(choice.price for choice in line.choices)
    return replace(line, choices=taken, unit_price=max(0, line.unit_price + more), kept=False)


async def _on_menu(work: Work, shop: str, wanted: str) -> ItemView:
    item = await menu.item(work, shop, wanted)
    if item is None:
        raise Refusal("item_unknown", item=wanted)
    return item


def _checked(item: ItemView, choices: Sequence[str]) -> tuple[Chosen, ...]:
    picked = carts.checked_choices(item.options, choices)
    for option in item.options:
        if sum(choice.id in picked for choice in option.choices) < option.at_least:
            raise Refusal(
                "option_missing", item=item.id, name=item.name, option=option.id, option_name=option.name, chosen=picked
            )
    every = {choice.id: choice for option in item.options for choice in option.choices}
    return tuple(Chosen(every[one].id, every[one].name, every[one].price) for one in picked)


def _alike(line: Line, new: Line) -> bool:
    mine, theirs = ({choice.id for choice in one.choices} for one in (line, new))
    return (line.item, line.note, line.unit_price) == (new.item, new.note, new.unit_price) and mine == theirs


def _check_number(line: Line) -> None:
    if line.quantity > carts.MOST_OF_ONE:
        raise Refusal("too_many", most=carts.MOST_OF_ONE, item=line.item, name=line.name)


async def fee_for(work: Work, order: Order, draft: Draft) -> int:
    """What bringing it costs: as quoted, unless it is to be had otherwise now. Refuses "no_delivery", "no_pickup",
    "too_far"(distance_m, radius_m), "below_minimum"(missing, minimum)."""
    shop = await shops.get(work, order.shop_id)
    if draft.fulfilment == "pickup":
        if order.fulfilment != "pickup" and shop.pickup_eta_min is None:
            raise Refusal("no_pickup", shop=shop.id)
        return 0
    anew = order.fulfilment != "delivery"
    if anew and shop.delivery_radius_m is None:
        raise Refusal("no_delivery", shop=shop.id)
    away = distance_m(shop.lat, shop.lon, *draft.point) if draft.point else None
    if away is not None and shop.delivery_radius_m is not None and away > shop.delivery_radius_m:
        raise Refusal("too_far", distance_m=round(away), radius_m=shop.delivery_radius_m)
    least = shop.delivery_min_order
    if draft.subtotal < least and (anew or draft.subtotal < order.subtotal):
        raise Refusal("below_minimum", missing=least - draft.subtotal, minimum=least, currency=order.currency)
    return shop.delivery_fee if anew else order.fee


def difference(before: Sequence[Line], after: Draft, order: Order) -> dict[str, Any]:
    """What changes, for people: see Alteration.said."""
    was, will = _pieces(before), _pieces(after.lines)
    named = {_kind(line): line for line in (*before, *after.lines)}
    moved = after.fulfilment != order.fulfilment
    at = (after.address, after.address_detail) != (order.address, order.address_detail)
    return {
        "out": [_told(named[kind], number) for kind, number in (was - will).items()],
        "in": [_told(named[kind], number) for kind, number in (will - was).items()],
        "how": after.fulfilment if moved else None,
        "address": " ".join(part for part in (after.address, after.address_detail) if part) if at else None,
    }


Kind = tuple[str, tuple[str, ...], str | None]


def _kind(line: Line) -> Kind:
    return line.item, tuple(sorted(choice.id for choice in line.choices)), line.note


def _pieces(lines: Sequence[Line]) -> Counter[Kind]:
    pieces: Counter[Kind] = Counter()
    for line in lines:
        pieces[_kind(line)] += line.quantity
    return pieces


def _told(line: Line, number: int) -> dict[str, Any]:
    names = [dict(choice.name) for choice in line.choices]
    return {"name": dict(line.name), "choices": names, "note": line.note, "quantity": number}
