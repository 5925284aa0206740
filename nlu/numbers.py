"""Number words of both languages, and the patterns that find them.

Korean has two series: native (하나, 둘; 한, 두 before a counter) up to 99, and Sino-Korean (일, 이, …, 만, 억); above a
hundred the two may stand together (백스물다섯). Values are whole numbers.
"""

from __future__ import annotations

import re

_NATIVE_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}  # fmt: skip
_NATIVE_ONES = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "서": 3, "넷": 4, "네": 4, "넉": 4, "너": 4,
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "여덜": 8, "아홉": 9,
}  # fmt: skip
_ABOUT = {
    "한두": 1, "한둘": 1, "두세": 2, "두셋": 2, "두서너": 2, "두어": 2, "서너": 3, "서넛": 3, "너댓": 4, "네댓": 4, "너덧": 4,
    "네다섯": 4, "너다섯": 4, "대여섯": 5, "대엿": 5, "예닐곱": 6, "일고여덟": 7, "여덟아홉": 8, "엳아홉": 8, "열댓": 15,
    "여남은": 10,
}  # fmt: skip
"""Vague amounts count as the lesser: nobody wants to pay for what they did not quite ask for."""
_ENGLISH_VAGUE = {"a couple": 2, "couple": 2, "a pair": 2, "a few": 3, "few": 3}
_SINO_ONES = {"영": 0, "공": 0, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "륙": 6, "칠": 7, "팔": 8, "구": 9}  # fmt: skip
_SINO_TENS = {"십": 10, "백": 100, "천": 1000}
_SINO_MYRIADS = {"만": 10_000, "억": 100_000_000}
_ENGLISH_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_ENGLISH_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
_ENGLISH_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000}


def _either(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9}(?!,\d{3}(?!\d)))(?!\d)"
"""Plain digits, with or without commas between thousands."""
_TENS = rf"(?:{_either(list(_NATIVE_TENS))})"
_ONES = _either(list(_NATIVE_ONES))
_ATTRIBUTIVE = _either([ones for ones in _NATIVE_ONES if ones not in ("하나", "둘", "셋", "넷")])
NATIVE = rf"(?:{_either(list(_ABOUT))}|{_TENS}\s?(?:{_ONES})(?!다섯|여섯)|{_ONES}|{_TENS})"
"""A native number, free-standing or before a counter."""
COUNTED_NATIVE = rf"(?:{_either(list(_ABOUT))}|(?:{_TENS}\s?)?(?:{_ATTRIBUTIVE})|{_TENS})"
"""A native number as it stands before a counter."""
FREE_NATIVE = rf"(?:{_TENS}?(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉)|한둘|두셋|서넛|너덧|네댓|대여섯|예닐곱|열댓|열|스물|서른|마흔)"
"""A native number that needs no counter."""
SINO = r"(?:[영공일이삼사오육칠팔구십백천만억]+)"
"""Letters that may be a Sino-Korean number, however they stand together."""
_DIGIT = "[일이삼사오육륙칠팔구]"
_SINO_99 = rf"(?:{_DIGIT}?십{_DIGIT}?|{_DIGIT})"
SMALL_SINO = rf"(?:{_SINO_99}|영|공)"
"""A Sino-Korean number of 0 to 99, well formed: of 이이인분 the last 이."""
LARGE_SINO = rf"(?:{_DIGIT}?(?:[백천만]|십)(?:{_DIGIT}|[십백천만])*(?:\s?{_TENS}?(?:{_ATTRIBUTIVE})?)?)"
"""A Sino-Korean number from ten up, which goes with any counter: 백이십, 천, 백스물다섯."""
MIXED = r"(?:\d[\d,.]*\s?[만천백십억](?:\s?[\d,]*\s?[만천백십])*\d*)"
"""Digits among Sino-Korean units, as in 2만3천."""
_EN_99 = rf"(?:(?:{_either(list(_ENGLISH_TENS))})(?: ?[ -] ?(?:{_either(list(_ENGLISH_ONES)[1:10])})\b)?|{_either(list(_ENGLISH_ONES))})"
ENGLISH = (
    rf"(?:{_either(list(_ENGLISH_VAGUE))}|half (?:a )?dozen"
    rf"|(?:an?\s|{_EN_99}[ -]|\d{{1,3}}\s)?(?:hundred|dozen|thousand)\b(?:\s(?:and\s)?{_EN_99}\b)?|{_EN_99})"
)


def number(words: str) -> int | None:
    """The value of number words (any series, digits, or a mix such as 2만3천); None when they are no number."""
    words = words.strip()
    if not words:
        return None
    plain = words.replace(",", "")
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if words.isascii():
        return _english(words)
    squeezed = plain.replace(" ", "")
    native = _native(squeezed)
    if native is not None:
        return native
    sino = _sino(squeezed)
    return sino if sino is not None else _both_series(squeezed)


def _native(words: str) -> int | None:
    if words in _ABOUT:
        return _ABOUT[words]
    for tens, value in _NATIVE_TENS.items():
        if words.startswith(tens):
            rest = words[len(tens) :]
            if not rest:
                return value
            return value + _NATIVE_ONES[rest] if rest in _NATIVE_ONES else None
    return _NATIVE_ONES.get(words)


def _both_series(words: str) -> int | None:
    """Sino-Korean hundreds with native tens: 백스물다섯."""
    for at in range(len(words) - 1, 0, -1):
        if words[at - 1] in "백천만":
            above, rest = _sino(words[:at]), _native(words[at:])
            return above + rest if above is not None and rest is not None else None
    return None


def _sino(words: str) -> int | None:
    """Sino-Korean words, digits allowed among them: 만오천, 2만3천, 삼십오."""
    total = group = ones = 0
    digits = ""
    seen = False
    for char in words:
        if char.isascii() and char.isdigit():
            digits += char
            continue
        if digits:
            ones, digits, seen = int(digits), "", True
        if char in _SINO_ONES:
            if seen and ones and group == 0 and total == 0 and not digits:
                return _digit_by_digit(words)
            ones, seen = _SINO_ONES[char], True
        elif char in _SINO_TENS:
            group += (ones or 1) * _SINO_TENS[char]
            ones, seen = 0, True
        elif char in _SINO_MYRIADS:
            total += (group + ones or 1) * _SINO_MYRIADS[char]
            group = ones = 0
            seen = True
        else:
            return None
    if digits:
        ones, seen = int(digits), True
    return total + group + ones if seen else None


def _digit_by_digit(words: str) -> int | None:
    """Digits read out one by one, as in 공일공."""
    if all(char in _SINO_ONES for char in words):
        return int("".join(str(_SINO_ONES[char]) for char in words))
    return None


def spoken_digits(words: str) -> str:
    """Every digit of words read out one by one, typed digits among them, anything else left out: 공일공 is 010."""
    return "".join(
        str(_SINO_ONES[char]) if char in _SINO_ONES else char for char in words if char in _SINO_ONES or char.isdigit()
    )


def _english(words: str) -> int | None:
    words = " ".join(words.replace("-", " ").split())
    if words in ("a", "an"):
        return 1
    if words in _ENGLISH_VAGUE:
        return _ENGLISH_VAGUE[words]
    if words in ("half a dozen", "half dozen"):
        return 6
    small = _english_99(words)
    if small is not None:
        return small
    before, found, after = "", "", ""
    for unit in ("thousand", "hundred", "dozen"):
        before, found, after = words.partition(unit)
        if found:
            break
    if not found:
        return None
    many = 1 if before.strip() in ("", "a", "an") else _english_99(before.strip())
    if many is None and before.strip().isdigit():
        many = int(before)
    rest = after.removeprefix(" and").strip()
    more = 0 if not rest else number(rest)
    return None if many is None or more is None else many * _ENGLISH_SCALES[found] + more


def _english_99(words: str) -> int | None:
    if words in _ENGLISH_ONES:
        return _ENGLISH_ONES[words]
    tens, _, ones = words.partition(" ")
    if tens not in _ENGLISH_TENS:
        return None
    if not ones:
        return _ENGLISH_TENS[tens]
    value = _ENGLISH_ONES.get(ones)
    return _ENGLISH_TENS[tens] + value if value is not None and 0 < value < 10 else None
