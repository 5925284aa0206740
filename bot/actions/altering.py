"""Changing an order that has been placed: what is meant, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final

from bot import views
from bot.actions.addresses import spoken_address
from bot.actions.doing import Doing, Slots, action
from bot.actions.following import order_slots
from bot.actions.ordering import Line, joined, refused_text
from bot.actions.placed_orders import HOW, WHERE, changeable
from bot.alteration_words import alteration_json
from bot.lines_said import line_said
from bot.parting import some_into
from bot.said import said
from bot.wished_edits import Wish, edits_of
from commerce import alterations, menu, orders
from commerce.alteration_lines import Add, Choose, Count, Deliver, Edit, Note, PickUp
from commerce.order_states import FINAL
from commerce.orders import OrderView
from commerce.refusals import Refusal
from nlu.understanding import Context

_KINDS: Final[Mapping[str, type[Edit]]] = {kind.__name__: kind for kind in (Add, Choose, Count, Deliver, Note, PickUp)}
_SIMPLE: Final = frozenset(
    {"too_late", "choose_first", "cancel_asked", "already_asked", "unchanged", "nothing_left"}
    | {"no_delivery", "no_pickup", "too_far", "below_minimum"}
)
"""Refusals that the flow has words for."""


@action
async def alter_order(doing: Doing) -> Slots:
    """Take in what is wished, of the order that is meant."""
    return await _taken_in(doing)


async def _taken_in(doing: Doing) -> Slots:
    found = await _meant(doing)
    if not found:
        return {"outcome": "none"}
    if len(found) > 1:
        return {"outcome": "which", "orders": [await order_slots(doing.work, order) for order in found]}
    order = found[0]
    if order.state in FINAL:
        return await _refused(doing, order, Refusal("too_late"))
    edits, unknown = await _edits(doing, order)
    if not edits:
        words = joined(
            views.both(f"{views.named(one)} 메뉴에 없어요.", f"“{one}” is not on the menu.") for one in unknown
        )
        return {"outcome": "unclear", "placed": await order_slots(doing.work, order), "said": {"notes": words}}
    return await _propose(doing, order, edits)


@action
async def alter_further(doing: Doing) -> Slots:
    """Go on with the wish that something was still to be asked about; another one meanwhile has taken its place, and it is
    taken in anew with what has been answered."""
    wish = doing.slot("alter_wish")
    if not isinstance(wish, Mapping):
        return await _taken_in(doing)
    order = await orders.of_person(doing.work, doing.person, wish["order"])
    edits = [_tupled(_KINDS[one["kind"]](**one["edit"])) for one in wish["edits"]]
    last = edits[-1]
    if isinstance(last, Deliver):
        to = await spoken_address(doing, last.address, last.point)
        if to is None:
            return {"outcome": "address"}
        edits[-1] = Deliver(to.text, to.detail, to.point)
        if to.detail_due:
            return _still(order, edits) | {"outcome": "detail"}
    elif doing.slot("choice") not in {one["id"] for one in doing.slot("option")["choices"]}:
        return {"outcome": "option"}
    else:
        edits[wish["at"]] = _chosen(edits[wish["at"]], str(doing.slot("choice")))
    return await _propose(doing, order, edits)


@action
async def drop_alteration(doing: Doing) -> Slots:
    """Let go of the change that waits."""
    for order in await orders.open_of(doing.work, doing.person):
        if doing.slot("order_id") not in (None, order.id):
            continue
        try:
            dropped = await alterations.drop(doing.work, order.id, doing.person)
        except Refusal:
            continue
        return {"outcome": "dropped", "placed": await order_slots(doing.work, order), **_shown(dropped)}
    return {"outcome": "nothing"}


async def pay_for_change(doing: Doing) -> bool:
    """Ask for what an open change costs more once again; False when nothing is to be paid."""
    for order in await orders.open_of(doing.work, doing.person):
        if doing.slot("order_id") in (None, order.id):
            try:
                await alterations.pay(doing.work, order.id, doing.person, till_of(doing))
            except Refusal as refusal:
                if refusal.code != "nothing_to_pay":
                    raise
            else:
                return True
    return False


# -- which order, which edits


async def _meant(doing: Doing) -> list[OrderView]:
    """The order tapped or picked, else those at the shop named, or at hand where dishes are; else all."""
    found = await changeable(doing)
    answer, tapped = doing.slot("alter_order"), doing.slot("order_id")
    if answer is not None or tapped is not None:
        # One that has ended meanwhile is told so; an answer that names none leaves the question open.
        of_late = await orders.recent_of(doing.work, doing.person) if found else ()
        meant = [order for order in (*found, *of_late) if order.id == (answer or tapped)]
        return meant[:1] or (found if tapped is None else [])
    at_hand = None if doing.slot("intent") in HOW else doing.slot("at_shop")
    for shop in (doing.slot("shop_id"), at_hand):
        here = [order for order in found if order.shop == shop]
        if here:
            return here
    return found


async def _edits(doing: Doing, order: OrderView) -> tuple[list[Edit], Sequence[str]]:
    verb = str(doing.slot("intent"))
    if verb == "choose_pickup":
        return [PickUp()], ()
    if verb in HOW:
        return [await _deliver(doing, order)], ()
    on_menu = await menu.menu(doing.work, order.shop)
    draft = await alterations.draft(doing.work, order.id, doing.person)
    meant = edits_of(await _wish(doing, order, verb), draft, on_menu)
    return list(meant.edits), meant.unknown


async def _deliver(doing: Doing, order: OrderView) -> Deliver:
    to = await spoken_address(doing, order.address, order.point)
    if to is not None:
        return Deliver(to.text, to.detail, to.point)
    if doing.slot("intent") in WHERE or order.address is None:
        return Deliver()
    return Deliver(order.address, order.address_detail, order.point)


async def _wish(doing: Doing, order: OrderView, verb: str) -> Wish:
    lines: tuple[Line, ...] = tuple(doing.slot("lines") or ())
    words = doing.slot("words")
    if order.shop != doing.slot("at_shop") and isinstance(words, str):
        lines = await _read_at(doing, order.shop, words) or lines
    of_order = [{"item": line.item, "quantity": line.quantity} for line in order.lines]
    into = some_into(doing.understood, of_order) if doing.understood is not None else None
    if into is not None:
        verb, lines = "change_item", tuple(line_said(line) for line in into)
    named = tuple(line for line in lines if line.get("item") or line.get("text"))
    number = doing.slot("quantity")
    note = doing.slot("note") or (words if verb == "add_note" else None)
    choice = doing.slot("choice")
    called = await menu.choice_name(doing.work, choice) if isinstance(choice, str) else None
    return Wish(verb, named, int(number) if number else None, choice, note, frozenset((called or {}).values()))


async def _read_at(doing: Doing, shop: str, words: str) -> tuple[Line, ...]:
    """The words once more, with this shop's own menu at hand."""
    services = doing.services
    context = Context(
        role="consumer",
        at_hand=await services.catalogue.at_hand(doing.work, shop),
        around=await services.catalogue.around_person(doing.work, doing.who.person, services.home),
        language="en" if doing.who.person.language == "en" else "ko",
        opinion=doing.opinion,
    )
    return tuple(
        said(services.engine.parse(words, context, doing.work.now.astimezone(services.home.zone))).get("lines") or ()
    )


# -- what comes of it


async def _propose(doing: Doing, order: OrderView, edits: list[Edit]) -> Slots:
    where = any(isinstance(edit, Deliver) and edit.address is None for edit in edits)
    try:
        if where:
            await alterations.check(doing.work, order.id, doing.person, delivered=True)
            return _still(order, edits) | {"outcome": "address"}
        made = await alterations.propose(doing.work, order.id, doing.person, edits, till_of(doing))
    except Refusal as refusal:
        if refusal.code == "option_missing":
            return _still(order, edits) | await _option(doing, order, edits, refusal)
        return await _refused(doing, order, refusal)
    fresh = await orders.of_person(doing.work, doing.person, order.id)
    outcome = "repriced" if order.state == "unpaid" and made.state == "done" else made.state
    return {"outcome": outcome, "placed": await order_slots(doing.work, fresh), "alter_wish": None, **_shown(made)}


def _shown(made: alterations.AlterationView) -> Slots:
    return {"altered": alteration_json(made), "currency": made.currency, "alter_order": None}


async def _refused(doing: Doing, order: OrderView, refusal: Refusal) -> Slots:
    name = refusal.facts.get("name")
    outcome = refusal.code if refusal.code in _SIMPLE else "cannot" if name else "unclear"
    return {
        "outcome": outcome,
        "placed": await order_slots(doing.work, await orders.of_person(doing.work, doing.person, order.id)),
        "currency": order.currency,
        "altered": {name: refusal.facts.get(name) for name in ("missing", "minimum", "distance_m", "radius_m")},
        "said": {"notes": refused_text(refusal, name) if name else None},
        "alter_wish": None,
        "alter_order": None,
    }


def _still(order: OrderView, edits: Sequence[Edit], at: int = 0) -> Slots:
    """The wish, kept until what is missing has been answered."""
    kept = [{"kind": type(edit).__name__, "edit": asdict(edit)} for edit in edits]
    return {"alter_wish": {"order": order.id, "edits": kept, "at": at}, "address": None, "choice": None}


async def _option(doing: Doing, order: OrderView, edits: list[Edit], refusal: Refusal) -> Slots:
    """What must be chosen of a dish that is to come."""
    item = await menu.item(doing.work, order.shop, refusal.facts["item"])
    option = next(one for one in item.options if one.id == refusal.facts["option"]) if item else None
    choices = [
        {"id": choice.id, "label": dict(choice.name), "name": dict(choice.name)}
        for choice in (option.choices if option else ())
        if not choice.sold_out
    ]
    at = next((n for n, edit in enumerate(edits) if isinstance(edit, Add) and edit.item == refusal.facts["item"]), 0)
    asked = {
        "line": None,
        "item": dict(refusal.facts["name"]),
        "name": refusal.facts["option_name"],
        "choices": choices,
    }
    return _still(order, edits, at) | {"outcome": "option", "option": asked}


def _chosen(edit: Edit, choice: str) -> Edit:
    return replace(edit, choices=(*edit.choices, choice)) if isinstance(edit, (Add, Choose)) else edit


def _tupled(edit: Edit) -> Edit:
    """As it was before it was kept as JSON."""
    if isinstance(edit, (Add, Choose)):
        return replace(edit, choices=tuple(edit.choices))
    if isinstance(edit, Deliver) and edit.point is not None:
        return replace(edit, point=(edit.point[0], edit.point[1]))
    return edit


def till_of(doing: Doing) -> alterations.Till:
    """The order's own till for what it costs more; where that cannot be had here, the one of this messenger."""

    def till(paid_at: str | None, amount: int, currency: str) -> str:
        channel = doing.who.conversation.channel
        own = paid_at in doing.services.gateways and paid_at in (channel, "stripe", "sandbox")
        return doing.services.till(str(paid_at) if own else channel, amount, currency)

    return till
