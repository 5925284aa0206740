"""How a sentence stands to the dishes that it names: it counts them, speaks of them as known, or asks about them."""

from __future__ import annotations

from nlu.cart_verbs import CHANGE, NOT_SO_MANY, REMOVE, THOUGHT_AGAIN
from nlu.counted import AN
from nlu.fillers import Spanned
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.reading import Reading

_ASKING = Pattern(
    r"얼마|가격|값|있어요\?|있나|되나|돼요\?|어디|몇|언제|how much|price|cost|\bdo you (?:have|sell|do)\b|\bgot any\b|where|what|when|\?"
)
_REQUEST = Pattern(
    r"주시겠|주실\s?(?:수|래)|줄\s?(?:수|래)|부탁|주세[요여]|\b(?:can|could|may) (?:i|we|you)\b|\bwould you\b"
)
_ABOUT_THEM = Pattern(
    r"(?:^|[,.;:!?]\s|\s[-–—]\s)(?:(?:hi|hello|hey|and|so|but|ok|okay|sorry|just|also|oh|um|excuse me)\b,?\s)*(?:"
    r"(?:is|are|isn't|aren't)(?! (?:there (?:any |a )?(?:chance|way)|it (?:possible|ok|okay|alright|all right|too late)))"
    r"|was|were|does|did|do(?= (?:the|your|they|these|those|all|any|kids|children)\b)|has|have (?:you|the)"
    r"|how(?! about)|what(?:'s|s|'re)?(?! (?:about|i|we)\b)|which|why|when(?= (?:is|are|do|does|did|was|were|will)\b)"
    r"|where(?:'s|s)?(?= (?:is|are|do|does|did|was|were|can|the)\b))\b"
)
"""The beginning of an English question in which nothing is asked for."""
_ASKED_FOR = Pattern(
    r"^(?:(?:hi|hello|hey|ok|and|so|then|is there|please),? )*(?:any (?:chance|way) of|(?:can|could|may) (?:i|we) (?:please )?(?:get|have|order|grab|trouble you for)|(?:i'm|we're|i am|we are) having|(?:i'll|we'll|i will|we will) (?:have|take|go for)) (?:an?|one|two|three|another|some|the)\b"
)
"""A beginning with which dishes are ordered, if nothing is said against it."""
_KNOWN = Pattern(r"\b(?:the|my|our|that|those|these|this|his|her|their|both)\s(?:[a-z-]+\s){0,2}$")
_TOPIC = Pattern(r"(?:은|는|에|에는|에다|에다가)(?=[\s,]|$)")
_SPOKEN_OF = Pattern(r"(?:은|는)(?=[\s,])")
"""Behind a number of dishes that are in the cart: "라떼 하나는"."""
_PUT = Pattern(
    r"(?:(?:please|also|and|ok|can you|could you|can i|could i) )*(?:(?:add|put|get|throw|stick|have|do)(?: me)? )?(?:(?:a|an|some|the) )?"
)
"""Before an option that a dish of the cart is to have."""
_UP_TO = Pattern(r"\s(?:up |down |back )?to (?:just |only )?")
_SAID_BEFORE = Pattern(
    r"\b(?:i|we)(?:'ve|'d)? (?:said|ordered|asked for|chose|picked|got|typed|pressed)\b|^(?:the|my|that) $"
)
"""Before a dish that is in the cart since an earlier message."""
_LINK = Pattern(
    r"\s(?:please |instead )?(?:on|for|in|with|to|into)\s(?:both |all )?(?:of )?(?:the|my|our|that|this|those|these|his|her)\s(?:[a-z-]+\s){0,2}"
)
"""Between an option and the dish of the cart that is to have it."""
_KITCHEN = Pattern(
    r"^(?:(?:please|also|and|ok|can|could|would) |(?:you|they|the kitchen|the chef) (?:please )?|(?:ask|tell|get|have) (?:them|the kitchen|the chef) (?:to )?)*"
    r"(?P<verb>cut|slice|chop|toast|warm|heat|reheat|cook|fry|grill|bake|steam|boil|roast|pack|wrap|box|bag|shake|stir|mix|season|peel|put|make|keep)\b"
)
"""A beginning that asks for something to be done to the dishes of the cart."""
_NOT_BY_ITSELF = frozenset({"put", "make", "keep"})
"""Said of the kitchen only where a note follows."""


_TO_THE_KITCHEN = Pattern(
    r"^(?:please |can you |could you |can they |could they )?(?:cut|slice|chop|toast|warm|heat|reheat|wrap|pack|box|bag) (?:up )?(?:the|my|our|it|them|those|everything)\b"
    r"|달라(?:고)?\s?(?:전해|해|하|말)"
)
"""What nobody but the kitchen is told."""


def asks(text: str) -> bool:
    """Whether something is to be told; a request in the form of a question is none."""
    found = _ASKING.search(text)
    if found is not None and not (found[0] in ("?", "있나", "있어요?") and _REQUEST.search(text)):
        return True
    return is_question(text)


def is_question(text: str) -> bool:
    """Whether the form of an English sentence, or of a clause in it, is that of a question about something."""
    return bool(_ABOUT_THEM.search(text))


def is_counted(reading: Reading) -> bool:
    """Whether dishes are ordered by their number or as one of their kind: "two lattes", "another latte"."""
    return reading.has("quantity") or any(AN.search(reading.text[: dish.start]) for dish in reading.at_hand("item"))


def is_known(reading: Reading, dish: Mention) -> bool:
    """Whether a dish is spoken of as one that is in the cart: "the latte", "my latte", 라떼는."""
    text = reading.text
    return bool(_KNOWN.search(text[: dish.start]) or _TOPIC.match(text, dish.end))


def is_put_on(reading: Reading) -> bool:
    """Whether a message begins with an option for a dish of the cart: "decaf for the latte", "half sugar on my tea"."""
    mentions = [one for one in reading.mentions if one.at_hand]
    dish = next((one for one in mentions if one.of("item") and not one.of("choice")), None)
    if dish is None or not mentions[0].of("choice") or mentions[0].of("item") or reading.has("quantity"):
        return False
    if not _PUT.fullmatch(reading.text[: mentions[0].start]):
        return False
    return _LINK.fullmatch(reading.text[mentions[0].end : dish.start]) is not None


def is_asked_for(reading: Reading) -> bool:
    """Whether dishes are ordered outright: "i'll have the pancake", "any chance of a burger"."""
    said = _ASKED_FOR.match(reading.text)
    dish = reading.at_hand("item")[0]
    against = REMOVE.search(reading.unnamed) or CHANGE.search(reading.unnamed) or reading.text.endswith("?")
    return said is not None and said.end() <= dish.start and not against


def is_set_to(reading: Reading) -> bool:
    """Whether a number is what a dish of the cart is to come to: "spring rolls to four"."""
    dishes, numbers = reading.at_hand("item"), reading.of("quantity")
    return any(_UP_TO.fullmatch(reading.text[one.end : number.start]) for one in dishes for number in numbers)


def is_just_ordered(reading: Reading, dish: Mention) -> bool:
    """Whether a dish is named with its number right behind, and nothing says that it is to be changed or removed."""
    text, unnamed = reading.text, reading.unnamed
    counted = any(
        one.start >= dish.end and not text[dish.end : one.start].strip() and not _SPOKEN_OF.match(text, one.end)
        for one in reading.of("quantity")
    )
    return counted and not (REMOVE.search(unnamed) or CHANGE.search(unnamed) or NOT_SO_MANY.search(text))


def is_counted_each(reading: Reading) -> bool:
    """Whether each dish has its number, as in an order that goes on to say how all of them are to be."""
    dishes = reading.at_hand("item")
    return len(dishes) > 1 and len(reading.of("quantity")) >= len(dishes)


def is_taken_back(reading: Reading) -> bool:
    """Whether something is put in the place of what was ordered in the same breath: "two lattes, no, three"."""
    first = reading.at_hand("item")[0]
    if _SAID_BEFORE.search(reading.text[: first.start]):
        return False
    again = THOUGHT_AGAIN.search(reading.text, first.end)
    every: list[Spanned] = [*reading.mentions, *reading.of("quantity")]
    return again is not None and any(one.start >= again.end() for one in every)


def is_for_the_kitchen(reading: Reading) -> bool:
    """Whether a message begins by asking for something to be done to a dish of the cart that no option stands for: "cut
    the burger in two"."""
    first = reading.at_hand("item")[0]
    bare = not reading.at_hand("choice") and not any(one.start < first.start for one in reading.of("quantity"))
    begins = _KITCHEN.match(reading.text, 0, first.start) if bare and is_known(reading, first) else None
    return begins is not None and (begins["verb"] not in _NOT_BY_ITSELF or bool(reading.notes))


def is_told_the_kitchen(text: str) -> bool:
    """Whether the words are for the kitchen, whatever they name: "cut them in half", "튀겨달라고 해줘"."""
    return bool(_TO_THE_KITCHEN.search(text))
