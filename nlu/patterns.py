"""Regular expressions that are compiled when they are first asked: all of them at once would take a third of a second."""

from __future__ import annotations

import re


class Pattern:
    """As ``re.compile`` would give it; every expression of this room is one. Raises re.error when first asked if it is
    none. ``compiled`` is what ``Match.re`` gives."""

    __slots__ = ("compiled", "findall", "finditer", "flags", "fullmatch", "match", "pattern", "search", "split", "sub")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> object:
        """Called for what is not there yet: everything that comes of compiling."""
        if name not in self.__slots__:
            raise AttributeError(name)
        compiled = self.compiled = re.compile(self.pattern, self.flags)
        self.findall, self.finditer = compiled.findall, compiled.finditer
        self.fullmatch, self.match, self.search = compiled.fullmatch, compiled.match, compiled.search
        self.split, self.sub = compiled.split, compiled.sub
        return getattr(self, name)
