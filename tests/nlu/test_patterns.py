"""Expressions are compiled late: every one of them has to be sound all the same."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import nlu
from nlu.patterns import Pattern


def every_pattern() -> Iterator[Pattern]:
    for module in pkgutil.iter_modules(nlu.__path__, "nlu."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Pattern):
                yield value


def test_every_expression_of_the_room_is_sound() -> None:
    found = list(every_pattern())
    assert len(found) > 300
    assert all(one.compiled.pattern == one.pattern for one in found)


def test_what_is_asked_is_answered_as_by_the_compiled_expression() -> None:
    late, now = Pattern("(?P<a>b)|c", re.IGNORECASE), re.compile("(?P<a>b)|c", re.IGNORECASE)
    assert late.sub("x", "aBc") == now.sub("x", "aBc")
    assert late.findall("aBc") == now.findall("aBc")
    assert late.split("aBc") == now.split("aBc")
    for ask, asked in ((late.search, now.search), (late.match, now.match), (late.fullmatch, now.fullmatch)):
        for text in ("B", "aBc", "Bb", ""):
            one, other = ask(text), asked(text)
            assert (one and one.span()) == (other and other.span())
    matches = list(late.finditer("bc"))
    assert [match.span() for match in matches] == [(0, 1), (1, 2)]
    assert all(match.re is late.compiled for match in matches)


def test_a_faulty_expression_says_so_when_it_is_asked() -> None:
    faulty = Pattern("(")
    with pytest.raises(re.error):
        faulty.search("x")


def test_what_an_expression_does_not_have_is_an_attribute_error() -> None:
    assert not hasattr(Pattern("("), "__len_hint__")
