"""Words that take back what was said before, made as exact as what is in the cart and on the screen allows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.parting import parted, put_on, some_into, some_of, turned
from bot.spoken_of import counted, that_one
from flows.turned import Asking
from nlu.addresses import is_said
from nlu.quantities import find_quantities
from nlu.understanding import OrderLine, Understanding

_TAKES_BACK = re.compile(
    r"\W*(?:아니(?!면|라도|어도)\S{0,2}[\s,.]|아뇨[\s,.]|아\s?참|아차|앗|참[,\s]|정정|제가 잘못"
    r"|(?:oh\s+)?(?:no|sorry|oops|wait|actually|hold on|scratch that|correction|i mean)\b)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"주소|배송지|배달지|\baddress\b", re.IGNORECASE)
_TIME = re.compile(r"시간|\btime\b", re.IGNORECASE)
_WRONG = re.compile(
    r"잘못|틀렸|틀린|틀려|아니[에예야었]|바꿀|바꾸|바꿔|고칠|고쳐|수정|변경|\bwrong\b|\bchange\b|\bmistake|\bincorrect\b|\bnot right\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:\d+\s*동\s*)?(?:지하\s*)?\d+\s*[층호](?!선)|\b(?:apt|apartment|unit|suite|room|flat|floor)\.?\s*#?\d\w*|\b\d+(?:st|nd|rd|th) floor",
    re.IGNORECASE,
)
_UNDO = re.compile(
    r"(?:방금|지금|아까|마지막|금방)\s*(?:한\s?)?(?:거|것|건|걸|누른|말한).{0,8}(?:취소|물러|무를|되돌)|되돌려|실수로|잘못\s?(?:눌|말)"
    r"|\bundo\b|\btake (?:that|it) back\b|\bby mistake\b|\bthat was a mistake\b|\bcancel (?:that|the last)\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"\W*(?:아니|아|앗|아차|어|잠깐|잠시만요?)?[\s,.!]*(?:"
    r"(?:방금|지금|아까|마지막(?:으로|에)?|금방|바로 전에)\s*(?:제가\s?)?(?:(?:한|담은|담근|추가한|넣은|바꾼|말한|고른|시킨|고친|누른)\s?)?(?:거|것|건|걸|메뉴)(?:는|은|를|을)?\s*"
    r"(?:말고|좀|다시|도로)?\s*(?:취소|물러|물릴|무를|되돌|빼|뺄|없던)\S*(?:\s?(?:걸로|줘|주세요|할게요?|해줘|해주세요|돌려\S*|주실래요|줄래요?))*"
    r"|(?:다시\s|도로\s)?(?:되돌려|원래대로|(?:아까|전)처럼 다시)\s?(?:놔|해|돌려|바꿔)?\s?(?:놔|해)?\s?(?:줘|주세요|요|놓아\S*|주실래요)?"
    r"|(?:(?:oh|no|wait|sorry|oops|actually|hm+|ah)[\s,.!]+)*(?:(?:please|pls|can you|could you)\s+)*"
    r"(?:undo(?: (?:that|it|this|the last (?:one|thing|change)))?|take (?:that|it) back|revert(?: that| it)?|put it back(?: (?:how|the way|as) it was)?"
    r"|(?:cancel|remove|scratch|drop|forget) (?:the last (?:one|thing|item|change|bit)|what i just (?:said|added|ordered)))(?:[\s,]+(?:please|pls|thanks))?"
    r")\W*",
    re.IGNORECASE,
)
_BARE_HOUR = re.compile(
    r"\W*(?:(?:아니(?:다|야|요)?|아|앗|참|아차|no|oh|wait|sorry|actually|i mean(?:t)?|make (?:it|that))[\s,.!]+)+(?P<hour>1[0-2]|[1-9])(?:\s?(?:please|pls|요|이요|으로|로))?\W*",
    re.IGNORECASE,
)
_COUNTED = r"(?:[개잔병판줄장팩캔나둘셋넷섯]|마리|그릇|공기|인분|송이|조각|\d)"
_SO_MANY = re.compile(
    rf"{_COUNTED}(?:이)?면\s?(?:돼|되|됩|충분|족|괜찮)|\b(?:is|are|will be|would be|'s) (?:enough|plenty)\b",
    re.IGNORECASE,
)
"""Says how many there are to be in all."""
_NO_MORE = re.compile(rf"{_COUNTED}만(?:요|\s|[.!]|$)|\b(?:just|only)\b", re.IGNORECASE)
"""Says so too, where there are more already."""
_MORE = re.compile(
    r"(?:^|\s)(?:더|또|추가)|(?<=[가-힣])도\s|\b(?:more|another|extra|add|also|too|as well)\b", re.IGNORECASE
)
_ADDS = re.compile(
    r"^\W*(?:(?:can|could) (?:you|i) |please |and |also |i'd like to )*add (?:another|one more|an?|two|three|\d+)\b",
    re.IGNORECASE,
)
_NOT_SO_MANY = re.compile(r"\bnot (?P<number>\w+)")
_PARTS = re.compile(rf"{_COUNTED}[은는]\s.*{_COUNTED}[은는]\s|\bone\b.*\bone\b", re.IGNORECASE)
"""Says of so many how some are to be, and how the others: "하나는 아이스로 하나는 따뜻하게"."""
_MEANT = re.compile(
    r"\bi (?:mean|meant)\b|\bmeant to (?:say|order)\b|(?:걸|것을?|거)\s?잘못\s?(?:말|시|담|눌)", re.IGNORECASE
)
"""The dish named takes the place of what was said last."""
_SMALL_TALK = frozenset({"thanks", "goodbye", "insult", "chitchat", "greet"})
_OF_DISHES = frozenset({"order_items", "change_item", "remove_item", "inform", "deny"})
_ONLY = re.compile(r"\s?만(?=[\s.,!~]|요|$)(?!.*(?:빼|취소|지워|삭제|제외|안\s))")
"""Behind a dish: the others are to go."""
_BUT_FOR = re.compile(
    r"\s?만?\s?(?:빼고|남기고|남겨\s?두고|놔두고|두고|제외하고)(?:는|요)?\s?(?:다|전부|모두|싹|나머지\S{0,2})\s?(?:빼|취소|지워|없애|삭제|됐)"
)
"""Behind a dish: nothing but that stays."""
_JUST = re.compile(
    r"^(?!.*\b(?:remove|drop|cancel|take|delete|lose|without|no|not|add)\b).*\b(?:just|only) (?:the |my |a |an )?$",
    re.IGNORECASE,
)
"""Before a dish: nothing but that is wanted."""
_HAD = re.compile(r"결제|계산|주문\s?(?:할|해|하)|시킬|\bcheck ?out\b|\bpay\b", re.IGNORECASE)
_WAYS = {"pickup": "choose_pickup", "delivery": "choose_delivery"}
_CLEAR = 0.6
"""From this confidence small talk is no answer to the question where to."""
_CLEAR_TIME = 0.8
"""From this confidence words without a time want another time: "좀 늦게 받을래요"."""
_BARE_PRICE = re.compile(r"(?<![\d,])(?:\d{1,3}(?:,\d{3})+|\d{3,7})(?![\d,])")
MISSAID = 60
"""Longer texts say more than that something was wrong."""


def exact(understood: Understanding, asking: Asking | None, slots: Mapping[str, Any]) -> Understanding:
    """The same with the intent that the moment gives it."""
    cart = slots.get("cart")
    held: Sequence[Mapping[str, Any]] = cart.get("lines", ()) if isinstance(cart, Mapping) else ()
    that = that_one(understood, slots) if held and asking is None else None
    if that is not None:
        return that
    choosing = slots.get("option") if asking is not None and asking.slot == "choice" else None
    if understood.intent in _OF_DISHES and (held or choosing):
        again = _of_one_dish(understood, held, choosing) or _in_the_cart(understood, held)
        if again is not None:
            return again
    if not held and understood.intent == "order_items" and turned(understood) is not None:
        return replace(understood, intent="change_item")
    put = put_on(understood) if not held else None
    if put is not None:
        return replace(understood, intent="change_item", lines=(put,))
    if asking is None and not held:
        of_it = counted(understood, slots)
        if of_it is not None:
            return of_it
    missaid = len(understood.text) <= MISSAID and _WRONG.search(understood.text) is not None
    if asking is None and understood.intent == "give_address" and missaid and understood.value("address") is None:
        return understood if unit_in(understood) else replace(understood, intent="change_address")
    if asking is None or asking.flow != "checkout" or asking.slot in ("address", "address_detail"):
        return understood
    way = understood.value("fulfilment") if understood.intent == "deny" and asking.slot != "fulfilment" else None
    if way in _WAYS:
        return replace(understood, intent=_WAYS[way])
    if understood.intent == "deny" and understood.value("address") is not None:
        return replace(understood, intent="give_address")
    if understood.value("address") is None:
        unnamed = understood.intent == "give_address" and unit_in(understood) is None
        if unnamed or (
            missaid and _ADDRESS.search(understood.text) and not any(line.item for line in understood.lines)
        ):
            return replace(understood, intent="change_address")
    timed = understood.value("time") is not None or understood.value("asap") is not None
    if not timed and asking.slot != "wanted_at":
        at = missaid and _TIME.search(understood.text) and not any(line.item for line in understood.lines)
        if at or (understood.intent == "give_time" and understood.confidence >= _CLEAR_TIME):
            return replace(understood, intent="change_time")
    return understood


def undoes(text: str) -> bool:
    """Whether a shop takes back what it has just done: "방금 거 취소", "undo that"."""
    return len(text) <= MISSAID and _UNDO.search(text) is not None


def takes_back_the_last(text: str) -> bool:
    """Whether a customer wants what the last message did to the cart undone, and nothing else."""
    return len(text) <= MISSAID and _LAST.fullmatch(text) is not None


def another_hour(text: str, slots: Mapping[str, Any]) -> str | None:
    """The bare number that puts right the time that was just said: "no wait, 4"."""
    was, said = slots.get("cart_was"), _BARE_HOUR.fullmatch(text)
    return said["hour"] if said is not None and isinstance(was, Mapping) and was["timed"] else None


def repriced(understood: Understanding, asking: Asking | None, slots: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a shop says anew when it is asked whether a dish is to cost so much: "아 1000원", "아니 라떼". The rest stays."""
    priced = slots.get("priced")
    if asking is None or asking.flow != "merchant_price" or asking.slot != "sure" or not isinstance(priced, Mapping):
        return None
    money, item = understood.value("money"), understood.value("item")
    bare = _BARE_PRICE.search(understood.text) if money is None else None
    money = int(bare.group().replace(",", "")) if bare is not None else money
    if priced["asked"] and item is None:
        return None  # it answered a question, which is put right like any other answer
    anew = understood.intent == "merchant_price" or _TAKES_BACK.match(understood.text)
    if not anew or (money is None and item is None):
        return None
    likewise = money is None or 2 * money < priced["was"]
    return {
        "item": item or priced["id"],
        "new_amount": slots.get("new_amount") if money is None else money,
        "change": understood.value("change") or (slots.get("change") if likewise else None),
    }


def unit_in(understood: Understanding) -> str | None:
    """The floor or door of "주소는 2층이고", where a street was given before."""
    if understood.intent != "give_address" or understood.value("address") is not None:
        return None
    found = _UNIT.search(understood.text)
    return found.group() if found else None


def beside_the_question(understood: Understanding, asking: Asking) -> bool:
    """Thanks, a curse, a bare yes or a remark where a place is asked for: heard, and no address."""
    if asking.expect not in ("address", "place") and asking.slot != "address_detail":
        return False
    if asking.slot != "address_detail" and understood.value("address") is None and is_said(understood.text.casefold()):
        return True
    words = _SMALL_TALK if asking.slot == "address_detail" else _SMALL_TALK | {"affirm", "deny", "skip"}
    return understood.intent in words and understood.confidence >= _CLEAR and not understood.entities


def _of_one_dish(understood: Understanding, held: Sequence[Mapping[str, Any]], asked: Any) -> Understanding | None:
    """What is said of how the dishes in the cart are to be, or which of them alone are wanted."""
    parts = some_of(understood, held) or some_into(understood, held)
    if parts is None and _MORE.search(understood.text):
        return None
    parts = parts or parted(understood, held, asked if isinstance(asked, Mapping) else None)
    if parts is not None:
        return replace(understood, intent="change_item", lines=parts)
    if understood.intent == "deny":
        chosen = understood.value("choice") is not None and not understood.lines
        return replace(understood, intent="change_item") if chosen else None
    there = {str(line.get("item")) for line in held}
    named = {str(line.item) for line in understood.lines}
    if understood.intent == "inform" or not named or not named <= there:
        return None
    ends = [one.end for one in understood.entities if one.entity == "item"]
    kept = any(_BUT_FOR.match(understood.text, end) for end in ends)
    starts = [one.start for one in understood.entities if one.entity == "item"]
    kept = kept or any(_JUST.search(understood.text[:start]) for start in starts[:1])
    if not kept and not _just_named(understood):
        return None
    if kept or (ends and _ONLY.match(understood.text, ends[-1])):
        gone = tuple(OrderLine(item, None) for item in sorted(there - named))
        if gone:
            return replace(understood, intent="remove_item", lines=gone)
    elif understood.intent != "order_items":
        return None
    way = _WAYS.get(str(understood.value("fulfilment")))
    if way is not None or _HAD.search(understood.text):
        unnamed = tuple(one for one in understood.entities if one.entity != "item")
        return replace(understood, intent=way or "checkout", lines=(), entities=unnamed)
    return None


def _just_named(understood: Understanding) -> bool:
    """Whether dishes are named, with no number and nothing that is to be another way."""
    return not any(line.quantity is not None or line.options or line.note for line in understood.lines)


def _in_the_cart(understood: Understanding, held: Sequence[Mapping[str, Any]]) -> Understanding | None:
    """What words of dishes mean for those in the cart, where that is more than they say; None where it is not."""
    lines = understood.lines
    if understood.intent in ("remove_item", "inform", "deny"):
        return None
    if understood.intent == "change_item" and not any(line.item for line in lines):
        numbers = [one.value for one in understood.entities if one.entity == "quantity"]
        denied = _NOT_SO_MANY.search(understood.text.casefold())
        if denied is not None and len(numbers) == 1:
            numbers = [*(one.value for one in find_quantities(denied["number"])), *numbers]
        those = [line for line in held if len(numbers) == 2 and line.get("quantity") == numbers[0]]
        if len(held) < 2 or len(those) != 1:
            return None
        return replace(understood, lines=(OrderLine(str(those[0].get("item")), numbers[1]),))
    if len(lines) == 1 and lines[0].item and lines[0].quantity != 0 and _MEANT.search(understood.text):
        newest = str(held[-1].get("item"))
        gone = () if newest == lines[0].item else (OrderLine(newest, 0),)
        return replace(understood, intent="change_item", lines=(*gone, lines[0]))
    if (
        understood.intent == "change_item"
        and _ADDS.search(understood.text)
        and all(one.item and one.quantity for one in lines)
    ):
        return replace(understood, intent="order_items")
    if understood.intent == "order_items" and (_says_again(understood, held) or _those_of_the_cart(understood, held)):
        return replace(understood, intent="change_item")
    return None


def _those_of_the_cart(understood: Understanding, held: Sequence[Mapping[str, Any]]) -> bool:
    """ "Can I have the lattes iced?", 라떼는 아이스로 주세요, with lattes in the cart: how those are to be, and no more of
    them."""
    there = {str(line.get("item")) for line in held}
    return bool(understood.lines) and all(
        line.item in there
        and line.quantity is None
        and bool(line.options or line.unknown_options)
        and re.search(
            rf"\b(?:the|my)\s(?:\w+\s){{0,2}}{re.escape(line.text)}\b|{re.escape(line.text)}[은는](?!\S)",
            understood.text,
            re.IGNORECASE,
        )
        is not None
        for line in understood.lines
    )


def _says_again(understood: Understanding, held: Sequence[Mapping[str, Any]]) -> bool:
    """ "Actually two lattes", "one latte is enough", 라떼는 한 잔이요, with lattes in the cart: so many, and not so many
    more. Without a dish it is the one last spoken of: "아니다 네 잔"."""
    text, lines = understood.text, understood.lines
    there = {str(line.get("item")): int(line.get("quantity") or 0) for line in held}
    if not lines or any(not line.quantity for line in lines) or _MORE.search(text):
        return False
    if _TAKES_BACK.match(text) and all(line.item is None and not line.text for line in lines):
        return True
    if any(line.item is None for line in lines):
        return False
    known = [line for line in lines if line.item in there]
    if _TAKES_BACK.match(text) and known:
        return True
    if len(known) < len(lines):
        return False
    one_dish = len(lines) > 1 and len({line.item for line in lines}) == 1
    if one_dish and sum(line.quantity or 0 for line in lines) == there[str(lines[0].item)] and _PARTS.search(text):
        return True
    fewer = all((line.quantity or 0) < there[str(line.item)] for line in lines)
    topics = all(line.text and re.search(rf"{re.escape(line.text)}[은는](?!\S)", text) for line in lines)
    return _SO_MANY.search(text) is not None or topics or (fewer and _NO_MORE.search(text) is not None)
