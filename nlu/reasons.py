"""Why a merchant can't take an order: ``reason`` in the merchant's words, the refusal itself left away."""

from __future__ import annotations

import re

from nlu.values import Value

_REFUSAL = re.compile(
    r"(?:이|그|저|이번)?\s?주문(?:은|을|이)?\s?(?:안|못|거절|취소)\S*(?:\s?(?:받\S*|해\S*|합니다|드\S*))?|거절\S*(?:\s?(?:할게요|합니다|해요))?"
    r"|(?:지금은?\s?|오늘은?\s?)?(?:못|안)\s?(?:받|해|하|합|돼|됩|됨|갑|가|나가|만들|튀)\S*|(?:죄송|미안)\S*|취소\s?(?:해|시켜|할|처리)\S*(?:\s?주\S*)?|어렵\S*|어려\S*|힘들\S*"
    r"|\b(?:sorry|unfortunately|i|we)?[ ,]*(?:have to|need to|must|'ll|will)?\s?(?:can't|cannot|can not|won't|unable to|not able to)\s(?:take|do|make|accept|fulfil+|deliver)(?:\s(?:it|this|that|the|order|one|now|right|today))*"
    r"|\b(?:we |i )?(?:have to |must )?(?:refuse|reject|decline|declined|turn(?:ing)? (?:it|this) down|not accepting)(?:\s(?:it|this|that|the|order|one|please))*|\bno\b,?|\bsorry\b,?"
)
_EDGES = " ,.!~:;-"
_JOINERS = re.compile(r"^(?:because(?: of)?|since|as|due to|때문에|근데|그런데)\s|(?:\s(?:so|때문에))$")


def find_reason(text: str) -> Value | None:
    """The words left when the refusal is taken away; None when nothing says why."""
    parts: list[tuple[int, int]] = []
    at = 0
    for match in _REFUSAL.finditer(text):
        parts.append((at, match.start()))
        at = match.end()
    parts.append((at, len(text)))
    start, end = max(parts, key=lambda part: part[1] - part[0])
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    joined = _JOINERS.match(text[start:end])
    start += joined.end() if joined else 0
    return Value("reason", text[start:end], start, end) if end - start >= 3 else None
