"""Texts as they come when somebody types in a hurry: without spaces, with slips of the finger, in slang.

The same text always comes out the same, whatever else is damaged before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Literal, get_args

from nlu.keystrokes import HANGUL_ROWS, LATIN_ROWS, SHIFTED, keys_of, letters_of, neighbours, syllable, typed
from nlu.written import has_hangul, is_hangul

Damage = Literal["none", "no_spaces", "one_typo", "two_typos", "slang"]
DAMAGES: tuple[Damage, ...] = get_args(Damage)

_ALIKE_VOWELS = {
    **{"ㅐ": "ㅔ", "ㅔ": "ㅐ", "ㅙ": "ㅚ", "ㅚ": "ㅙ", "ㅞ": "ㅙ", "ㅖ": "ㅔ", "ㅢ": "ㅣ", "ㅒ": "ㅐ"},
}
_ALIKE_TAILS = {
    **{
        "ㅆ": "ㅅ",
        "ㅅ": "ㅆ",
        "ㄶ": "ㄴ",
        "ㅀ": "ㄹ",
        "ㄺ": "ㄱ",
        "ㅄ": "ㅂ",
        "ㄲ": "ㄱ",
        "ㄵ": "ㄴ",
        "ㅈ": "ㅅ",
        "ㄷ": "ㅅ",
    },
    **{"ㅌ": "ㅅ", "ㅊ": "ㅅ", "ㅎ": "ㅅ", "ㅍ": "ㅂ", "ㅋ": "ㄱ", "ㄻ": "ㅁ", "ㄼ": "ㄹ"},
}


def damaged(text: str, damage: Damage, seed: int = 0) -> str:
    """``text`` with that damage, by chance from ``seed`` and the text itself. What cannot be damaged stays."""
    chance = Random(f"{seed} {damage} {text}")
    if damage == "no_spaces":
        return re.sub(r"\s+", "", text)
    if damage == "one_typo":
        return mistyped(text, chance)
    if damage == "two_typos":
        return mistyped(mistyped(text, chance), chance)
    if damage == "slang":
        return in_slang(text, chance)
    return text


def mistyped(text: str, chance: Random) -> str:
    """One slip in a letter, never in a number. A text of fewer than three letters stays as it is."""
    spots = [at for at, char in enumerate(text) if char.isalpha()]
    if len(spots) < 3 and not (len(spots) == 2 and has_hangul(text)):
        return text
    for _ in range(20):
        at = chance.choice(spots)
        slip = _hangul_slip if is_hangul(text[at]) else _latin_slip
        found = slip(text, at, chance)
        if found not in (text, ""):
            return found
    return text


_NEAR_HANGUL = neighbours(HANGUL_ROWS)
_NEAR_LATIN = neighbours(LATIN_ROWS)


def _hangul_slip(text: str, at: int, chance: Random) -> str:
    kind: Callable[[str, int, Random], str] = chance.choices(
        (_wrong_key, _dropped_key, _doubled_key, _swapped_keys, _shift, _sounds_alike), (35, 15, 10, 10, 10, 20)
    )[0]
    return kind(text, at, chance)


def _retyped(text: str, at: int, change: Callable[[list[str], int], None], chance: Random) -> str:
    """The word around ``at`` typed anew with one of the keys of ``text[at]`` changed."""
    before, keys = keys_of(text[:at]), keys_of(text[at])
    here = len(before) + chance.randrange(len(keys))
    every = keys_of(text)
    change(every, here)
    return typed(every)


def _wrong_key(text: str, at: int, chance: Random) -> str:
    def change(keys: list[str], here: int) -> None:
        near = _NEAR_HANGUL.get(keys[here]) or _NEAR_HANGUL.get(SHIFTED.get(keys[here], ""), "")
        if near:
            keys[here] = chance.choice(near)

    return _retyped(text, at, change, chance)


def _dropped_key(text: str, at: int, chance: Random) -> str:
    return _retyped(text, at, lambda keys, here: keys.__delitem__(here), chance)


def _doubled_key(text: str, at: int, chance: Random) -> str:
    return _retyped(text, at, lambda keys, here: keys.insert(here, keys[here]), chance)


def _swapped_keys(text: str, at: int, chance: Random) -> str:
    def change(keys: list[str], here: int) -> None:
        if here + 1 < len(keys) and is_hangul(keys[here + 1]):
            keys[here], keys[here + 1] = keys[here + 1], keys[here]

    return _retyped(text, at, change, chance)


def _shift(text: str, at: int, chance: Random) -> str:
    def change(keys: list[str], here: int) -> None:
        keys[here] = SHIFTED.get(keys[here], keys[here])

    return _retyped(text, at, change, chance)


def _sounds_alike(text: str, at: int, chance: Random) -> str:
    """A letter written as it sounds: 있어요 as 잇어요, 돼요 as 되요, 괜찮 as 괜찬."""
    letters = letters_of(text[at])
    if len(letters) < 2:
        return text
    lead, vowel, tail = (*letters, "")[:3]
    if tail and ((len(letters) == 3 and chance.random() < 0.5) or vowel not in _ALIKE_VOWELS):
        return text[:at] + syllable(lead, vowel, _ALIKE_TAILS.get(tail, tail)) + text[at + 1 :]
    return text[:at] + syllable(lead, _ALIKE_VOWELS.get(vowel, vowel), tail) + text[at + 1 :]


def _latin_slip(text: str, at: int, chance: Random) -> str:
    kind = chance.choices(("near", "drop", "double", "swap"), (40, 25, 15, 20))[0]
    char = text[at]
    if kind == "near":
        near = _NEAR_LATIN.get(char.lower(), "")
        return text[:at] + (chance.choice(near) if near else char) + text[at + 1 :]
    if kind == "drop":
        return text[:at] + text[at + 1 :]
    if kind == "double":
        return text[:at] + char + text[at:]
    if at + 1 < len(text) and text[at + 1].isalpha():
        return text[:at] + text[at + 1] + char + text[at + 2 :]
    return text


_KOREAN_SLANG = (
    (r"습니다(?=[\s.!?~]|$)", ("슴다", "습니당")),
    (r"니다(?=[\s.!?~]|$)", ("니당",)),
    (r"세요(?=[\s.!?~]|$)", ("세여", "세용", "세욤", "셈")),
    (r"나요(?=[\s.!?~]|$)", ("나여", "나욤", "남")),
    (r"줘요(?=[\s.!?~]|$)", ("줘여", "죠")),
    (r"게요(?=[\s.!?~]|$)", ("게여", "께요", "게용")),
    (r"요(?=[\s.!?~,]|$)", ("여", "욤", "용", "염")),
    (r"^네(?=[\s.!?~,]|$)", ("넹", "넵", "넴")),
    (r"^응(?=[\s.!?~,]|$)", ("웅", "ㅇㅇ")),
    (r"그냥", ("걍",)),
    (r"(?:너무|진짜)", ("넘", "찐", "ㄹㅇ")),
    (r"감사(?:합니다|해요)?", ("ㄱㅅ", "감삼다")),
    (r"오케이|오키", ("ㅇㅋ",)),
    (r"괜찮", ("갠찮", "괜춘")),
    (r"뭐(?=[\s가-힣])", ("머",)),
    (r"어떻게", ("어케",)),
    (r"같아요", ("같아여", "가타요")),
    (r"싶어요?", ("시퍼", "싶음")),
    (r"주문할게", ("주문할께", "주문여")),
    (r"많이", ("마니",)),
    (r"좋아", ("조아",)),
    (r"빨리", ("빨랑",)),
)
_ENGLISH_SLANG = (
    (r"\byou\b", ("u",)),
    (r"\byour\b", ("ur",)),
    (r"\bare\b", ("r",)),
    (r"\bplease\b", ("pls", "plz")),
    (r"\bthanks?(?: you)?\b", ("thx", "ty")),
    (r"\bgoing to\b", ("gonna",)),
    (r"\bwant to\b", ("wanna",)),
    (r"\bgot to\b", ("gotta",)),
    (r"\bgive me\b", ("gimme",)),
    (r"\blet me\b", ("lemme",)),
    (r"\band\b", ("n", "&")),
    (r"\bfor\b", ("4",)),
    (r"\bbecause\b", ("cuz", "bc")),
    (r"\bwith\b", ("w/",)),
    (r"\bwithout\b", ("w/o",)),
    (r"\bokay\b", ("k", "kk")),
    (r"\btonight\b", ("2nite",)),
    (r"\btomorrow\b", ("tmrw",)),
    (r"\bpeople\b", ("ppl",)),
    (r"\bI am\b|\bI'm\b", ("im",)),
    (r"\bdon't\b", ("dont",)),
    (r"\bcan't\b", ("cant",)),
    (r"\bwhat's\b", ("whats",)),
    (r"\bsomething\b", ("smth",)),
    (r"\bdelivery\b", ("delivry",)),
    (r"ing\b", ("in",)),
)
_KOREAN_TAILS = ("ㅋㅋ", "ㅎㅎ", "ㅠㅠ", "ㅋㅋㅋ", "~~", "!!", " ㅋ", "ㅜㅜ", "...")
_ENGLISH_TAILS = (" lol", " haha", "!!", "...", " :)", " rn", " tho")


def in_slang(text: str, chance: Random) -> str:
    """As among friends in a messenger: up to three words in their everyday short form, often with a laugh behind."""
    hangul = has_hangul(text)
    out = text
    changed = 0
    for pattern, forms in _KOREAN_SLANG if hangul else _ENGLISH_SLANG:
        if changed < 3 and re.search(pattern, out, re.IGNORECASE) and chance.random() < 0.8:
            out = re.sub(pattern, chance.choice(forms), out, count=1, flags=re.IGNORECASE)
            changed += 1
    if not changed or chance.random() < 0.5:
        out = out.rstrip(".?! ") + chance.choice(_KOREAN_TAILS if hangul else _ENGLISH_TAILS)
    return out if hangul else out.lower()
