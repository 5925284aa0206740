"""What was found in a text against what the model thinks of it: the finds decide where they are plain."""

from __future__ import annotations

from nlu.cart_verbs import COULD_IT, REMOVE, TAKE_OUT, THAT, THAT_ONE, TO_CUSTOMERS, is_due, is_to_be
from nlu.clauses import behind_the_order
from nlu.counted import AN
from nlu.notes import leaves_out
from nlu.patterns import Pattern
from nlu.reading import Reading
from nlu.settling_items import FINDING, FIRM, ORDERING, SURE, VAGUE, VERY_SURE, about_items, about_the_last
from nlu.settling_shops import about_shop, all_found
from nlu.stance import asks, is_told_the_kitchen
from nlu.understanding import Context

_IF_THERE_IS = Pattern(
    r"(?:되나요?|돼요|있나요?|있어요|될까요|가능한가요|가능해요)\s*\?*\s*(?:되|있으|가능하)면"
    r"|\b(?:do you (?:have|do|sell)|any|is there)\b.+\?\s*(?:if (?:so|yes|you do)\b|(?:one|two|three|\d+) of (?:that|those)\b)"
)
"""Ordered on condition that it can be had."""
_ONE_MORE = Pattern(
    r"\s더\s?(?:추가|넣|주|담|시키|시킬|주문)\S*\s?(?:수\s?있|되|돼|될|가능)|\s더\s?(?:추가하|넣어\s?주|넣|주|담아\s?주|담)(?:시)?[고구][요,\s]*$|^(?:can|could|may) (?:you|i|we) (?:please )?(?:add|get|have) (?:one|two|three|four|five|\d) more\b"
)
"""Asked for politely, or in the same breath as something else: no question."""
_DO_YOU_DELIVER = Pattern(
    r"\b(?:do|does|would) (?:you|u|they|it|this (?:place|shop))(?: guys| also)? (?:deliver|do deliver(?:y|ies))\b"
)
_CLAIMS = Pattern(r"이상|넘는|\b(?:above|over|least|rated)\b")
_WHICH_THERE = Pattern(
    r"^(?:여기\s|거기\s|오늘\s)?(?:(?:무슨|어떤)\s?[가-힣]+\s?(?:종류\s?)?(?:가|이|를|을|들)?\s?(?:있|팔|파|나오|나왔|취급)|[가-힣]+\s?(?:은|는|이|가)?\s?(?:뭐뭐|뭐가|어떤\s?게|뭐)\s?(?:있|팔|파|나오|나왔))"
    r"|^(?:what|which)(?: (?:kinds?|sorts?|types?) of)? (?!bakeries|shops?\b|stores?\b|places?\b|restaurants?\b|cafes\b)[a-z]+ (?:are there|have you got|do (?:you|they) (?:have|sell|do|serve)|you got)\b"
    r"|^(?:please )?(?:show me|let me see|list)(?: all)?(?: of)? (?:the|your) (?!.*\b(?:near|places?|shops?|stores?|restaurants?)\b)[a-z]+(?: [a-z]+)?$"
)
"""Asks what there is of a kind, also where a kind of shop has the same name: bread."""
_MISTAKEN_FOR_MENU = frozenset({"give_address", "ask_location", "order_status"})
_IN_A_LANGUAGE = Pattern(
    r"\b(?:switch|change|speak|talk|continue|reply|answer|write|put (?:it|this)|do (?:it|this)|can we do)\b[^.?!]{0,20}\b(?:korean|english)\b(?! [a-z]*(?:food|place|restaurant|bbq|chicken|dish|stew|beef|pork|breakfast|muffin))"
)
_MISTAKEN_FOR_NOTES = frozenset({"ask_phone", "handoff", "out_of_scope", "find_shop", "order_status"})
_TO_THE_RIDER = Pattern(
    r"^(?:please |just |can you |could you )*(?:text|ring|call|phone|message|buzz|knock|leave|drop|hand)\b(?! (?:us|me) (?:an?|the) ).*"
    r"\b(?:when (?:you|they|he|she)|once (?:you|they|he|she)|instead|on arrival|outside|downstairs|(?:at|by|in|with|on) the (?:door|gate|lobby|desk|barrier|porch|guard|concierge|neighbou?r))"
)
"""How to hand over."""
_IN_ALL = Pattern(
    r"다\s?(?:해서|하면|합쳐|합치)|(?<![가-힣])(?:총|전부|모두|합계|합쳐서)(?![가-힣])|\b(?:altogether|in total|comes? to|add(?:s|ed)? up)\b"
)
_SOMEWHERE_ELSE = Pattern(
    r"다른\s?(?:가게|집|곳|식당|매장|데)(?:는|은|로|에서|으로|도|를|가)?\s?(?:할|갈|시킬|찾|볼|보여|없|바꿀|바꿔|알아)|\b(?:somewhere|someplace) else\b|\b(?:another|different|other) (?:shop|store|place|restaurant|cafe)s?\b"
)
_OF_PAYING = frozenset({"pay_again", "checkout", "out_of_scope"})
_HOW_TO_PAY = Pattern(
    r"(?:결제|계산|돈)\S{0,2}\s?(?:은\s|는\s)?(?:어떻게|뭘로|뭐로|무엇으로|무슨)|\bhow (?:do|can|should) i pay\b"
)
_CHOSE_WRONG = Pattern(
    r"\bi(?:'ve)? (?:accidentally )?(?:ordered|picked|chose|got|pressed|tapped) the wrong\b|\bordered by (?:mistake|accident)\b"
)
_NO_COMPLAINT = frozenset(
    {"remove_item", "change_item", "find_shop", "add_note", "order_items", "out_of_scope", "inform"}
)
_COMPLAINS = Pattern(
    r"(?:늦게|안)\s?(?:와요|오네|와서|왔어|왔네|오고|오잖)|(?:이|가|은|는|배달|음식|주문)\s?(?:너무\s|많이\s|좀\s)?늦(?:어요|네요|는데|어서|었)"
    r"|(?:다\s?)?식(?:었|어서|어\s?왔|은\s?게)|쏟아|엎질|엎어|(?:빠졌|빠져\s?있|덜\s?왔|잘못\s?(?:왔|온))|머리카락"
    r"|\b(?:was|is|were|came|arrived) (?:stone |ice |really |very |all )?(?:cold|late|missing|spilled|spilt|soggy|stale|burnt)\b(?! brew)|\bmoney back\b"
)
"""What went wrong with food that was had or is on its way."""
_OWN_DELAY = Pattern(r"(?:제가|저는|나는|내가|분)\s?(?:좀\s|조금\s)?(?:늦|안\s)|\bi(?:'m| am|'ll)\b")
_IS_THERE = Pattern(r"(?:is|are) there (?:any |an? |still )?")
_HOW_IT_IS = Pattern(r"(?:and )?(?:is|are|does|do) (?:it|this|that|they|these|those)(?: one| come)?\b")
_OF_MONEY = Pattern(r"much|cost|price|pric[ie]|\bfees?\b|charge|extra|more|free|expensive|cheap|dear|won\b|[₩$\d]")
_PLACE_OF_MEETING = Pattern(r"\s?(?:\d{1,2}번\s?출구|앞|옆|뒤|건너편|맞은편|정문|후문|입구|로비|주차장)?\s?으?로\s")
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
_CURSE = Pattern(
    r"[씨시]발|(?<![가-힣])ㅅㅂ|개새|개색|병신|(?<![가-힣])ㅂㅅ|지랄|꺼져|좆|미친\s?(?:놈|년|새|거|것)|\b(?:fuck|shit|wtf|asshole)"
)
_PAYS_THERE = Pattern(
    r"(?:현장|가게|매장|거기|만나|후불|직접|가|와)\S{0,2}\s?(?:가서\s|에서\s|로\s)?.{0,6}(?:계산|결제|낼게|낼께|내도|드릴게|드리면)"
)
"""Wants to pay when it is had."""
_HAVE_IT_ASKED = Pattern(r"(?:는|은|인|을|ㄹ|할|될)\s?지\s?(?:좀\s?)?(?:가게에\s?)?(?:물어|여쭤|알아)\s?(?:봐|보)")
_USES_COUPON = Pattern(r"쿠폰.*(?:써|쓸게|쓸께|사용|적용)\s?(?:해|줘|주|할|요|$)(?!\S*\?)")
_NO_COUPON = Pattern(r"쿠폰\S{0,2}\s?(?:안\s?(?:쓸|쓰|받|할)|빼|취소|말고|필요\s?없|쓰지)")
_LIKELY = 0.4


def settle(reading: Reading, context: Context, guess: str, chance: float) -> tuple[str, bool]:
    """The intent to go by, and whether the finds make it sure. ``guess`` is the model's best for this role,
    with its ``chance``."""
    if reading.has("code") and guess != "out_of_scope":
        return "accept_invitation", True
    found = (
        about_shop(reading, guess, chance) if context.role == "merchant" else _consumer(reading, context, guess, chance)
    )
    return (found, True) if found is not None else (guess, False)


def _consumer(reading: Reading, context: Context, guess: str, chance: float) -> str | None:
    text = reading.text
    if (context.at_hand or not reading.mentions) and _DO_YOU_DELIVER.search(text):
        return "ask_delivery"
    if not reading.mentions and not reading.values and _CURSE.search(text):
        return "insult"
    if _HAVE_IT_ASKED.search(text) and (context.at_hand or reading.around("shop")):
        return "ask_shop"
    if guess == "show_coupons" and _USES_COUPON.search(text):
        return "claim_coupon"
    if guess == "claim_coupon" and _NO_COUPON.search(text):
        return "show_coupons"
    if guess == "repeat" and reading.at_hand("item", "choice"):
        return "order_items" if reading.at_hand("item") else "change_item"
    if guess == "checkout" and _PAYS_THERE.search(text):
        return "ask_payment"
    if guess == "add_note" and TO_CUSTOMERS.search(text):
        return "out_of_scope"
    if guess == "ask_price" and not reading.mentions and _IN_ALL.search(text):
        return "show_cart"
    if _SOMEWHERE_ELSE.search(text) and not reading.has("address"):
        return "find_shop"
    if guess in _OF_PAYING and _HOW_TO_PAY.search(text):
        return "ask_payment"
    if guess == "complain" and _CHOSE_WRONG.search(text):
        return "change_item"
    if guess in _NO_COMPLAINT and _COMPLAINS.search(text) and not _OWN_DELAY.search(text):
        return "complain"
    if guess == "ask_dish" and _IS_THERE.match(text) and reading.at_hand("item") and all_found(reading):
        return "show_menu"
    if guess == "ask_price" and _HOW_IT_IS.match(text) and not _OF_MONEY.search(text):
        return "ask_dish"
    if guess in VAGUE and _IN_A_LANGUAGE.search(text):
        return "change_language"
    unnamed = context.at_hand and not reading.at_hand("item")
    if unnamed and chance < SURE and guess in VAGUE | ORDERING and is_told_the_kitchen(text):
        return "add_note"
    if guess in _MISTAKEN_FOR_NOTES and chance < VERY_SURE and _TO_THE_RIDER.search(text):
        return "add_note"
    if context.at_hand and guess in VAGUE | _MISTAKEN_FOR_MENU and _WHICH_THERE.search(text):
        return "show_menu"
    if context.at_hand and guess == "give_time" and _met_at(reading):
        return "give_address"
    if context.at_hand and reading.has("quantity") and _IF_THERE_IS.search(text):
        return "order_items"
    if reading.has("quantity") and not reading.mentions and _ONE_MORE.search(text):
        return "order_items"
    if reading.has("stars") and not reading.mentions and not _CLAIMS.search(text):
        return "rate"
    items, choices = reading.at_hand("item"), reading.at_hand("choice")
    plain = all_found(reading) and not asks(text)
    spoken_of = items and choices and not reading.has("quantity")
    if spoken_of and (COULD_IT.match(text) or THAT_ONE.match(text, items[0].end) or is_to_be(text, reading.mentions)):
        return "change_item"
    if items and guess in _BESIDE_AN_ORDER and behind_the_order(reading) is not None:
        return "order_items"
    if items:
        return about_items(reading, guess, chance, plain=plain)
    number_alone = reading.has("quantity") and not reading.mentions and not reading.has("address")
    firm = chance >= FIRM and guess not in VAGUE | ORDERING
    if context.at_hand and plain and (choices or number_alone) and not firm and not reading.around("item"):
        return "add_note" if reading.notes else about_the_last(reading, guess)
    without = guess == "remove_item" or (plain and bool(context.at_hand))
    if without and not THAT.search(text) and any(leaves_out(note) for note in reading.notes):
        return "add_note"
    if context.at_hand and TAKE_OUT.search(text):
        return "remove_item"
    if reading.around("trade", "item", "shop", "place"):
        stands = chance >= FIRM and guess not in VAGUE | {"order_items", "remove_item"}
        return None if stands else _about_the_street(reading, context, guess, plain=plain)
    if reading.has("open_now", "delivers") and not context.at_hand and all_found(reading):
        return "find_shop"
    if guess == "order_items" and chance >= _LIKELY and not context.at_hand and not reading.has("quantity"):
        return "find_shop"
    if plain and not reading.mentions and not (chance >= SURE and guess not in VAGUE | {"remove_item"}):
        return _about_getting_it(reading, guess)
    return None


def _met_at(reading: Reading) -> bool:
    """Whether a place is said before the time, as where it is to be brought."""
    return any(_PLACE_OF_MEETING.match(reading.text, place.end) for place in reading.mentions if place.of("place"))


def _about_the_street(reading: Reading, context: Context, guess: str, *, plain: bool) -> str | None:
    asked = reading.text.rstrip().endswith("?") and not REMOVE.search(reading.unnamed)
    if context.at_hand and (guess == "remove_item" or (plain and REMOVE.search(reading.unnamed))) and not asked:
        return "remove_item"
    if context.at_hand and asked and guess in ORDERING:
        return "find_shop"
    if reading.has("quantity") and reading.around("trade", "item"):
        return "order_items" if plain else None
    if _ordered_there(reading) and (plain or guess in VAGUE | ORDERING):
        return "order_items"
    if plain or (guess == "order_items" and not context.at_hand):
        return "find_shop"
    if reading.has("open_now", "delivers") and reading.around("trade", "item"):
        return "find_shop"
    return None


def _ordered_there(reading: Reading) -> bool:
    """Whether a dish around is ordered and not only looked for: one of it ("an americano"), or the way to get it."""
    dishes = reading.around("item")
    if not dishes or asks(reading.text) or FINDING.search(reading.text):
        return False
    return reading.has("address") or any(AN.search(reading.text[: dish.start]) for dish in dishes)


def _about_getting_it(reading: Reading, guess: str) -> str | None:
    if guess == "choose_delivery" and is_due(reading.text, reading.of("time")):
        return "give_time"
    ways = reading.of("fulfilment")
    way = ("choose_delivery" if ways[-1].value == "delivery" else "choose_pickup") if ways else None
    if guess in ("choose_delivery", "choose_pickup"):
        return way or guess
    if guess in ("give_time", "give_address"):
        return guess
    if reading.has("address"):
        return "give_address"
    if way is not None:
        return way
    return "give_time" if reading.has("time", "asap") else None
