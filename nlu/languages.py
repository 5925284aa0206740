"""Which language a text is in, and which language a person asks for."""

from __future__ import annotations

from nlu.patterns import Pattern
from nlu.understanding import Language
from nlu.values import Value, any_in
from nlu.written import has_hangul, is_hangul

_LATIN = Pattern(r"[a-z]")
_A_NAME = 2
"""Of an English sentence with a Korean name in it so many times as many letters are Latin, at least."""
_ASKED = Pattern(
    r"(?P<ko>한국어|한국말|조선말|한글|국문|우리말|korean|hanguk(?:eo|mal)|hangug(?:eo|mal)|hangul|hangeul)|(?P<en>영어|영문|잉글리시|잉글리쉬|english|inglish|yeongeo|\beng\b)",
)
_ASKED_HINT = (
    "eng",
    "ingli",
    "kor",
    "hang",
    "yeong",
    "한국",
    "조선말",
    "한글",
    "국문",
    "우리말",
    "영어",
    "영문",
    "잉글리",
)


def language_of(text: str, usual: Language | None) -> Language:
    """Any Hangul makes it Korean, but for a name or an address in somebody's English; Latin letters alone English; digits,
    emoji and the like stay ``usual`` or Korean."""
    if has_hangul(text):
        named = usual == "en" and len(_LATIN.findall(text)) > _A_NAME * sum(map(is_hangul, text))
        return "en" if named else "ko"
    if _LATIN.search(text):
        return "en"
    return usual or "ko"


def find_languages(text: str) -> list[Value]:
    """``language`` values: the languages named in the text."""
    if not any_in(_ASKED_HINT, text):
        return []
    return [
        Value("language", "ko" if found["ko"] else "en", found.start(), found.end()) for found in _ASKED.finditer(text)
    ]
