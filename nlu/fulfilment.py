"""How an order is got: ``fulfilment`` delivery or pickup; ``delivers`` and ``open_now`` when looking for a shop."""

from __future__ import annotations

import re

from nlu.values import Value

_DELIVERS = re.compile(
    r"배달\s?(?:도\s?)?(?:되|돼|가능|하는|오는|해\s?주는|와\s?주는|잘\s?되)\w{0,2}|집까지\s?(?:오는|와주는)"
    r"|\b(?:that|which|who|places?|shops?|restaurants?|anyone|anything)\b[^.?!]{0,25}?\b(?P<able>deliver(?:s|ing|y)?)\b|\bdelivers\b|\bwith delivery\b"
)
_PICKUP = re.compile(
    r"방문\s?포장|포장|픽업|테이크\s?아웃|가지러|찾으러|찾아\s?갈|가서\s?받|들러서|들를게"
    r"|\bpick(?:ing)?[\s-]?(?:it |them |this |that )?up\b|\bto[\s-]?go\b|\btake[\s-]?(?:away|out)\b|\bcollect(?:ion|ing)?\b|\bcarry[\s-]?out\b|\bi'?ll come get\b"
)
_DELIVERY = re.compile(
    r"배달|배송|갖다(?=\s?(?:주|줘|줄|드))|가져다(?=\s?(?:주|줘|줄|드))|(?:집|여기|회사|사무실|주소)\s?(?:까지|으로|로)\s?(?:보내|와)"
    r"|\bdeliver(?:y|ed|ing)?\b|\bbring (?:it|them) (?:to|over)\b|\bsend (?:it|them) to\b|\bdrop (?:it|them) off\b"
)
_HINT = re.compile(
    r"배[달송]|갖다|가져다|보내|로\s?와|까지|방문|포장|픽업|테이크|지러|찾[으아]|가서|들러|들를|pick|go\b|take|taking|away|out\b|collect|deliver|bring|send|drop|come"
)
_DENIED = re.compile(
    r"(?:비|료|팁|\s?시간|\s?거리|\s?완료|\s?출발|\s?갔|\s?보냈|\s?나갔|\s?기사|\s?도착|\s(?:fee|time|cost|charge|area|minimum|guy|driver))|\s?(?:말고|은\s?말고|대신|안\s?(?:하고|할)|not|아니)"
)
_DENIED_EN = re.compile(r"(?:\bnot|\binstead of|\bno|\brather than)\s(?:for\s)?$")
_OPEN_NOW = re.compile(
    r"(?:지금|아직|현재|이\s?시간에|밤늦게|늦게까지)\s?(?:까지\s?)?(?:문\s?)?(?:연|여는|열린|열려|열었|영업\s?하는|영업\s?중|하는|장사하는)(?:\s?(?:데|곳|집|가게))?"
    r"|영업\s?중인?|문\s?(?:연|열린|열려\s?있는)(?:\s?(?:데|곳|집|가게))?|열려\s?있는"
    r"|\b(?:open(?:ed)?\s(?:right\s)?now|still open|open at this hour|currently open|(?<=that's )open|(?<=that is )open|(?<=that are )open)\b"
)


def find_fulfilment(text: str) -> list[Value]:
    """``fulfilment`` values that are wished for; "포장 말고 배달" wishes for delivery only."""
    if not _HINT.search(text):
        return []
    able = [match.span() for match in _DELIVERS.finditer(text)]
    found: list[Value] = []
    for value, pattern in (("delivery", _DELIVERY), ("pickup", _PICKUP)):
        for match in pattern.finditer(text):
            denied = _DENIED.match(text, match.end()) or _DENIED_EN.search(text[: match.start()])
            if not denied and not any(start <= match.start() < end for start, end in able):
                found.append(Value("fulfilment", value, match.start(), match.end()))
    found.sort(key=lambda value: value.start)
    return found


def find_shop_wishes(text: str) -> list[Value]:
    """``delivers`` and ``open_now``, always true where found."""
    return [
        Value(entity, True, *match.span("able" if match.groupdict().get("able") else 0))
        for entity, pattern in (("delivers", _DELIVERS), ("open_now", _OPEN_NOW))
        for match in pattern.finditer(text)
    ]
