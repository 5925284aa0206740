"""The wishes of a message that has several: each with the words it was said in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu.clauses import behind_the_order, clauses
from nlu.fillers import Spanned, content
from nlu.notes import is_for_all
from nlu.patterns import Pattern
from nlu.reading import Reading
from nlu.stance import is_counted

_COURTESY = frozenset(
    {
        "greet",
        "thanks",
        "goodbye",
        "affirm",
        "deny",
        "out_of_scope",
        "chitchat",
        "insult",
        "inform",
        "skip",
        "repeat",
        "cancel",
        "restart",
    }
)
"""What goes along with a wish and is none beside it."""
_ASKING = frozenset(
    {
        "find_shop", "show_menu", "recommend", "ask_dish", "ask_price", "ask_hours", "ask_phone", "ask_location",
        "ask_delivery", "ask_shop", "ask_payment", "show_cart", "show_coupons", "order_status", "my_orders", "help",
        "merchant_orders_today", "merchant_sales", "operator_waiting", "operator_today",
    }
)  # fmt: skip
"""Wishes that change nothing."""
_ORDERING = frozenset({"order_items", "change_item", "remove_item", "add_note"})
_OF_THE_CART = frozenset({"change_item", "remove_item"})
_WAYS = frozenset({"choose_delivery", "choose_pickup"})
_GETTING_IT = frozenset({"choose_delivery", "choose_pickup", "give_time", "give_address"})
_BESIDE_AN_ORDER = _GETTING_IT | {
    "ask_payment", "ask_shop", "ask_delivery", "ask_hours", "ask_location", "ask_phone", "show_coupons", "claim_coupon",
    "show_cart", "checkout", "add_note",
}  # fmt: skip
"""What is said right behind counted dishes without a break."""
_IS_ASKED = Pattern(
    r"[?？]|얼마|얼만|어디|언제|어떻게|어떤|무슨|누가|뭐|뭔|몇|(?:나|까|죠|니|냐|는가|은가|(?:하|되|돼|있|맞|없|오|쓰|파|이)지|지(?=[요여]))(?:요|여)?(?=[\s.!~ㅠㅜ]|$)|(?:돼|되|있어|하|해|가능|파)[요여]|알려|보여|찾(?:아\s?(?:줘|주|봐)|고)|추천|궁금|(?:영수증|메뉴판|번호|주소)\S{0,2}\s?(?:좀\s?)?(?:주세|줘)|가르쳐|확인|가격|메뉴|목록|내역|도움"
    r"|\b(?:how|what|what's|whats|when|where|where's|which|who|why|do|does|did|is|are|can|could|any|got|show|tell|find|see|list|check|menu|track|help|price|total|total's)\b"
)
_LIKE_BEFORE = Pattern(
    r"처럼|똑|같|그대로|그걸|늘|맨날|항상|먹던|시키던|다시|또\s?(?:주|시|할|부)|\b(?:usual|same|again|last|re-?order|repeat)\b"
)
_IF_SO = Pattern(r"\s*(?:되면|돼면|있으면|있음|가능하면|된다면|if so|if you do|if yes)(?![가-힣])")
_COSTS = Pattern(r"얼마|얼만|가격|\b(?:how much|total|cost|price)\b")
_USES = Pattern(r"(?:쓰|써|쓸|사용|적용)(?!\S{0,3}\s?수\s?있)\S*[\s.!~]*$|\b(?:use|apply)\b(?!.*\?)")
"""Of a coupon."""
_GIVES = {
    "choose_delivery": ("fulfilment", "address"),
    "choose_pickup": ("fulfilment",),
    "give_time": ("time", "date", "asap", "minutes"),
    "give_address": ("address",),
}
_GOT = Pattern(r"배달|포장|픽업|주소|시간|언제|찾으러|가지러|\b(?:deliver|pick|collect|take|to go|address|time|when)")
"""A way to get it named without a value, as where the address is to be another one."""
_NOT_PLAIN = Pattern(
    r"로(?![가-힣])|빼|뺄|안\s|못\s|취소|바꿔|바꾸|변경|수정|늘려|줄여|아니|말고|대신|삭제|지워|됐|하지\s?마|그만"
    r"|\b(?:remove|drop|change|switch|not?|off|instead|without|make|actually|cancel|deliver\w*|pick\w*|take|send|bring|cart|basket)\b"
)
_POLITENESS = frozenset({"greet", "thanks", "goodbye"})
_ABOUT_DISHES = frozenset({"ask_dish", "ask_price", "recommend", "show_cart"})
_BY_THE_WAY = Pattern(r"\b(?:by the way|btw|also|in total|altogether)\b|근데|그리고|총|다\s?해서")
_WISHED = Pattern(
    r"\b(?:i'll|i'd|get|wants?|wanna|likes?|fancy|needs?|have|having|take|order|add|give|please|pls|put)\b|(?:주|줘|할|시킬|담|추가|부탁|먹을)\S*\s*$"
)
_IN_ITS_PLACE = Pattern(r"대신|\b(?:in (?:its|their|his) (?:place|stead)|instead|(?:sooner|rather) have)\b")
_UNDONE = Pattern(
    r"\s*(?:(?:아니(?:다|야)?|아|음|그럼|그냥)[\s,]+)*(?P<that>(?:그거|그건|이거|이건|저거|아까\s?거|방금\s?거|마지막\s?거)\S?\s)?(?:(?:다|싹|전부|모두|주문)\s?)*(?:취소하|지우|비우)고(?:요)?[\s,]*"
)
"""A first clause that names no dish: all of the cart is to go, or what was put in last."""
_MOST = 4
"""Clauses that are read each on its own; a longer message is one wish after them."""

Judge = Callable[[Reading], str | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message with its intent."""

    intent: str
    start: int
    end: int


def changes_something(intent: str) -> bool:
    """Whether more than an answer is wanted."""
    return intent not in _ASKING


def pieces(reading: Reading, whole: str, judge: Judge) -> list[Piece]:
    """The wishes in order, or nothing when there is just one. ``judge`` tells the intent of a part of the message, or
    None when it is unsure of it; ``whole`` is that of the message."""
    if whole == "out_of_scope" and not reading.orderable():
        return []
    sure: dict[int, str | None] = {}
    spans = _spans(reading, whole, judge, sure)
    if len(spans) == 1:
        return []
    found: list[Piece] = []
    before, answered = 0, False
    consumer = not whole.startswith(("merchant", "operator"))
    named = any(one.start >= spans[1][0] and one.of("item", "shop") for one in reading.mentions)
    undone = _UNDONE.fullmatch(reading.text, *spans[0]) if consumer and named else None
    if undone is not None:
        sure[0] = "remove_item" if undone["that"] else "clear_cart"
    for start, end in spans:
        part = reading.part(before, end)
        known = start == before and start in sure
        if not known and consumer and _hands_over(part):
            sure[start], known = "add_note", True
        elif not known and consumer and _just_dishes(part):
            sure[start], known = "order_items", True
        intent = sure[start] if known else judge(part) if _says_something(part) else None
        if intent == "order_again" and not _LIKE_BEFORE.search(part.text):
            intent = None
        if intent is not None and found:
            intent = _beside(intent, part, found)
        if intent is None or intent in _COURTESY:
            if found:
                found[-1] = Piece(found[-1].intent, found[-1].start, end)
            before = end if found or intent in _POLITENESS else before
            continue
        piece = Piece(intent, before, end)
        if found and _goes_on(reading, found[-1], piece):
            answered = answered or _if_so(reading, piece)
            both = "order_items" if _if_so(reading, piece) else _of_both(found[-1].intent, intent)
            found[-1] = Piece(both, found[-1].start, end)
        else:
            found.append(piece)
        before = end
    ordered = len(found) == 1 and found[0].intent in _ORDERING and found[0].start == 0
    if ordered and (answered or whole in _ORDERING):
        doubtful = whole == "remove_item" or not _is_ordered(reading.part(*spans[0]))
        return [] if found[0].intent == "order_items" != whole and doubtful else found
    intents = [piece.intent for piece in found]
    put_in = intents[:1] == ["remove_item"] and intents[1:] in (["order_items"], ["change_item"])
    if put_in and _IN_ITS_PLACE.search(reading.text):
        return [Piece("change_item", 0, len(reading.text))]
    if whole in _OF_THE_CART and {piece.intent for piece in found} == _OF_THE_CART and not _dishes(reading, found[-1]):
        return []
    if len(found) == 1 and whole in _POLITENESS:
        return found
    if _asks_of_what_it_names(reading, whole, found):
        return []
    if {piece.intent for piece in found} == _WAYS and len(reading.of("fulfilment")) == 1:
        return []  # one of them is only turned down: "no delivery, i'll pick it up"
    return found if len({piece.intent for piece in found}) > 1 else []


def _is_ordered(part: Reading) -> bool:
    """Whether dishes are wished for, by their number or by a verb."""
    return is_counted(part) or bool(_WISHED.search(part.text))


def _asks_of_what_it_names(reading: Reading, whole: str, found: Sequence[Piece]) -> bool:
    """Whether dishes are only named first in order to ask about them: "bibimbap or pancake, which is bigger"."""
    if whole not in _ABOUT_DISHES or len(found) != 2 or found[0].intent not in _ORDERING:
        return False
    first, second = (reading.part(piece.start, piece.end) for piece in found)
    asked = found[1].intent in _ABOUT_DISHES and not second.at_hand("item") and not _BY_THE_WAY.search(second.text)
    wished = _is_ordered(first) or _NOT_PLAIN.search(first.unnamed)
    return asked and not wished


def _spans(reading: Reading, whole: str, judge: Judge, sure: dict[int, str | None]) -> Sequence[tuple[int, int]]:
    """The clauses, with a break behind counted dishes where another wish follows them. What is known then of their
    intents goes into ``sure``, by where they begin."""
    spans = clauses(reading)
    cut = behind_the_order(reading)
    if cut is not None and cut < spans[0][1] and not (whole == "order_items" and not _goes_beyond(reading, cut)):
        end = spans[0][1]
        intent = judge(reading.part(cut, end))
        if intent in _BESIDE_AN_ORDER:
            sure[0] = "order_items"
            sure[cut] = intent
            spans = [(0, cut), (cut, end), *spans[1:]]
    return [*spans[: _MOST - 1], (spans[_MOST - 1][0], spans[-1][1])] if len(spans) > _MOST else spans


def _goes_beyond(reading: Reading, at: int) -> bool:
    """Whether what follows an order is no note and no way to get it."""
    text = reading.text[at:]
    return bool(_IS_ASKED.search(text)) or "쿠폰" in text or "coupon" in text


def _beside(intent: str, part: Reading, before: Sequence[Piece]) -> str | None:
    """The intent of a clause behind other wishes, where less is taken on trust: None for what only gives a reason."""
    text = part.text
    if intent in ("ask_price", "ask_dish") and not part.mentions and before[-1].intent in _ORDERING:
        intent = "show_cart" if _COSTS.search(text) else intent
    if intent == "order_status" and before[-1].intent in ("order_items", "order_again", "ask_delivery"):
        intent = "ask_delivery"
    if intent == "show_coupons" and _USES.search(text):
        return "claim_coupon"
    if intent in _ASKING and not _IS_ASKED.search(text):
        return None
    if intent in _GETTING_IT and not (part.has(*_GIVES[intent]) or part.mentions or _GOT.search(text)):
        return None
    return intent


def _says_something(part: Reading) -> bool:
    if part.mentions or part.notes:
        return True
    return bool(part.values) or bool(content(part.text, 0, len(part.text), ())) or len(part.squeezed) > 1


def _just_dishes(part: Reading) -> bool:
    """Whether a clause is counted dishes and politeness, so plainly that no model need be asked."""
    text = part.unnamed
    if part.notes or not part.has("quantity") or not any(dish.of("item") for dish in part.orderable()):
        return False
    told: list[Spanned] = [*part.mentions, *part.of("quantity")]
    return not (_NOT_PLAIN.search(text) or _IS_ASKED.search(text) or content(part.text, 0, len(text), told))


def _hands_over(part: Reading) -> bool:
    """Whether a clause is nothing but a note on how all of it is handed over."""
    text = part.text
    return any(is_for_all(note) and not content(text, 0, len(text), (note,)) for note in part.notes)


def _of_both(first: str, second: str) -> str:
    return next(
        (one for one in ("order_items", "merchant_refuse", "merchant_deny_cancel") if one in (first, second)), first
    )


def _goes_on(reading: Reading, first: Piece, second: Piece) -> bool:
    """Whether the second speaks of the same wish: the same intent, or of the lines that the first has ordered."""
    if first.intent == second.intent:
        return True
    if not {"merchant_refuse", "merchant_deny_cancel"}.isdisjoint((first.intent, second.intent)):
        return True
    if _if_so(reading, second):
        return True
    if first.intent not in _ORDERING:
        return False
    if second.intent == "add_note":
        return True
    if first.intent == "add_note":
        return second.intent == "order_items"
    ordered = _dishes(reading, first)
    again = _dishes(reading, second)
    if second.intent in ("change_item", "remove_item") and first.intent == "order_items":
        return again <= ordered
    return first.intent == "change_item" and second.intent == "order_items" and not again


def _if_so(reading: Reading, piece: Piece) -> bool:
    """Whether a piece orders what the one before it has asked for: "유린기 되나요? 되면 하나"."""
    orders = piece.intent in ("order_items", "change_item") and _IF_SO.match(reading.text, piece.start)
    return bool(orders) and not _dishes(reading, piece)


def _dishes(reading: Reading, piece: Piece) -> set[str]:
    return {
        name.key
        for mention in reading.orderable()
        if piece.start <= mention.start < piece.end
        for name in mention.of("item")[:1]
    }
