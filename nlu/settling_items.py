"""What is wanted of the dishes at hand that a message names."""

from __future__ import annotations

from nlu.cart_verbs import (
    CHANGE,
    IN_PLACE,
    INTO,
    NOT_SO_MANY,
    REMOVE,
    SPEAKS_OF,
    TAKE_AWAY,
    THAT,
    THOUGHT_AGAIN,
    VERB_OF_CHANGE,
)
from nlu.counted import AN
from nlu.fillers import content
from nlu.mentions import Mention
from nlu.notes import leaves_out
from nlu.patterns import Pattern
from nlu.reading import Reading
from nlu.stance import (
    asks,
    is_asked_for,
    is_counted,
    is_counted_each,
    is_for_the_kitchen,
    is_just_ordered,
    is_known,
    is_put_on,
    is_set_to,
    is_taken_back,
    is_told_the_kitchen,
)
from nlu.values import Value

ORDERING = frozenset({"order_items", "remove_item", "change_item", "add_note"})
VAGUE = frozenset(
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
FINDING = Pattern(
    r"근처|주변|가까|어디|가게|맛집|파는|찾|추천|동네|[가-힣]집|데\s|데$|곳|near|around|close|place|restaurant|shop|find|where|any\b|looking"
)
_HAVING = Pattern(
    r"있(?:어|나|습|을|니)|파(?:나|시|는)|팔(?:아|고)|\b(?:do you (?:have|sell|do)|got any|is there|are there)\b"
)
_ANY_MORE = Pattern(r"\b(?:no|not|don't)\b.*\bany ?more\b")
_OF_THE_CART = frozenset({"change_item", "remove_item"})
_MISTAKEN_FOR_ORDERS = frozenset({"ask_dish", "complain", "recommend", "show_cart"})
"""What the model may take a dish with a note for."""
_MORE = Pattern(r"더|추가|\b(?:more|another|add)\b")
_NO = Pattern(
    r"\s*(?:(?:and|but|oh|ok|actually|sorry|wait)[\s,]+)*(?:no|without|hold|skip|minus|leave (?:out|off)|drop)\s+(?:the |any |my )?"
)
_NO_MORE_SAID = Pattern(r"(?:\s(?:please|pls|thanks|for me|any ?more|after all|then|today))*[\s.!]*")
FIRM = 0.6
SURE = 0.8
VERY_SURE = 0.9


def about_items(reading: Reading, guess: str, chance: float, *, plain: bool) -> str | None:
    """The intent where dishes at hand are named, None where the model's ``guess`` with its ``chance`` stands.
    ``plain``: nothing but what was found is said, and nothing asked."""
    if _is_left_out(reading):
        return "remove_item"
    if guess in _MISTAKEN_FOR_ORDERS | {"remove_item"} and is_asked_for(reading):
        return "order_items"
    known = plain and guess in _MISTAKEN_FOR_ORDERS
    firm = not known and chance >= FIRM and guess not in ORDERING and guess not in VAGUE
    if firm or _keeps_its_word(reading, guess, chance):
        return None
    if chance < SURE and guess == "change_item" and _names_one_dish(reading):
        return "order_items"
    return _settled(reading, guess, plain=plain)


def _is_left_out(reading: Reading) -> bool:
    """Whether nothing is said but that a dish is not wanted: "no salt bread", "hold the fries please"."""
    items = reading.at_hand("item")
    if len(items) != 1 or items[0].sure < 1:
        return False
    text, dish = reading.text, items[0]
    return bool(_NO.fullmatch(text[: dish.start]) and _NO_MORE_SAID.fullmatch(text[dish.end :]))


def _names_one_dish(reading: Reading) -> bool:
    """Whether a dish is named that is new, and nothing of it that could be another."""
    named = reading.mentions
    once = len(named) == 1 and not (reading.notes or reading.has("quantity") or asks(reading.text))
    return once and not is_known(reading, named[0]) and not (CHANGE.search(reading.text) or REMOVE.search(reading.text))


def _keeps_its_word(reading: Reading, guess: str, chance: float) -> bool:
    """Whether the model is sure of a change or a note, and the dish is not plainly ordered."""
    if chance < SURE:
        return False
    first = reading.at_hand("item")[0]
    if is_set_to(reading) or NOT_SO_MANY.search(reading.text):
        return guess == "change_item"
    if guess == "order_items" and chance >= VERY_SURE and not VERB_OF_CHANGE.search(reading.text):
        return is_taken_back(reading) or (is_counted(reading) and not REMOVE.search(reading.unnamed))
    if guess == "remove_item":
        other = CHANGE.search(reading.unnamed) or IN_PLACE.search(reading.text)
        return not (other or reading.notes or reading.has("fulfilment") or reading.at_hand("choice"))
    if guess == "change_item":
        return not (is_taken_back(reading) or is_just_ordered(reading, first) or is_counted_each(reading))
    return guess == "add_note" and bool(reading.notes) and not reading.has("quantity") and is_known(reading, first)


def _settled(reading: Reading, guess: str, *, plain: bool) -> str | None:
    text = reading.text
    items, street = reading.at_hand("item"), reading.around("trade", "shop", "place")
    if asks(text) or (street and not reading.has("quantity")):
        having = guess in VAGUE | ORDERING | {"ask_shop"} and not reading.has("quantity")
        return "show_menu" if having and _HAVING.search(text) and not street else None
    if is_put_on(reading):
        return "change_item"
    told = is_told_the_kitchen(text) and guess in ORDERING and not reading.has("quantity")
    if told or is_for_the_kitchen(reading):
        return "add_note"
    if guess == "add_note" and not reading.notes and items[0].start == 0 and not is_known(reading, items[0]):
        return "order_items"
    gone = [item for item in items if any(leaves_out(note) and _covers(note, item) for note in reading.notes)]
    if (plain and len(gone) == len(items)) or _ANY_MORE.search(text):
        return "remove_item"
    if plain or guess in ORDERING:
        found = _amended(reading, guess, items, gone)
        if found is not None:
            return found
    wanted = reading.has("quantity") and (guess not in ORDERING or guess == "order_items")
    missed = guess in ("find_shop", "show_menu") and not FINDING.search(text)
    if plain or wanted or missed:
        return "order_items"
    return guess if guess in ORDERING and any(item.sure == 1 for item in items) else None


def _amended(reading: Reading, guess: str, items: list[Mention], gone: list[Mention]) -> str | None:
    """What is done to a line; None where nothing says that anything is."""
    text = reading.text
    noted = _noted(reading, guess, items, gone)
    if noted is not None:
        return noted
    if guess in _OF_THE_CART and is_just_ordered(reading, items[0]):
        return "order_items"
    if len(items) > 1 and not reading.has("quantity") and IN_PLACE.search(text):
        return "change_item"
    taken_away = reading.has("fulfilment") and not THAT.search(text) and TAKE_AWAY.search(text)
    if not taken_away and (guess == "remove_item" or REMOVE.search(reading.unnamed)):
        removed = _removed(reading, guess)
        if removed is not None:
            return removed
    if is_set_to(reading) or (NOT_SO_MANY.search(text) and len(items) == 1):
        return "change_item"
    if CHANGE.search(reading.unnamed) and not is_counted_each(reading):
        return "change_item"
    if guess == "change_item" and (is_counted_each(reading) or THOUGHT_AGAIN.search(text, items[0].end)):
        return "order_items"
    return None


def _noted(reading: Reading, guess: str, items: list[Mention], gone: list[Mention]) -> str | None:
    """For a dish with something left out or done to it: an order of it, or a note on what is ordered already."""
    left = [item for item in items if item not in gone]
    spoken_of = reading.hangul and left and not reading.has("quantity") and is_known(reading, left[0])
    beside = guess != "remove_item" or reading.at_hand("choice")
    if spoken_of and beside and reading.notes and left[0].end <= reading.notes[0].start:
        return "add_note"
    if not reading.notes or not left or left[0].start > reading.notes[0].start or CHANGE.search(reading.unnamed):
        return None if not reading.notes or not left else _noted_first(reading)
    if reading.has("quantity") or reading.at_hand("choice") or AN.search(reading.text[: left[0].start]):
        return "order_items"
    return None if reading.hangul or SPEAKS_OF.search(reading.text) else "order_items"


def _noted_first(reading: Reading) -> str | None:
    speaks = not reading.has("quantity") and SPEAKS_OF.search(reading.text)
    return "add_note" if speaks and reading.text[: reading.notes[0].start].strip() in ("", "please", "and") else None


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
    outright = verb.end() <= items[0].start or verb[0].endswith(("cart", "basket", "order"))
    each = outright and all(is_known(reading, item) for item in items)
    return "remove_item" if near and (len(items) == 1 or guess == "remove_item" or each) else None


def about_the_last(reading: Reading, guess: str) -> str | None:
    """Options or a number alone are about the line last spoken of."""
    removing = bool(REMOVE.search(reading.unnamed))
    if guess in ("order_items", "remove_item") and (_MORE.search(reading.text) or removing):
        return guess
    if reading.has("quantity") and _MORE.search(reading.text):
        return "order_items"
    return "remove_item" if removing else "change_item"
