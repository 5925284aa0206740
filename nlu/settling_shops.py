"""What a shop says, settled by what was found in it."""

from __future__ import annotations

from nlu.fillers import content, has_content
from nlu.patterns import Pattern
from nlu.reading import Reading
from nlu.times import HELD_UNTIL

_SOLD_OUT = Pattern(
    r"없(?!이|애)|떨어|품절|소진|나갔|팔렸|팔았|동났|동이|매진|끝났|안\s?(?:돼|됩|되)|sold out|out of(?! the (?:oven|fryer|pan|kitchen|box))|ran out|run out|no more|none left|don't have|finished|all gone|unavailable|86"
)
_STARTS_AGAIN = Pattern(
    r"\b(?:start|begin|resume)(?: taking orders)? again\b|\bresume\b|\bwe(?:'re| are) back\b(?! (?:at|on|by|in) )|\bback (?:open|in business)\b"
)
_SOLD_HOW_MANY = Pattern(
    r"(?:몇|얼마나?)\s?(?:개|잔|마리|그릇|인분|줄|판|병|명|건)?\S{0,2}\s?(?:팔|나갔|나가|주문)|(?<!다\s)(?<!다)(?<!전부\s)(?<!모두\s)팔(?:았|렸)(?:어|나|지|니|는지|나요|어요|죠|던가)\?*$"
    r"|\bhow many\b.*\b(?:sold|sell|go|gone)\b|\bdid (?:we|i) sell\b"
)
"""Asks what was sold, of a dish."""
HOW_MANY_LEFT = Pattern(
    r"남(?:았|음|아|은)|밖에\s?(?:안|없)|(?:개|잔|마리|그릇|인분|줄|판|병)만\s?(?:팔|있|준비|만들|가능|할|해|돼|더)|뿐(?:이|입|예|에|$)|\bleft\b|\bremain"
)
"""Says how many there are still."""
_NONE_LEFT = Pattern(
    r"(?:하나|한\s?(?:개|잔|마리|그릇|줄|판|병)|1개)도|안\s?남|남은\s?(?:게|것|거)\s?없|\b(?:no|none|nothing|not any|any)\b(?!thing else)|n't\b"
)
_NOT_GONE = Pattern(
    r"(?:품절|매진|소진)(?:은|는|이|을|를|된\s?거)?\s?(?:아니|아닙|아님|아녜|풀|해제|취소|꺼|없애)|안\s?(?:떨어|나갔)"
    r"|(?:\bno longer|\bnot|n't|\bundo|\bcancel|\bremove|\bunmark)\s(?:as\s|the\s|that\s|actually\s|really\s)?"
    r"(?:sold out|out of|run out|all gone|unavailable)"
)
_AGAIN = Pattern(r"다시|또|풀어|풀렸|해제|\b(?:again|back)\b")
_CANNOT = Pattern(r"못\s?(?:해|받|만들|합|하|함|튀|드)|can't|cannot|unable")
_CANNOT_NOW = Pattern(
    r"못\s?(?:해|받|만들|합|하|함|튀)[가-힣]*|(?:can't|cannot|can not|unable to)\s\w+\s(?:it|this|that|any|(?:the|this|that|your) order)\b"
)
"""Not able to do the order, whatever is said after."""
_TOO_LATE = Pattern(
    r"^(?:안\s?(?:돼|됩|되)|못\s?(?:해|합)|아니|아뇨|취소\s?(?:안|못)|no\b|sorry\b|can't\b|cannot\b|not possible).*(?:"
    r"(?:벌써|이미|다)\s?(?:만들|튀|조리|요리|구웠|굽|끓|나갔|나왔|출발|했)|(?:만들|튀기|조리|굽|끓이)[가-힣]*\s?(?:고\s?있|는\s?중|중이)"
    r"|(?:being|already|been) (?:made|cooked|prepared|packed|cooking|making|started)|already (?:in the|on (?:its|the)|left|gone|out)|started (?:cooking|making|it))"
)
_BACK = Pattern(
    r"(?:이|가|은|는|도)?\s?(?:이제|지금|오늘)?\s?(?:있어|있습|있음|됩니다|돼요|가능|팔아|팝니다|들어왔|들어와|재입고|채웠|생겼)"
    r"|\s(?:is|are)?\s?(?:available|restocked|in stock|in)\b"
)
_LATE = Pattern(
    r"(?<!니)더(?:\s|$)|늦|지연|밀려|추가로|연장|미뤄|\b(?:delay(?:ed)?|late|longer|more|extra|another|behind|push)\b"
)
_CLOSE = Pattern(r"닫|마감|까지|끝내|끝낼|문\s?내|퇴근|\b(?:clos(?:e|es|ing)|until|till|shut)\b")
_OFF = Pattern(
    r"쉬|쉽니|휴무|쉴|휴가|휴업|안\s?(?:열|해|합|하|엽)|못\s?(?:열|해)|문\s?닫|\b(?:off|closed|not open|holiday|no business|won't (?:be )?open|not working)\b"
)
_ORDERS = Pattern(r"주문|\borders?\b")
_SHUT = Pattern(r"닫|마감|퇴근|늦|지연|\b(?:after|clos(?:e|es|ed|ing)|shut|late|delay(?:ed)?)\b")
_TAKING_UNTIL = Pattern(r"\b(?:tak(?:e|ing)|accept(?:ing)?)(?: new| any)? orders? (?:only )?(?:un)?til+\b")
_TAKING_NONE = Pattern(r"\b(?:not|no|never|stop(?:ped)?|pause|hold|can't|cannot|quit|longer)\b|n't\b")
_NOBODY_COMES = Pattern(r"(?:손님|고객)(?:님)?(?:이|께서)?\s(?:아직\s|아직도\s)?안\s?(?:와|오|왔)[가-힣]*[\s.!ㅠㅜ]*$")
"""Of an order that waits to be fetched: about its handing over, and not that it is done."""
_FOUND_LITTLE = 1
_SURE = 0.9
_OUTRIGHT = frozenset({"merchant_pause", "merchant_tell", "merchant_deny_cancel", "merchant_price", "merchant_delay"})
"""What a model that is sure of it is right about, whatever dishes and times go along."""
_BARE_MINUTES = range(5, 181)
"""A number alone that a merchant may mean as minutes."""
_CANNOT_GUESSES = frozenset({"merchant_refuse", "merchant_sold_out", "merchant_day_off"})
_MAY_OPEN = frozenset({"merchant_open", "merchant_close_at"})
_PAUSE = Pattern(
    r"쉴게|쉴께|쉴래|쉽니다|쉬었다|쉬고\s?올|쉬어야|쉬겠|멈춰|멈출|멈추|그만\s?받|받지\s?(?:마|말)|안\s?받을|중단|막아|\b(?:stop|pause|hold|break|halt|rest)\b"
    r"|\bno (?:new |more )*orders\b|(?:\bnot|\bcannot|n't) (?:be )?(?:tak|accept)(?:e|ing) (?:any )?(?:new |more )*orders\b"
)


def rest(reading: Reading) -> int:
    """How many words carry something that was not found."""
    return len(content(reading.text, 0, len(reading.text), [*reading.mentions, *reading.values, *reading.notes]))


def all_found(reading: Reading) -> bool:
    """Whether no word carries something that was not found."""
    return not has_content(reading.text, 0, len(reading.text), [*reading.mentions, *reading.values, *reading.notes])


def about_shop(reading: Reading, guess: str, chance: float) -> str | None:
    """The intent of a shop where it is plain, else None."""
    text = reading.text
    if _STARTS_AGAIN.search(text):
        return "merchant_open"
    if reading.at_hand("item") and _SOLD_HOW_MANY.search(text):
        return "merchant_sales"
    if reading.at_hand("item") and HOW_MANY_LEFT.search(text) and not _NONE_LEFT.search(text):
        return "merchant_restock"
    if reading.at_hand("item") and reading.has("minutes") and not _CLOSE.search(text) and all_found(reading):
        return "merchant_accept"
    if reading.has("time") and _TAKING_UNTIL.search(text) and not _TAKING_NONE.search(text):
        return "merchant_close_at"
    if chance >= _SURE and guess in _OUTRIGHT:
        return None
    if _NOBODY_COMES.match(text):
        return "merchant_done"
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
    pausing = _PAUSE.search(reading.unnamed)
    if pausing and _ORDERS.search(reading.unnamed) and not _SHUT.search(text) and reading.has("time", "minutes"):
        return "merchant_pause"
    if reading.has("time") and HELD_UNTIL.search(text):
        return "merchant_pause"
    if reading.has("time") and _CLOSE.search(text) and not reading.has("minutes"):
        return "merchant_close_at"
    if reading.has("date") and _OFF.search(text) and not reading.has("time") and guess not in _MAY_OPEN:
        return "merchant_day_off"
    if reading.has("minutes") and pausing and not _LATE.search(text):
        return "merchant_pause"
    if reading.has("minutes"):
        return _about_minutes(reading, guess)
    numbers = reading.of("quantity")
    if len(numbers) == 1 and all_found(reading) and not reading.mentions and numbers[0].value in _BARE_MINUTES:
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
    return "merchant_accept" if rest(reading) <= _FOUND_LITTLE else None
