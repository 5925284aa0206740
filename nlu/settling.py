"""What was found in a text against what the model thinks of it: the finds decide where they are plain."""

from __future__ import annotations

import re

from nlu.cart_verbs import (
    CHANGE,
    COULD_IT,
    IN_PLACE,
    INTO,
    NOT_SO_MANY,
    REMOVE,
    SPEAKS_OF,
    TAKE_AWAY,
    TAKE_OUT,
    THAT_ONE,
    THOUGHT_AGAIN,
    TO_CUSTOMERS,
    is_due,
    is_to_be,
)
from nlu.clauses import behind_the_order
from nlu.counted import AN
from nlu.fillers import content
from nlu.mentions import Mention
from nlu.notes import leaves_out
from nlu.reading import Reading
from nlu.settling_shops import about_shop, rest
from nlu.understanding import Context
from nlu.values import Value

_ORDERING = frozenset({"order_items", "remove_item", "change_item", "add_note"})
_IF_THERE_IS = re.compile(
    r"(?:되나요?|돼요|있나요?|있어요|될까요|가능한가요|가능해요)\s*\?*\s*(?:되|있으|가능하)면"
    r"|\b(?:do you (?:have|do|sell)|any|is there)\b.+\?\s*(?:if (?:so|yes|you do)\b|(?:one|two|three|\d+) of (?:that|those)\b)"
)
"""Ordered on condition that it can be had."""
_MORE = re.compile(r"더|추가|\b(?:more|another|add)\b")
_ASKING = re.compile(
    r"얼마|가격|값|있어요\?|있나|되나|돼요\?|어디|몇|언제|how much|price|cost|\bdo you (?:have|sell|do)\b|\bgot any\b|where|what|when|\?"
)
_REQUEST = re.compile(
    r"주시겠|주실\s?(?:수|래)|줄\s?(?:수|래)|부탁|주세[요여]|\b(?:can|could|may) (?:i|we|you)\b|\bwould you\b"
)
_HAVING = re.compile(
    r"있(?:어|나|습|을|니)|파(?:나|시|는)|팔(?:아|고)|\b(?:do you (?:have|sell|do)|got any|is there|are there)\b"
)
_THAT = re.compile(
    r"그거|그건|이거|저거|마지막|방금|아까|번째|담은|그\s?메뉴|\b(?:that|it|this|last|those|them|first|second)\b"
)
_DO_YOU_DELIVER = re.compile(
    r"\b(?:do|does|would) (?:you|u|they|it|this (?:place|shop))(?: guys| also)? (?:deliver|do deliver(?:y|ies))\b"
)
_FINDING = re.compile(
    r"근처|주변|가까|어디|가게|맛집|파는|찾|추천|동네|[가-힣]집|데\s|데$|곳|near|around|close|place|restaurant|shop|find|where|any\b|looking"
)
_CLAIMS = re.compile(r"이상|넘는|\b(?:above|over|least|rated)\b")
_WHICH_THERE = re.compile(
    r"^(?:여기\s|거기\s|오늘\s)?(?:(?:무슨|어떤)\s?[가-힣]+\s?(?:종류\s?)?(?:가|이|를|을|들)?\s?(?:있|팔|파|나오|나왔|취급)|[가-힣]+\s?(?:은|는|이|가)?\s?(?:뭐뭐|뭐가|어떤\s?게|뭐)\s?(?:있|팔|파|나오|나왔))"
    r"|^(?:what|which)(?: (?:kinds?|sorts?|types?) of)? (?!bakeries|shops?\b|stores?\b|places?\b|restaurants?\b|cafes\b)[a-z]+ (?:are there|have you got|do (?:you|they) (?:have|sell|do|serve)|you got)\b"
)
"""Asks what there is of a kind, also where a kind of shop has the same name: bread."""
_MISTAKEN_FOR_MENU = frozenset({"give_address", "ask_location", "order_status"})
_IN_ALL = re.compile(
    r"다\s?(?:해서|하면|합쳐|합치)|(?<![가-힣])(?:총|전부|모두|합계|합쳐서)(?![가-힣])|\b(?:altogether|in total|comes? to|add(?:s|ed)? up)\b"
)
_ANY_MORE = re.compile(r"\b(?:no|not|don't)\b.*\bany ?more\b")
_PLACE_OF_MEETING = re.compile(r"\s?(?:\d{1,2}번\s?출구|앞|옆|뒤|건너편|맞은편|정문|후문|입구|로비|주차장)?\s?으?로\s")
_OF_THE_CART = frozenset({"change_item", "remove_item"})
_BESIDE_AN_ORDER = frozenset(
    {
        "give_address",
        "give_time",
        "choose_delivery",
        "choose_pickup",
        "ask_payment",
        "ask_phone",
        "show_coupons",
        "claim_coupon",
    }
)
"""What counted dishes at the beginning of a message go before."""
_MISTAKEN_FOR_ORDERS = frozenset({"ask_dish", "complain", "recommend", "show_cart"})
"""What the model may take a dish with a note for."""
_FIRM = 0.6
_SURE = 0.8
_LIKELY = 0.4
_VAGUE = frozenset(
    {
        "find_shop",
        "show_menu",
        "affirm",
        "greet",
        "out_of_scope",
        "choose_pickup",
        "choose_delivery",
        "give_time",
        "chitchat",
        "deny",
    }
)
"""What the model likes to guess for a dish that it does not know."""


def settle(reading: Reading, context: Context, guess: str, chance: float) -> tuple[str, bool]:
    """The intent to go by, and whether the finds make it sure. ``guess`` is the model's best for this role,
    with its ``chance``."""
    if reading.has("code") and guess != "out_of_scope":
        return "accept_invitation", True
    found = about_shop(reading, guess) if context.role == "merchant" else _consumer(reading, context, guess, chance)
    return (found, True) if found is not None else (guess, False)


def _consumer(reading: Reading, context: Context, guess: str, chance: float) -> str | None:
    text = reading.text
    if context.at_hand and _DO_YOU_DELIVER.search(text):
        return "ask_delivery"
    if guess == "add_note" and TO_CUSTOMERS.search(text):
        return "out_of_scope"
    if guess == "ask_price" and not reading.mentions and _IN_ALL.search(text):
        return "show_cart"
    if context.at_hand and guess in _VAGUE | _MISTAKEN_FOR_MENU and _WHICH_THERE.search(text):
        return "show_menu"
    if context.at_hand and guess == "give_time" and _met_at(reading):
        return "give_address"
    if context.at_hand and reading.has("quantity") and _IF_THERE_IS.search(text):
        return "order_items"
    if reading.has("stars") and not reading.mentions and not _CLAIMS.search(text):
        return "rate"
    items, choices = reading.at_hand("item"), reading.at_hand("choice")
    plain = rest(reading) == 0 and not _asks(text)
    spoken_of = items and choices and not reading.has("quantity")
    if spoken_of and (COULD_IT.match(text) or THAT_ONE.match(text, items[0].end) or is_to_be(text, reading.mentions)):
        return "change_item"
    if items and guess in _BESIDE_AN_ORDER and behind_the_order(reading) is not None:
        return "order_items"
    if items:
        known = plain and guess in _MISTAKEN_FOR_ORDERS and "?" not in text
        firm = not known and chance >= _FIRM and guess not in _ORDERING and guess not in _VAGUE
        return None if firm or _surely_changed(reading, guess, chance) else _about_items(reading, guess, plain=plain)
    number_alone = reading.has("quantity") and not reading.mentions and not reading.has("address")
    if context.at_hand and plain and (choices or number_alone):
        return "add_note" if reading.notes else _about_the_last(reading, guess)
    without = guess == "remove_item" or (plain and bool(context.at_hand))
    if without and not _THAT.search(text) and any(leaves_out(note) for note in reading.notes):
        return "add_note"
    if context.at_hand and TAKE_OUT.search(text):
        return "remove_item"
    if reading.around("trade", "item", "shop", "place"):
        return _about_the_street(reading, context, guess, plain=plain)
    if reading.has("open_now", "delivers") and not context.at_hand and rest(reading) == 0:
        return "find_shop"
    if guess == "order_items" and chance >= _LIKELY and not context.at_hand and not reading.has("quantity"):
        return "find_shop"
    if plain and not reading.mentions:
        return _about_getting_it(reading, guess)
    return None


def _met_at(reading: Reading) -> bool:
    """Whether a place is said before the time, as where it is to be brought."""
    return any(_PLACE_OF_MEETING.match(reading.text, place.end) for place in reading.mentions if place.of("place"))


def _surely_changed(reading: Reading, guess: str, chance: float) -> bool:
    """Whether the model is sure of a change where nothing is taken back in the same breath."""
    if guess != "change_item" or chance < _SURE or THOUGHT_AGAIN.search(reading.text):
        return False
    return not _just_ordered(reading, reading.at_hand("item")[0])


def _about_items(reading: Reading, guess: str, *, plain: bool) -> str | None:
    text = reading.text
    items, street = reading.at_hand("item"), reading.around("trade", "shop", "place")
    if _asks(text) or (street and not reading.has("quantity")):
        having = guess in _VAGUE | _ORDERING | {"ask_shop"} and not reading.has("quantity")
        return "show_menu" if having and _HAVING.search(text) and not street else None
    gone = [item for item in items if any(leaves_out(note) and _covers(note, item) for note in reading.notes)]
    if (plain and len(gone) == len(items)) or _ANY_MORE.search(text):
        return "remove_item"
    if plain or guess in _ORDERING:
        noted = _noted(reading, items, gone)
        if noted is not None:
            return noted
        if guess in _OF_THE_CART and _just_ordered(reading, items[0]):
            return "order_items"
        taken_away = reading.has("fulfilment") and not _THAT.search(text) and TAKE_AWAY.search(text)
        if not taken_away and (guess == "remove_item" or REMOVE.search(reading.unnamed)):
            removed = _removed(reading, guess)
            if removed is not None:
                return removed
        if NOT_SO_MANY.search(text) and len(items) == 1:
            return "change_item"
        if CHANGE.search(reading.unnamed) and not _counted_each(reading):
            return "change_item"
        if len(items) > 1 and not reading.has("quantity") and IN_PLACE.search(text):
            return "change_item"
        if guess == "change_item" and (_counted_each(reading) or THOUGHT_AGAIN.search(text, items[0].end)):
            return "order_items"
    wanted = reading.has("quantity") and (guess not in _ORDERING or guess == "order_items")
    missed = guess in ("find_shop", "show_menu") and not _FINDING.search(text)
    if plain or wanted or missed:
        return "order_items"
    return guess if guess in _ORDERING and any(item.sure == 1 for item in items) else None


def _just_ordered(reading: Reading, dish: Mention) -> bool:
    """Whether a dish is named with its number right behind, and nothing says that it is to be changed or removed."""
    text, unnamed = reading.text, reading.unnamed
    counted = any(one.start >= dish.end and not text[dish.end : one.start].strip() for one in reading.of("quantity"))
    return counted and not (REMOVE.search(unnamed) or CHANGE.search(unnamed) or NOT_SO_MANY.search(text))


def _noted(reading: Reading, items: list[Mention], gone: list[Mention]) -> str | None:
    """For a dish with something left out or done to it: an order of it, or a note on what is ordered already."""
    left = [item for item in items if item not in gone]
    if not reading.notes or not left or left[0].start > reading.notes[0].start or CHANGE.search(reading.unnamed):
        return None if not reading.notes or not left else _noted_first(reading)
    if reading.has("quantity") or reading.at_hand("choice") or AN.search(reading.text[: left[0].start]):
        return "order_items"
    return None if reading.hangul or SPEAKS_OF.search(reading.text) else "order_items"


def _noted_first(reading: Reading) -> str | None:
    speaks = not reading.has("quantity") and SPEAKS_OF.search(reading.text)
    return "add_note" if speaks and reading.text[: reading.notes[0].start].strip() in ("", "please", "and") else None


def _counted_each(reading: Reading) -> bool:
    """Whether each dish has its number, as in an order that goes on to say how all of them are to be."""
    dishes = reading.at_hand("item")
    return len(dishes) > 1 and len(reading.of("quantity")) >= len(dishes)


def _asks(text: str) -> bool:
    """Whether something is to be told; a request in the form of a question is none."""
    found = _ASKING.search(text)
    return found is not None and not (found[0] in ("?", "있나", "있어요?") and _REQUEST.search(text))


def _covers(note: Value, item: Mention) -> bool:
    return note.start <= item.start and item.end <= note.end


def _removed(reading: Reading, guess: str) -> str | None:
    """remove_item when a dish at hand is what is to go; None when it is something on or beside the dish."""
    items = reading.at_hand("item")
    verb = REMOVE.search(reading.unnamed)
    if verb is None:
        return "change_item" if INTO.search(reading.text) else "remove_item"
    nearest = max((item for item in items if item.start < verb.start()), key=lambda item: item.start, default=items[0])
    between = sorted((nearest.end, verb.start())) if nearest.end <= verb.start() else [verb.end(), nearest.start]
    near = not content(reading.text, between[0], max(between), reading.values)
    return "remove_item" if near and (len(items) == 1 or guess == "remove_item") else None


def _about_the_last(reading: Reading, guess: str) -> str | None:
    """Options or a number alone are about the line last spoken of."""
    removing = bool(REMOVE.search(reading.unnamed))
    if guess in ("order_items", "remove_item") and (_MORE.search(reading.text) or removing):
        return guess
    if reading.has("quantity") and _MORE.search(reading.text):
        return "order_items"
    return "remove_item" if removing else "change_item"


def _about_the_street(reading: Reading, context: Context, guess: str, *, plain: bool) -> str | None:
    if context.at_hand and (guess == "remove_item" or (plain and REMOVE.search(reading.unnamed))):
        return "remove_item"
    if reading.has("quantity") and reading.around("trade", "item"):
        return "order_items" if plain else None
    if _ordered_there(reading) and (plain or guess in _VAGUE | _ORDERING):
        return "order_items"
    if plain or (guess == "order_items" and not context.at_hand):
        return "find_shop"
    if reading.has("open_now", "delivers") and reading.around("trade", "item"):
        return "find_shop"
    return None


def _ordered_there(reading: Reading) -> bool:
    """Whether a dish around is ordered and not only looked for: one of it ("an americano"), or the way to get it."""
    dishes = reading.around("item")
    if not dishes or _asks(reading.text) or _FINDING.search(reading.text):
        return False
    return reading.has("address") or any(AN.search(reading.text[: dish.start]) for dish in dishes)


def _about_getting_it(reading: Reading, guess: str) -> str | None:
    if guess == "choose_delivery" and is_due(reading.text, reading.of("time")):
        return "give_time"
    if guess in ("choose_delivery", "choose_pickup", "give_time", "give_address"):
        return guess
    if reading.has("address"):
        return "give_address"
    ways = reading.of("fulfilment")
    if ways:
        return "choose_delivery" if ways[-1].value == "delivery" else "choose_pickup"
    return "give_time" if reading.has("time", "asap") else None
