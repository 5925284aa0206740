"""A tuple of live names made ready for matching, once."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nlu.jamo import jamo, squeezed
from nlu.quantities import amounts_within, is_amount, without_amount
from nlu.shorthand import shorthand
from nlu.understanding import Name
from nlu.written import Written, has_hangul

_KEPT = 64
SHORTEST = 5
"""Names of fewer jamo or letters must be spelled right."""
_PARTS = re.compile(r"[\s·/()&,-]+")


@dataclass(frozen=True, slots=True)
class Prepared:
    """``exact`` has every name and alias without its spaces, ``partial`` those parts that mean one dish only.

    ``lengths`` tells by the first two characters (of one-letter names by that one) which lengths of either exist,
    longest first; ``spelled`` are the exact ones by their jamo, in groups by length and first or last jamo: one slip
    seldom hits both ends.
    """

    exact: Mapping[str, tuple[Name, ...]]
    partial: Mapping[str, tuple[Name, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    spelled: Mapping[tuple[int, str], Mapping[str, str]]


class Shelf:
    """The prepared catalogues last used, found again by identity or else by content."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[tuple[int, bool], tuple[tuple[Name, ...], Prepared]] = OrderedDict()
        self._by_content: OrderedDict[tuple[tuple[Name, ...], bool], Prepared] = OrderedDict()

    def ready(self, names: tuple[Name, ...], *, at_hand: bool) -> Prepared:
        """The prepared form of ``names``; parts of names count only for the shop ``at_hand``."""
        known = self._by_id.get((id(names), at_hand))
        if known is not None and known[0] is names:
            return known[1]
        prepared = self._by_content.get((names, at_hand))
        if prepared is None:
            prepared = prepare(names, partial=at_hand)
            self._by_content[names, at_hand] = prepared
            _trim(self._by_content)
        self._by_id[id(names), at_hand] = (names, prepared)
        _trim(self._by_id)
        return prepared


def prepare(names: tuple[Name, ...], *, partial: bool) -> Prepared:
    """Index ``names`` by what people may type for them. ``partial``: also by parts of names and everyday shorthand,
    as at a shop; elsewhere a dish goes without the amount in its name, which is how many are wanted."""
    exact: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in names:
        for key in _keys(name, with_amount=partial):
            exact[key].setdefault(f"{name.kind} {name.key}", name)
    parts = _unique_parts(names, exact) if partial else {}
    spelled = _spelled(exact)
    if partial:
        for key, meant in shorthand(names, exact).items():
            exact[key] = {f"{name.kind} {name.key}": name for name in meant}
    lengths: dict[str, set[int]] = defaultdict(set)
    for key in (*exact, *parts):
        lengths[key[:2]].add(len(key))
    return Prepared(
        {key: tuple(found.values()) for key, found in exact.items()},
        parts,
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
        spelled,
    )


def _spelled(keys: Iterable[str]) -> dict[tuple[int, str], dict[str, str]]:
    groups: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for key in keys:
        letters = jamo(key)
        if len(letters) >= SHORTEST:
            groups[len(letters), "^" + letters[0]][key] = letters
            groups[len(letters), "$" + letters[-1]][key] = letters
    return dict(groups)


def _keys(name: Name, *, with_amount: bool) -> Iterator[str]:
    for written in name.names:
        read = Written.of(written).text
        key = squeezed(read if with_amount or name.kind != "item" else without_amount(read))[0]
        if not key or (name.kind == "item" and is_amount(key)):
            continue
        yield key
        if name.kind == "place":
            short = key.removesuffix("역").removesuffix("station")
            if len(short) > 1:
                yield short
        if key.isascii() and key.isalpha() and name.kind in ("item", "trade") and len(key) > 2:
            yield from _plurals(key)


def _plurals(key: str) -> Iterable[str]:
    if key.endswith("s"):
        return [key[:-1]] if not key.endswith("ss") and len(key) > 4 else []
    if key.endswith(("ch", "sh", "x", "z", "o")):
        return [key + "es", key + "s"]
    return [key[:-1] + "ies", key + "s"] if key.endswith("y") else [key + "s"]


def _unique_parts(names: tuple[Name, ...], exact: Mapping[str, object]) -> dict[str, tuple[Name, ...]]:
    """Words, beginnings and endings of dish names that belong to a single dish."""
    found: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in names:
        if name.kind == "item":
            for part in {part for written in name.names for part in _parts(Written.of(written).text)}:
                if part not in exact and not is_amount(part):
                    found[part][name.key] = name
    return {part: tuple(owners.values()) for part, owners in found.items() if len(owners) == 1}


def _parts(written: str) -> Iterator[str]:
    words = [word for word in _PARTS.split(written) if word]
    for size in range(1, len(words)):
        for first in range(len(words) - size + 1):
            part = squeezed("".join(words[first : first + size]))[0]
            if _long_enough(part):
                yield part
                if part.isascii() and part.isalpha():
                    yield from _plurals(part)
    whole = squeezed(written)[0]
    if has_hangul(whole):
        amounts = amounts_within(whole)
        for size in range(2, len(whole) - 1):
            if not any(start < size <= end for start, end in amounts):
                yield whole[:size]
            if not any(start <= len(whole) - size < end for start, end in amounts):
                yield whole[-size:]


def _long_enough(part: str) -> bool:
    return len(part) >= 2 if has_hangul(part) else len(part) >= 4 and not part.isdigit()


def _trim(
    shelf: OrderedDict[tuple[int, bool], tuple[tuple[Name, ...], Prepared]]
    | OrderedDict[tuple[tuple[Name, ...], bool], Prepared],
) -> None:
    while len(shelf) > _KEPT:
        shelf.popitem(last=False)
