"""Short words that mean one thing whatever the model makes of them: a door, second thoughts, a shop's yes and no."""

from __future__ import annotations

import re
import unicodedata

_UNIT = re.compile(
    r"(?:(?:아니(?:야|요|다)?|아|앗|참|아\s?참|맞다|그리고|글고|근데|(?:저희\s?|우리\s?)?집은|여긴|여기는|주소는?|그거|(?:\d+\s*[동층호]\s*)+(?:말고|아니고|아니라))[\s,.]*)*"
    r"(?P<unit>(?:\S+(?:아파트|빌라|빌딩|오피스텔|맨션|타워)\s*)?(?:(?:지하\s*)?\d+\s*(?:동|층|호)[\s,]*)+)"
    r"(?:이?요|이에요|예요|입니다|이야|임|이?구요|이?고요|이?거든요|(?:으로|로)(?:\s?(?:바꿔|고쳐|변경)\S*)?(?:\s?\S+[요줘])?)?[\s.!~]*(?:(?:미안|죄송)\S*|ㅋ+|ㅎ+|ㅠ+)?"
    r"|(?:[가-힣]+\s){0,3}[가-힣]*(?:벽돌집|기와집|주택|대문|건물|현관|골목|맞은편|[옆윗앞]집|아랫집|반지하|옥탑방?|원룸|상가)(?:이요|이에요|예요|요|입니다)\.?"
    r"|(?P<flat>(?:apt|apartment|unit|suite|room|flat|floor)\.?\s*#?\w+|#\s*\w+|\d+(?:st|nd|rd|th) floor)(?:[\s,]+\w+){0,3}\.?",
    re.IGNORECASE,
)
"""Nothing but a building's number, a floor, a door, or what the house looks like."""
_HARD = re.compile(
    r"\W*(?:(?:지금은?|오늘은?|이번엔|좀|아무래도)\s?)*(?:어려워요|어려운데요|어렵겠(?:어요|는데요)|어려울\s?것\s?같아요|힘들(?:어요|겠어요|겠는데요)"
    r"|too busy|not possible|we're swamped)\W*"
)
"""A shop's no without the word."""
_GIVES_UP = re.compile(
    r"\W*(?:(?:아니(?:요|야|다)?|그냥|아|됐어요?|에이|이제|음)[\s,.]*)*안\s?(?:할|살|시킬|먹을|주문할)\s?(?:래|게|거|꺼|께|란다|겁니다)\S*\W*"
)
"""Somebody who wants nothing after all."""
_WAITS = re.compile(
    r"\W*(?:(?:아|어|음|저기)[\s,.]*)*(?:잠깐|잠시|잠만|기다려\S{0,2})만?\s?(?:만|요|이요)?(?:\s?기다려\S*(?:\s?(?:줘|주세)\S*)?)?\W*"
    r"|\W*(?:(?:oh|um|please)\W+)*(?:(?:just )?(?:one|a) (?:sec|second|moment|minute)|give me a (?:sec|second|moment|minute)|hang on)(?: please)?\W*",
    re.IGNORECASE,
)
"""Somebody who wants a moment."""
_AGREES = re.compile(r"\W*(?:네|넵|넹|예|옙|알겠|좋아요|오케이|ok|yes|sure|got it)")
"""How a shop begins that says yes and thanks in one breath."""

_ASKED_BACK = re.compile(
    r"(?:괜찮으세요|괜찮으신가요|괜찮을까요|되세요|되실까요|드릴까요|시겠어요|신가요|실래요|시나요|실까요|실\s?수\s?있(?:나요|어요|으세요|을까요)|어떠세요)\s*\?*\s*$"
)
"""How a shop asks a customer something."""
_ANSWERS = re.compile(
    r"\W*(?:네|넵|넹|예|옙|아니요?|아뇨|그럼요|당연하죠|yes|no|sure)[\s,.!]+(?!.*(?:\d\s?분|출발|다\s?됐|완료|\bmin))\S"
)
"""A yes or no with more behind it, which is nothing that is done about an order."""


def unit_alone(text: str) -> str | None:
    """The building's number, floor or door, where nothing else is said: "아니 302호요"."""
    found = _UNIT.fullmatch(unicodedata.normalize("NFC", text).strip())
    return (found["unit"] or found.group()).strip(" ,") if found is not None else None


def gives_up(text: str) -> bool:
    """Whether somebody wants nothing after all: "그냥 안 할래요"."""
    return _GIVES_UP.fullmatch(text) is not None


def waits(text: str) -> bool:
    """Whether somebody only asks for a moment: "잠깐만요"."""
    return _WAITS.fullmatch(text.strip()) is not None


def is_hard(text: str) -> bool:
    """Whether a shop says no without the word."""
    return _HARD.fullmatch(text.casefold()) is not None


def agrees(text: str) -> bool:
    """Whether a shop begins with a yes."""
    return _AGREES.match(text.casefold()) is not None


def answers_customer(text: str) -> bool:
    """Whether a shop answers a customer who has just written, or asks back."""
    return _ASKED_BACK.search(text) is not None or _ANSWERS.match(text.casefold()) is not None
