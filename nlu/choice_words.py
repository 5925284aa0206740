"""What choices are called besides their names: in another number or unit, by one word of two, by how they compare."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from nlu.alike import alike
from nlu.fillers import is_filler
from nlu.jamo import squeezed
from nlu.name_parts import plurals
from nlu.patterns import Pattern
from nlu.understanding import Name
from nlu.written import Written

_LEADING = Pattern(r"^(?:with|in|on|as|on top of|for)\s(?:an?\s|the\s|its\s)?(?=[a-z]{3})")
_PIECES = Pattern(r"^(?P<number>\d+)\s?(?:pieces?|pcs?|개|조각|피스|입|개입|p)$|^(?:pack|box|set|bag) of (?P<of>\d+)$")
_UNITS = (
    ("l", "litre", "liter", "litres", "liters", "리터"),
    ("ml", "millilitres", "milliliters", "밀리", "미리"),
    ("cc", "시시", "씨씨"),
    ("kg", "kilo", "kilos", "kilogram", "kilograms", "키로", "킬로"),
    ("g", "gram", "grams", "그램"),
    ("cm", "centimetre", "centimetres", "centimeters", "centimeter", "센치", "센티"),
    ("m", "metre", "meter", "metres", "meters", "미터"),
    ("인치", "inch", "inches", "in"),
)
_MEASURED = Pattern(r"^(?P<number>\d+(?:\.\d+)?)\s?(?P<unit>[a-z가-힣]+)(?:\s(?:bottle|can|bag|pack|tub))?$")
_SAME_UNIT = {word: unit for unit in _UNITS for word in unit}
_WORDS = {"2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "8": "eight", "10": "ten", "12": "twelve"}
_NUMBERS = frozenset(_WORDS.values()) | {"seven", "nine", "eleven", "twenty", "dozen", "couple"}
_NOT_ALONE = frozenset(
    {
        "fried", "sweet", "salted", "soft", "hard", "fresh", "black", "green", "cold", "warm", "mini", "half", "full", "plain", "classic", "house", "new", "boiled",
        "poached", "grilled", "size", "sized", "option", "side", "sauce", "style", "only", "cheese", "meal", "combo", "day", "days", "service", "milk", "juice",
        "level", "spice", "spicy", "times", "portion", "boxed", "rich", "rice", "water", "people", "person", "bread", "sugar", "crust", "pack", "extra", "chicken",
    }
)  # fmt: skip
"""Words that say too little of a choice of two words, or of something else as well."""
_SHORTEST = 4
_LADDER = ("스몰", "미디엄", "레귤러", "톨", "그란데", "라지", "벤티", "패밀리")
_TOP = (
    "biggest",
    "thebiggest",
    "largest",
    "thelargest",
    "biggestsize",
    "제일큰거",
    "제일큰걸로",
    "제일큰",
    "가장큰거",
    "가장큰걸로",
    "가장큰",
)
_BOTTOM = ("smallest", "thesmallest", "smallestsize", "제일작은거", "제일작은걸로", "제일작은", "가장작은거", "가장작은걸로", "가장작은")  # fmt: skip


def otherwise_called(choice: Name) -> Iterator[str]:
    """Further words for a choice (reading form, spaces out): "on hangers" of "on a hanger", "10 pcs" of "10 pieces"."""
    for written in choice.names:
        read = Written.of(written).text
        bare = _LEADING.sub("", read)
        if bare != read and len(bare) >= _SHORTEST:
            yield squeezed(bare)[0]
        for key in (squeezed(read)[0], squeezed(bare)[0]):
            if key.isascii() and key.isalpha() and len(key) > 3:
                yield from plurals(key)
        measured = _MEASURED.match(read)
        if measured is not None:
            for unit in _SAME_UNIT.get(measured["unit"], ()):
                yield squeezed(measured["number"] + unit)[0]
        number = pieces_of(choice)
        if number is not None:
            for count in (number, _WORDS.get(number, number)):
                yield from (count + unit for unit in ("piece", "pieces", "pc", "pcs", "pack", "개짜리", "조각짜리"))
                yield from (f"packof{count}", f"packsof{count}", f"boxof{count}", f"boxesof{count}")


def pieces_of(choice: Name) -> str | None:
    """How many pieces a choice says its dish has, in digits; None for other choices."""
    for written in choice.names:
        match = _PIECES.match(Written.of(written).text)
        if match is not None:
            return match["number"] or match["of"]
    return None


def words_of_choices(names: Sequence[Name], taken: Container[str]) -> dict[str, dict[str, Name]]:
    """What stands for a choice where no other choice of its dish goes by it: a word of an English name of two, and which
    size is the largest. ``taken`` are names themselves."""
    by_dish: dict[str | None, list[Name]] = defaultdict(list)
    for name in names:
        if name.kind == "choice":
            by_dish[name.of].append(name)
    found: dict[str, dict[str, Name]] = defaultdict(dict)
    dishes = {
        word
        for name in names
        if name.kind == "item"
        for written in name.names
        if written.isascii()
        for word in written.casefold().split()
    }
    for choices in by_dish.values():
        for word, name in _told_by_a_word(choices):
            if word not in taken and word not in dishes:
                found[word][f"choice {name.key}"] = name
        for word, name in _by_size(choices):
            found[word][f"choice {name.key}"] = name
    return found


def _told_by_a_word(choices: Sequence[Name]) -> Iterator[tuple[str, Name]]:
    owners: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in choices:
        for written in name.names:
            words = re.findall(r"[a-z']+", _LEADING.sub("", Written.of(written).text))
            for word in words:
                owners[word][name.key] = name
    for name in choices:
        for written in name.names:
            words = _LEADING.sub("", Written.of(written).text).split()
            if len(words) != 2:
                continue
            for word in words:
                if len(owners[word]) == 1 and _tells(word):
                    yield word, name


def _tells(word: str) -> bool:
    known = word in _NOT_ALONE or word in _NUMBERS or is_filler(word)
    return len(word) >= _SHORTEST and word.isalpha() and word.isascii() and not known


def _by_size(choices: Sequence[Name]) -> Iterator[tuple[str, Name]]:
    ranked: list[tuple[int, Name]] = []
    for name in choices:
        sizes = {alike(squeezed(Written.of(written).text)[0])[:1] for written in name.names}
        rank = next((_LADDER.index(size[0]) for size in sizes if size and size[0] in _LADDER), None)
        if rank is not None:
            ranked.append((rank, name))
    if len(ranked) > 1:
        ranked.sort(key=lambda one: one[0])
        yield from ((word, ranked[-1][1]) for word in _TOP)
        yield from ((word, ranked[0][1]) for word in _BOTTOM)
