"""How people say that something in the cart is to go, to be changed, or to take the place of another."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.values import Value

REMOVE = Pattern(
    r"관두|관둘|필요\s?없|안\s?시킨|(?<!도로 )없애|도로\s?(?:갖다|빼|놔)|내려\s?주|\b(?:bin|ditch|lose|deduct|un-?add|off with|skipping)\b|\b(?:can|have to|has to|must) go\b|\b(?:from|out of|off) (?:the|my) (?:cart|basket|order)\b|(?<!하나 )덜어(?!\s?(?:맵|짜|달))|\b(?:did ?n.?t|do ?n.?t|does ?n.?t|not) (?:ask|mean|need|want|do)\b|\blet'?s not\b|\bget (?:it|that|them) off\b|"
    r"(?<!곱)빼(?!기로)|뺄|뺐|(?<!로)(?<!로\s)줄여|삭제|지워|지울|없던|안\s?[가-힣]{1,3}래|안\s?(?:먹|시킬|할|살)|취소|됐어|\b(?:removed?|deleted?|drop|take (?:off|out|away)|get rid|cancel|don't want|scratch|no more)\b|\btake\b.*\b(?:off|out)\b"
)
TAKE_OUT = Pattern(
    r"^(?:please )?(?:cancel|remove|drop|delete|take out) (?:the|my|that) (?!order|whole|delivery|payment|coupon|cart|basket|reservation|address|everything)\w+(?: \w+)?$"
)
TAKE_AWAY = Pattern(r"\b(?:to|for) take[ -]?(?:away|out)\b|\btake[ -]?(?:away|out)(?: please)?[\s.!]*$")
"""How it is got, and nothing removed."""
SPEAKS_OF = Pattern(r"\b(?:for|on|in|with) (?:the|my|that|those|these)\b|^(?:the|my)\b")
"""Of a dish that is in the cart already."""
VERB_OF_CHANGE = Pattern(
    r"바꿔(?!서)|바꿀|바꾸|변경|수정|고쳐|고칠|고치|늘려|늘리|늘릴|줄[여이일]|\b(?:change|switch|swap|instead|rather than)\b|\bmake (?:the|my|those|both)\b"
    r"|^(?:(?:ok|okay|oh|hmm|so|actually|please|can you|could you),? )*make (?:it|that)\b"
)
"""Leaves no doubt that something of the cart is to be another way."""
THOUGHT_AGAIN = Pattern(
    r"(?<![가-힣])아니(?:다|야|고)?(?=[\s,.])|\b(?:no,? wait|no,|wait,|actually|sorry,|i mean|scra(?:tch|p) that|make (?:it|that))"
)
"""Taken back in the same breath in which it was ordered."""
INTO = Pattern(r"(?:걸로|으로|로)(?:\s|$|요|해|할|주)")
CHANGE = Pattern(
    r"바꿔(?!서)|바꿀|바꾸|변경|수정|고쳐|고칠|고치|늘려|늘리|늘릴|로\s?줄[여이일]|(?<!배달\s)(?<!포장\s)말고|^아니\s|(?:개|잔|마리|인분|나|둘|셋)(?:으로|로)(?!\s?(?:하나|한|두|세|네|\d))|\b(?:change|switch|swap|instead|rather than)\b|\brather[.!]?$"
    r"|^(?:ok |okay |oh |hmm |so )?(?:actually (?!.*\b(?:as well|too|also)\b)|(?:can you |could you |please )?make (?:it|that|the|my)\b)"
)
COULD_IT = Pattern(
    r"^(?:please |also |and )?(?:can|could|may|might) (?:the|my|that|those|both)\b|^the [a-z ]+ can (?:u|you|i|we) (?:put|have|get|add|make)\b"
)
"""Asks for an option with a dish of the cart: "could the baguette be sliced?"."""
THAT_ONE = Pattern(r"\s(?:그거|그건|그것)\s")
THAT = Pattern(
    r"그거|그건|이거|저거|마지막|방금|아까|번째|담은|그\s?메뉴|\b(?:that|it|this|last|those|them|first|second)\b"
)
NOT_SO_MANY = Pattern(
    r"(?:개|잔|병|판|마리|그릇|공기|줄|인분|장|팩|송이|조각|캔|하나|둘|셋|넷)(?:이|가)?\s?(?:아니고|아니라|에서(?=\s\S+\s?\S*(?:으로|로)\s))\s"
    r"|,? (?:not|instead of|rather than) (?:just )?(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b(?!\s?(?:ml|g|cm|%))"
    r"|\b(?:just|only)\b.{0,12}\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b.*\b(?:after all|then|now|of (?:them|those)|is enough)\b"
)
IN_PLACE = Pattern(
    r"^not (?:the|my) [^,]+, |→|->|\b(?:ditch|trade|lose|bin)\b.+\bfor\b|(?<!배달\s)(?<!포장\s)대신(?:에)?\s|^(?:no,? |oh,? |sorry,? )*not (?:the |an? |my )?\w.+\bi (?:meant|wanted|said)\b|\brather\b.+\bthan\b|\bin (?:its|their) (?:place|stead)\b|\b(?:sooner|rather) have\b"
)
"""One dish for another in the cart."""
TO_CUSTOMERS = Pattern(r"^(?:손님|고객)(?:님)?(?:들)?(?:한테|에게|께)\s|^(?:tell|let) the customers?\b")
"""Only a shop has something to tell them."""
_BY_THEN = Pattern(r"까지\s?(?:배달|갖다|가져다)")
_AS = Pattern(r"(?:으로|로)(?:\s?(?:요|할게요|해\s?(?:주세요|줘요?)|부탁(?:해요|드려요)))?[\s.!]*$")


def is_to_be(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether nothing is said but how a dish of the cart is to be: "라떼는 큰 걸로"."""
    if len(mentions) != 2:
        return False
    dish, choice = mentions
    behind = ("로" if text.endswith("로", 0, choice.end) else "") + text[choice.end :]
    return text[dish.end : choice.start] in ("은 ", "는 ") and _AS.match(behind) is not None


def is_due(text: str, times: Sequence[Value]) -> bool:
    """Whether a message begins with the time by which it is to be brought: how it is got only goes along."""
    return any(time.start == 0 and _BY_THEN.match(text, time.end) for time in times)
