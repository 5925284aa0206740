"""Invitation codes: ``code`` as eight of a-z and 2-9 (a dash in the middle is left out), bare, after a word such as 초대, or inside a link."""

from __future__ import annotations

from collections.abc import Container

from nlu.patterns import Pattern
from nlu.values import Value

_C = r"[a-z2-9]{4}-?[a-z2-9]{4}"
_ANY = Pattern(_C)
_LINK = Pattern(rf"[?&](?:join|start)=(?P<code>{_C})(?![a-z0-9])")
_NAMED = Pattern(
    rf"(?:초대|코드|합류|join|code|invit\w*|/start)[^a-z0-9]{{0,12}}(?:code|is|with|코드)?[^a-z0-9]{{0,3}}(?P<code>{_C})(?![a-z0-9=])"
)
_CROWDED = Pattern(r"[^aeiou]{3}")
_BARE = Pattern(rf"(?<![a-z0-9/=.@])(?P<code>{_C})(?![a-z0-9=@])")


def find_codes(text: str, words: Container[str]) -> list[Value]:
    """``code`` values. ``words`` are known words of eight letters, which are no code unless they stand in a link."""
    if not _ANY.search(text):
        return []
    for pattern in (_LINK, _NAMED, _BARE):
        for match in pattern.finditer(text):
            code = match["code"].replace("-", "")
            if pattern is not _LINK and code in words:
                continue
            whole = match["code"] == text.strip()
            if pattern is _BARE and not _mixed(code) and (not whole or _spoken(code)):
                continue
            return [Value("code", code, match.start("code"), match.end("code"))]
    return []


def _mixed(code: str) -> bool:
    return any(char.isdigit() for char in code) and any(char.isalpha() for char in code)


def _spoken(code: str) -> bool:
    """Whether letters can be said as a word, as those of a code by chance seldom can: "aurevoir"."""
    return sum(char in "aeiou" for char in code) > 2 and not _CROWDED.search(code)
