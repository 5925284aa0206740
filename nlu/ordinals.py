"""Which one of several: ``ordinal`` as a number from 1; -1 is the last. It is no amount."""

from __future__ import annotations

from nlu.numbers import number
from nlu.patterns import Pattern
from nlu.values import Value, any_in

_FIRST = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "last": -1}  # fmt: skip
_ORDINAL = Pattern(
    r"(?P<first>첫\s?(?:번째|째))|(?<![가-힣])(?P<ko>두|둘|세|셋|네|넷|다섯|여섯|일곱|여덟|아홉|열|\d{1,3})\s?(?:번째|째(?=\s|로|거|건|는))"
    r"|(?<![\d가-힣-])(?P<number>\d{1,3}|[일이삼사오육칠팔구])번(?!\s?(?:출구|버스|지|길|국도|홈|게이트|승강장|더|만|씩|쯤|정도))(?=\s?(?:메뉴|거|것|걸|꺼|주문|손님|세트|이랑|으로|이요|요|하고|은|이|도|추가|빼|취소|두|한|하나|[.,!~]|$))"
    r"|(?P<last>맨\s?마지막|마지막|맨\s?끝)(?=\s?(?:거|것|걸|꺼|주문|메뉴|손님|번째|으로|이요))"
    rf"|\b(?P<en>{'|'.join(_FIRST)})(?=\s(?:one|item|dish|order|option|shop|place|menu|customer|line|pizza|latte|coffee|of)\b|\s?(?:please)?\s?[.!]?$)"
    r"|(?:#\s?|\bno\.\s?|\bnumber\s)(?P<hash>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\b"
)
_HINT = ("번", "째", "마지막", "맨", "#", "no.", "number", *_FIRST)
_FOR_TIME = Pattern(r"\b(?:one|a|per|every|this|half a|split)\s$|\blast\s(?:night|time|week)")


def find_ordinals(text: str) -> list[Value]:
    """``ordinal`` values: 첫 번째, 2번 메뉴, the second one, #2."""
    if not any_in(_HINT, text):
        return []
    found: list[Value] = []
    for match in _ORDINAL.finditer(text):
        if match["en"] and _FOR_TIME.search(text, 0, match.start()):
            continue
        if match["first"] or match["last"]:
            value: int | None = 1 if match["first"] else -1
        else:
            value = _FIRST.get(match["en"] or "") or number(match["ko"] or match["number"] or match["hash"] or "")
        if value:
            found.append(Value("ordinal", value, match.start(), match.end()))
    return found
