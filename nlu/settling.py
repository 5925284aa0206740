"""What was found in a text against what the model thinks of it: the finds decide where they are plain."""

from __future__ import annotations

import re

from nlu.counted import AN
from nlu.fillers import content
from nlu.mentions import Mention
from nlu.notes import leaves_out
from nlu.reading import Reading
from nlu.understanding import Context
from nlu.values import Value

_ORDERING = frozenset({"order_items", "remove_item", "change_item", "add_note"})
_REMOVE = re.compile(
    r"(?<!곱)빼(?!기로)|뺄|뺐|(?<!로)(?<!로\s)줄여|삭제|지워|지울|없던|안\s?[가-힣]{1,3}래|안\s?(?:먹|시킬|할|살)|취소|됐어|\b(?:remove|delete|drop|take (?:off|out|away)|get rid|cancel|don't want|scratch|no more)\b|\btake\b.*\b(?:off|out)\b"
)
_TAKE_OUT = re.compile(
    r"^(?:please )?(?:cancel|remove|drop|delete|take out) (?:the|my|that) (?!order|whole|delivery|payment|coupon|cart|basket|reservation|address|everything)\w+(?: \w+)?$"
)
_SPEAKS_OF = re.compile(r"\b(?:for|on|in|with) (?:the|my|that|those|these)\b|^(?:the|my)\b")
"""Of a dish that is in the cart already."""
_THOUGHT_AGAIN = re.compile(
    r"(?<![가-힣])아니(?:다|야|고)?(?=[\s,.])|\b(?:no,? wait|no,|wait,|actually|sorry,|i mean|make (?:it|that))"
)
"""Taken back in the same breath in which it was ordered."""
_INTO = re.compile(r"(?:걸로|으로|로)(?:\s|$|요|해|할|주)")
_CHANGE = re.compile(
    r"바꿔(?!서)|바꿀|바꾸|변경|수정|늘려|로\s?줄여|(?<!배달\s)(?<!포장\s)말고|^아니\s|(?:개|잔|마리|인분|나|둘|셋)(?:으로|로)(?!\s?(?:하나|한|두|세|네|\d))|\b(?:change|switch|swap|instead|rather than)\b"
    r"|^(?:ok |okay |oh |hmm |so )?(?:actually|(?:can you |could you |please )?make (?:it|that|the|my))\b|^\S+(?: \S+)? for the\b"
)
_MORE = re.compile(r"더|추가|\b(?:more|another|add)\b")
_ASKING = re.compile(r"얼마|가격|값|있어요\?|있나|되나|돼요\?|어디|몇|언제|how much|price|cost|where|what|when|\?")
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
_SOLD_OUT = re.compile(
    r"없(?!이|애)|떨어|품절|소진|나갔|팔렸|팔았|동났|동이|매진|끝났|안\s?(?:돼|됩|되)|sold out|out of|ran out|run out|no more|none left|don't have|finished|all gone|unavailable|86"
)
_NOT_GONE = re.compile(
    r"(?:품절|매진|소진)(?:은|는|이|을|를|된\s?거)?\s?(?:아니|아닙|아님|아녜|풀|해제|취소|꺼|없애)|안\s?(?:떨어|나갔)"
    r"|(?:\bno longer|\bnot|n't|\bundo|\bcancel|\bremove|\bunmark)\s(?:as\s|the\s|that\s|actually\s|really\s)?"
    r"(?:sold out|out of|run out|all gone|unavailable)"
)
_AGAIN = re.compile(r"다시|또|풀어|풀렸|해제|\b(?:again|back)\b")
_CANNOT = re.compile(r"못\s?(?:해|받|만들|합|하|함|튀|드)|can't|cannot|unable")
_CANNOT_NOW = re.compile(
    r"못\s?(?:해|받|만들|합|하|함|튀)[가-힣]*|(?:can't|cannot|can not|unable to)\s\w+\s(?:it|this|that|any|(?:the|this|that|your) order)\b"
)
"""Not able to do the order, whatever is said after."""
_TOO_LATE = re.compile(
    r"^(?:안\s?(?:돼|됩|되)|못\s?(?:해|합)|아니|아뇨|취소\s?(?:안|못)|no\b|sorry\b|can't\b|cannot\b|not possible).*(?:"
    r"(?:벌써|이미|다)\s?(?:만들|튀|조리|요리|구웠|굽|끓|나갔|나왔|출발|했)|(?:만들|튀기|조리|굽|끓이)[가-힣]*\s?(?:고\s?있|는\s?중|중이)"
    r"|(?:being|already|been) (?:made|cooked|prepared|packed|cooking|making|started)|already (?:in the|on (?:its|the)|left|gone|out)|started (?:cooking|making|it))"
)
_BACK = re.compile(
    r"(?:이|가|은|는|도)?\s?(?:이제|지금|오늘)?\s?(?:있어|있습|있음|됩니다|돼요|가능|팔아|팝니다|들어왔|들어와|재입고|채웠|생겼)"
    r"|\s(?:is|are)?\s?(?:available|restocked|in stock|in)\b"
)
_LATE = re.compile(
    r"(?<!니)더(?:\s|$)|늦|지연|밀려|추가로|연장|미뤄|\b(?:delay(?:ed)?|late|longer|more|extra|another|behind|push)\b"
)
_CLOSE = re.compile(r"닫|마감|까지|끝내|끝낼|문\s?내|퇴근|\b(?:clos(?:e|es|ing)|until|till|shut)\b")
_OFF = re.compile(
    r"쉬|쉽니|휴무|쉴|휴가|휴업|안\s?(?:열|해|합|하|엽)|못\s?(?:열|해)|문\s?닫|\b(?:off|closed|not open|holiday|no business|won't (?:be )?open|not working)\b"
)
_PAUSE = re.compile(
    r"쉴게|쉴께|쉴래|쉽니다|쉬었다|쉬고\s?올|쉬어야|쉬겠|멈춰|멈출|멈추|그만\s?받|받지\s?마|안\s?받을|중단|막아|\b(?:stop|pause|hold|break|halt|rest)\b"
)
_CLAIMS = re.compile(r"이상|넘는|\b(?:above|over|least|rated)\b")
_FOUND_LITTLE = 1
_FIRM = 0.6
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
_BARE_MINUTES = range(5, 181)
"""A number alone that a merchant may mean as minutes."""
_CANNOT_GUESSES = frozenset({"merchant_refuse", "merchant_sold_out", "merchant_day_off"})
_MAY_OPEN = frozenset({"merchant_open", "merchant_close_at"})


def settle(reading: Reading, context: Context, guess: str, chance: float) -> tuple[str, bool]:
    """The intent to go by, and whether the finds make it sure. ``guess`` is the model's best for this role,
    with its ``chance``."""
    if reading.has("code") and guess != "out_of_scope":
        return "accept_invitation", True
    found = _merchant(reading, guess) if context.role == "merchant" else _consumer(reading, context, guess, chance)
    return (found, True) if found is not None else (guess, False)


def _rest(reading: Reading) -> int:
    """How many words carry something that was not found."""
    return len(content(reading.text, 0, len(reading.text), [*reading.mentions, *reading.values, *reading.notes]))


def _consumer(reading: Reading, context: Context, guess: str, chance: float) -> str | None:
    text = reading.text
    if context.at_hand and _DO_YOU_DELIVER.search(text):
        return "ask_delivery"
    if reading.has("stars") and not reading.mentions and not _CLAIMS.search(text):
        return "rate"
    items, choices = reading.at_hand("item"), reading.at_hand("choice")
    plain = _rest(reading) == 0 and not _ASKING.search(text)
    if items:
        firm = chance >= _FIRM and guess not in _ORDERING and guess not in _VAGUE
        return None if firm else _about_items(reading, guess, plain=plain)
    if context.at_hand and plain and (choices or (reading.has("quantity") and not reading.mentions)):
        return "add_note" if reading.notes else _about_the_last(reading, guess)
    without = guess == "remove_item" or (plain and bool(context.at_hand))
    if without and not _THAT.search(text) and any(leaves_out(note) for note in reading.notes):
        return "add_note"
    if context.at_hand and _TAKE_OUT.search(text):
        return "remove_item"
    if reading.around("trade", "item", "shop", "place"):
        return _about_the_street(reading, context, guess, plain=plain)
    if reading.has("open_now", "delivers") and not context.at_hand and _rest(reading) == 0:
        return "find_shop"
    if guess == "order_items" and not context.at_hand and not reading.has("quantity"):
        return "find_shop"
    if plain and not reading.mentions:
        return _about_getting_it(reading, guess)
    return None


def _about_items(reading: Reading, guess: str, *, plain: bool) -> str | None:
    text = reading.text
    items, street = reading.at_hand("item"), reading.around("trade", "shop", "place")
    if _ASKING.search(text) or (street and not reading.has("quantity")):
        having = guess in _VAGUE | _ORDERING | {"ask_shop"} and not reading.has("quantity")
        return "show_menu" if having and _HAVING.search(text) and not street else None
    gone = [item for item in items if any(leaves_out(note) and _covers(note, item) for note in reading.notes)]
    if plain and len(gone) == len(items):
        return "remove_item"
    if plain or guess in _ORDERING:
        noted = _noted(reading, items, gone)
        if noted is not None:
            return noted
        if guess == "remove_item" or _REMOVE.search(reading.unnamed):
            removed = _removed(reading, guess)
            if removed is not None:
                return removed
        if _CHANGE.search(reading.unnamed) and not _counted_each(reading):
            return "change_item"
        if guess == "change_item" and _THOUGHT_AGAIN.search(text, items[0].end):
            return "order_items"
    wanted = reading.has("quantity") and guess not in _ORDERING
    missed = guess in ("find_shop", "show_menu") and not _FINDING.search(text)
    return "order_items" if plain or wanted or missed else None


def _noted(reading: Reading, items: list[Mention], gone: list[Mention]) -> str | None:
    """For a dish with something left out or done to it: an order of it, or a note on what is ordered already."""
    left = [item for item in items if item not in gone]
    if not reading.notes or not left or left[0].start > reading.notes[0].start or _CHANGE.search(reading.unnamed):
        return None if not reading.notes or not left else _noted_first(reading)
    if reading.has("quantity") or reading.at_hand("choice") or AN.search(reading.text[: left[0].start]):
        return "order_items"
    return None if reading.hangul or _SPEAKS_OF.search(reading.text) else "order_items"


def _noted_first(reading: Reading) -> str | None:
    speaks = not reading.has("quantity") and _SPEAKS_OF.search(reading.text)
    return "add_note" if speaks and reading.text[: reading.notes[0].start].strip() in ("", "please", "and") else None


def _counted_each(reading: Reading) -> bool:
    """Whether each dish has its number, as in an order that goes on to say how all of them are to be."""
    dishes = reading.at_hand("item")
    return len(dishes) > 1 and len(reading.of("quantity")) >= len(dishes)


def _covers(note: Value, item: Mention) -> bool:
    return note.start <= item.start and item.end <= note.end


def _removed(reading: Reading, guess: str) -> str | None:
    """remove_item when a dish at hand is what is to go; None when it is something on or beside the dish."""
    items = reading.at_hand("item")
    verb = _REMOVE.search(reading.unnamed)
    if verb is None:
        return "change_item" if _INTO.search(reading.text) else "remove_item"
    nearest = max((item for item in items if item.start < verb.start()), key=lambda item: item.start, default=items[0])
    between = sorted((nearest.end, verb.start())) if nearest.end <= verb.start() else [verb.end(), nearest.start]
    near = not content(reading.text, between[0], max(between), reading.values)
    return "remove_item" if near and (len(items) == 1 or guess == "remove_item") else None


def _about_the_last(reading: Reading, guess: str) -> str | None:
    """Options or a number alone are about the line last spoken of."""
    removing = bool(_REMOVE.search(reading.unnamed))
    if guess in ("order_items", "remove_item") and (_MORE.search(reading.text) or removing):
        return guess
    if reading.has("quantity") and _MORE.search(reading.text):
        return "order_items"
    return "remove_item" if removing else "change_item"


def _about_the_street(reading: Reading, context: Context, guess: str, *, plain: bool) -> str | None:
    if context.at_hand and (guess == "remove_item" or (plain and _REMOVE.search(reading.unnamed))):
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
    if not dishes or _ASKING.search(reading.text) or _FINDING.search(reading.text):
        return False
    return reading.has("address") or any(AN.search(reading.text[: dish.start]) for dish in dishes)


def _about_getting_it(reading: Reading, guess: str) -> str | None:
    if guess in ("choose_delivery", "choose_pickup", "give_time", "give_address"):
        return guess
    if reading.has("address"):
        return "give_address"
    ways = reading.of("fulfilment")
    if ways:
        return "choose_delivery" if ways[-1].value == "delivery" else "choose_pickup"
    return "give_time" if reading.has("time", "asap") else None


def _merchant(reading: Reading, guess: str) -> str | None:
    text = reading.text
    dishes = [mention for mention in reading.mentions if mention.of("item", "choice")]
    refused = _CANNOT_NOW.search(reading.unnamed)
    if _TOO_LATE.search(text):
        return "merchant_deny_cancel"
    if dishes and (refused is None or refused.end() > dishes[0].start):
        stock = _about_stock(reading, guess)
        if stock is not None:
            return stock
    elif guess in _CANNOT_GUESSES and (refused or _CANNOT.search(text)):
        return "merchant_refuse"
    if reading.has("time") and _CLOSE.search(text) and not reading.has("minutes"):
        return "merchant_close_at"
    if reading.has("date") and _OFF.search(text) and not reading.has("time") and guess not in _MAY_OPEN:
        return "merchant_day_off"
    if reading.has("minutes") and _PAUSE.search(reading.unnamed) and not _LATE.search(text):
        return "merchant_pause"
    if reading.has("minutes"):
        return _about_minutes(reading, guess)
    numbers = reading.of("quantity")
    if len(numbers) == 1 and _rest(reading) == 0 and not reading.mentions and numbers[0].value in _BARE_MINUTES:
        return "merchant_accept"
    return None


def _about_stock(reading: Reading, guess: str) -> str | None:
    text = reading.text
    last = max(mention.end for mention in reading.mentions if mention.of("item", "choice"))
    again = bool(_AGAIN.search(text))
    gone = bool(_SOLD_OUT.search(reading.unnamed))
    if _NOT_GONE.search(text):
        return "merchant_restock"
    if again and (not gone or guess == "merchant_restock"):
        return "merchant_restock"
    if gone:
        return "merchant_sold_out"
    return "merchant_restock" if _BACK.match(text, last) and guess != "merchant_sold_out" else None


def _about_minutes(reading: Reading, guess: str) -> str | None:
    if _LATE.search(reading.text):
        return "merchant_delay"
    if guess in ("merchant_accept", "merchant_delay"):
        return guess
    return "merchant_accept" if _rest(reading) <= _FOUND_LITTLE else None
