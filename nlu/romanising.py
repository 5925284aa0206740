"""Korean names in the Latin letters that people type for them: bossam, haejangguk, tteokbokki."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nlu.patterns import Pattern

_FIRST = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWEL = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
_LAST = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t",
    "k", "t", "p", "t",
)  # fmt: skip
_BEFORE_VOWEL = {
    1: "g",
    2: "kk",
    7: "d",
    8: "r",
    17: "b",
    19: "s",
    20: "ss",
    22: "j",
    23: "ch",
    24: "k",
    25: "t",
    26: "p",
}
"""Final consonants that go over to a syllable that begins with a vowel."""
_HANGUL = Pattern(r"[가-힣]{2,}")
_SHORTEST = 5


def romanised(names: Iterable[str]) -> Iterator[str]:
    """The names (reading form, spaces out) that are all Hangul, in the Revised Romanization as far as letters tell,
    and with the k of kimchi."""
    for name in names:
        if not _HANGUL.fullmatch(name):
            continue
        latin = _latin(name)
        if len(latin) >= _SHORTEST:
            yield latin
            if "gimchi" in latin:
                yield latin.replace("gimchi", "kimchi")


def _latin(name: str) -> str:
    syllables = [divmod(ord(letter) - 0xAC00, 28) for letter in name]
    written = ""
    carried = ""
    for index, (body, last) in enumerate(syllables):
        first, vowel = divmod(body, 21)
        follows = syllables[index + 1][0] // 21 if index + 1 < len(syllables) else None
        silent = _FIRST.index("")
        opening = carried if carried else "l" if written.endswith("l") and _FIRST[first] == "r" else _FIRST[first]
        carried = _BEFORE_VOWEL.get(last, "") if follows == silent else ""
        written += opening + _VOWEL[vowel] + ("" if carried else _LAST[last])
    return written
