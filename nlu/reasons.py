"""Why a merchant can't take an order: ``reason`` in the merchant's words, the refusal itself left away."""

from __future__ import annotations

import re

from nlu.values import Value

_REFUSAL = re.compile(
    r"(?:이|그|저|이번)?\s?주문(?:은|을|이)?\s?(?:안|못|거절|취소)\S*(?:\s?(?:받\S*|해\S*|합니다|드\S*))?|거절\S*(?:\s?(?:할게요|합니다|해요))?"
    r"|(?:지금은?\s?|오늘은?\s?)?(?:못|안)\s?(?:받|해|하|합|돼|됩|됨|갑|가|나가|만들|튀)\S*|(?:죄송|미안)\S*|취소\s?(?:해|시켜|할|처리)\S*(?:\s?주\S*)?|어렵\S*|어려\S*|힘들\S*"
    r"|\b(?:sorry|unfortunately|i|we)?[ ,]*(?:have to|need to|must|'ll|will)?\s?(?:can'?t|cannot|can not|won't|unable to|not able to)\s(?:take|do|make|accept|fulfil+|deliver)(?:\s(?:it|this|that|the|order|one|now|right|today))*"
    r"|\b(?:we |i )?(?:have to |must )?(?:refuse|reject|decline|declined|turn(?:ing)? (?:it|this) down|not accepting)(?:\s(?:it|this|that|the|order|one|please))*|\b(?:we |i )?(?:can'?t|cannot)(?=\s*(?:$|[,.!]))|^\s*no\b(?:,|(?=\s(?:sorry|can)))|\bsorry\b,?"
)
_EDGES = " ,.!~:;-ㅠㅜ…"
_LEADING = re.compile(
    r"(?:(?:아이고|에고|애고|아이구|어쩌나|어쩌죠|어떡하죠|어떡해|저런|사장님|고객님|손님|네|넵|예|아|어|음|앗|헉|근데|그런데|지금은?|저희가|저희|제가|지금\s?보니|보니까|확인해\s?보니)(?=[\s,.!~…ㅠㅜ])|[\s,.!~…ㅠㅜ])+"
    r"|(?:because(?: of)?|since|as|due to|bc|cuz|cause|we're|we are|i'm|i am|it's|there's|there is|there are|but|oh|um|well|so|right now|and|he|hey|,)\s|때문에\s"
)
_TRAILING = re.compile(r"(?:\s[가-힣]+[을를]|\s(?:so|때문에|because)|[\s,]+(?:어쩌죠|어떡하죠|ㅠ+|ㅜ+))$")


def find_reason(text: str) -> Value | None:
    """The words left when the refusal is taken away; None when nothing says why."""
    parts: list[tuple[int, int]] = []
    at = 0
    for match in _REFUSAL.finditer(text):
        parts.append((at, match.start()))
        at = match.end()
    parts.append((at, len(text)))
    start, end = max((_trimmed(text, *part) for part in parts), key=lambda part: part[1] - part[0])
    return Value("reason", text[start:end], start, end) if end - start >= 3 else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The part without sighs, "because" and punctuation at its edges."""
    while (leading := _LEADING.match(text, start, end)) and leading.end() > start:
        start = leading.end()
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    trailing = _TRAILING.search(text, start, end)
    end = trailing.start() if trailing else end
    while start < end and text[start] in _EDGES:
        start += 1
    return start, end
