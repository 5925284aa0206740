"""Hangul as it is typed on the two-set keyboard: to keys, and back as an input method composes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
PAIRS = {
    **{"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ"},
    **{"ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"},
    **{"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"},
}
"""Letters that take two keys."""
HANGUL_ROWS = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
LATIN_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHIFTED = {
    **{"ㅂ": "ㅃ", "ㅈ": "ㅉ", "ㄷ": "ㄸ", "ㄱ": "ㄲ", "ㅅ": "ㅆ", "ㅐ": "ㅒ", "ㅔ": "ㅖ"},
    **{"ㅃ": "ㅂ", "ㅉ": "ㅈ", "ㄸ": "ㄷ", "ㄲ": "ㄱ", "ㅆ": "ㅅ", "ㅒ": "ㅐ", "ㅖ": "ㅔ"},
}
_WHOLE = {pair: letter for letter, pair in PAIRS.items()}
_FIRST, _VOWELS, _TAILS = 0xAC00, len(VOWELS), len(TAILS)


def keys_of(text: str) -> list[str]:
    """The keys that type ``text``; what is no Hangul is a key of its own."""
    keys: list[str] = []
    for char in text:
        for letter in letters_of(char):
            keys.extend(PAIRS.get(letter, letter))
    return keys


def letters_of(char: str) -> tuple[str, ...]:
    """A syllable's lead, vowel and tail; any other character as it is."""
    code = ord(char) - _FIRST
    if not 0 <= code < len(LEADS) * _VOWELS * _TAILS:
        return (char,)
    lead, rest = divmod(code, _VOWELS * _TAILS)
    vowel, tail = divmod(rest, _TAILS)
    return (LEADS[lead], VOWELS[vowel], TAILS[tail]) if tail else (LEADS[lead], VOWELS[vowel])


def syllable(lead: str, vowel: str, tail: str = "") -> str:
    """The three letters as one character."""
    return chr(_FIRST + (LEADS.index(lead) * _VOWELS + VOWELS.index(vowel)) * _TAILS + TAILS.index(tail))


def typed(keys: Sequence[str]) -> str:
    """What comes out when ``keys`` are hit one after the other."""
    out: list[str] = []
    lead = vowel = tail = ""

    def end() -> None:
        nonlocal lead, vowel, tail
        out.append(syllable(lead, vowel, tail) if lead and vowel else lead + vowel)
        lead = vowel = tail = ""

    for key in keys:
        if key in VOWELS:
            if tail:
                # The last consonant begins the next syllable.
                kept, moved = tuple(PAIRS[tail]) if tail in PAIRS else ("", tail)
                tail = kept
                end()
                lead, vowel = moved, key
            elif vowel and vowel + key in _WHOLE:
                vowel = _WHOLE[vowel + key]
            elif vowel:
                end()
                vowel = key
            else:
                vowel = key
        elif key in LEADS:
            if lead and vowel and not tail and key in TAILS:
                tail = key
            elif tail and tail + key in _WHOLE:
                tail = _WHOLE[tail + key]
            else:
                end()
                lead = key
        else:
            end()
            out.append(key)
    end()
    return "".join(out)


def neighbours(rows: Sequence[str]) -> Mapping[str, str]:
    """Beside each key: left and right of it, and the two keys above and below that touch it."""
    near: dict[str, str] = {}
    for up, row in enumerate(rows):
        for at, key in enumerate(row):
            close = [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
            close += [rows[up - 1][i] for i in (at, at + 1) if up and i < len(rows[up - 1])]
            close += [rows[up + 1][i] for i in (at - 1, at) if up + 1 < len(rows) and 0 <= i < len(rows[up + 1])]
            near[key] = "".join(close)
    return near
