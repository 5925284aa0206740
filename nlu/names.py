"""A tuple of live names made ready for matching, once."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nlu.alike import also_called, sized
from nlu.choice_words import otherwise_called, pieces_of, words_of_choices
from nlu.counters import COUNTERS_EN, COUNTERS_KO
from nlu.jamo import jamo, run_together, squeezed
from nlu.name_parts import plurals, unique_parts
from nlu.patterns import Pattern
from nlu.quantities import is_amount, without_amount
from nlu.romanising import romanised
from nlu.shorthand import shorthand
from nlu.spellings import respelled, without_counter, without_measure
from nlu.understanding import Name
from nlu.written import Written

_KEPT = 64
_HEAD = Pattern(r"[a-z -]*[a-z](?=\s(?:with|of|on|in|and)\s)")
"""What an English name counts: "pork soup" of "pork soup with rice"."""
_COUNTED_BY = frozenset((*COUNTERS_KO, *COUNTERS_EN))
"""What things are counted by, and a dish at hand may be called nevertheless: 공기, Bouquet."""
_ONE_LETTER = frozenset("lmsr샷뼈")
BEGINNING = 4
"""Characters by which a name is looked for."""
SHORTEST = 5
"""Names of fewer jamo or letters must be spelled right."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """``exact`` has every name and alias without its spaces, ``partial`` those parts that mean one dish only.

    ``lengths`` tells by the first characters, ``BEGINNING`` of them or all that there are, which lengths of either exist;
    ``spelled`` are the exact ones by their jamo, in groups by length and first or last jamo: one slip
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
    spelled = _spelled(exact)
    parts: dict[str, tuple[Name, ...]] = {}
    if partial:
        _add_other_words(names, exact)
        parts = unique_parts(
            names, {key for key, found in exact.items() if any(n.kind == "item" for n in found.values())}
        )
    if partial:
        for key, meant in shorthand(names, exact).items():
            exact[key] = {f"{name.kind} {name.key}": name for name in meant}
            parts.pop(key, None)
        for key, meant in _by_the_piece(names):
            exact.setdefault(key, {f"{name.kind} {name.key}": name for name in meant})
    lengths: dict[str, set[int]] = defaultdict(set)
    for key in (*exact, *parts):
        lengths[key[:BEGINNING]].add(len(key))
    return Prepared(
        {key: tuple(found.values()) for key, found in exact.items()},
        parts,
        {first: tuple(found) for first, found in lengths.items()},
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
        if not key or (name.kind == "item" and is_amount(key) and not (with_amount and key in _COUNTED_BY)):
            continue
        yield key
        if name.kind == "place":
            short = key.removesuffix("역").removesuffix("station")
            if len(short) > 1:
                yield short
        if key.isascii() and key.isalpha() and name.kind in ("item", "trade") and len(key) > 2:
            yield from plurals(key)


def _add_other_words(names: tuple[Name, ...], exact: dict[str, dict[str, Name]]) -> None:
    """Every counter's words for choices and sizes, other spellings, dishes without the measure in their names: as far
    as the menu uses the words for nothing else."""
    more: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in names:
        if name.kind not in ("item", "choice"):
            continue
        every = [run_together(written) for written in name.names]
        words = (
            [*also_called(every), *otherwise_called(name)]
            if name.kind == "choice"
            else [*_without_measures(name), *romanised(every)]
        )
        also = [*words, *(other for own in (*every, *words) for other in respelled(own))]
        if name.kind == "item":
            also += [more for word in also if word.isascii() and word.isalpha() for more in plurals(word)]
        for word in also:
            if (len(word) > 1 or word in _ONE_LETTER) and not (name.kind == "item" and is_amount(word)):
                more[word][f"{name.kind} {name.key}"] = name
    for word, found in words_of_choices(names, exact).items():
        if word not in more or all(name.kind == "choice" for name in more[word].values()):
            more[word] = found | more[word]
    for word, found in more.items():
        taken = exact.get(word)
        if taken is None:
            exact[word] = found
        elif all(name.kind == "choice" for name in (*taken.values(), *found.values())):
            dishes = {name.of for name in taken.values()}
            taken.update((key, name) for key, name in found.items() if name.of not in dishes)


def _by_the_piece(names: tuple[Name, ...]) -> Iterator[tuple[str, tuple[Name, Name]]]:
    """Dishes with as many pieces as one of their choices says: "20 nuggets"."""
    dishes = {name.key: name for name in names if name.kind == "item"}
    for choice in names:
        number = pieces_of(choice) if choice.kind == "choice" else None
        dish = dishes.get(choice.of or "")
        if number is None or dish is None:
            continue
        for written in dish.names:
            key = run_together(written)
            several = plurals(key) if key.isascii() and key.isalpha() else ()
            yield from ((number + called, (dish, choice)) for called in (key, *several) if key.isascii())
            yield from ((f"{key}{number}{unit}", (dish, choice)) for unit in ("개", "조각") if not key.isascii())


def _without_measures(name: Name) -> Iterator[str]:
    for written in name.names:
        read = Written.of(written).text
        for bare in (without_measure(read), without_amount(read), without_counter(read), *sized(read)):
            key = squeezed(bare)[0]
            if bare != read and not is_amount(key):
                yield key
        head = _HEAD.match(read)
        if head is not None:
            rest = squeezed(read[head.end() :])[0]
            yield from (several + rest for several in plurals(squeezed(head[0])[0]))


def _trim(
    shelf: OrderedDict[tuple[int, bool], tuple[tuple[Name, ...], Prepared]]
    | OrderedDict[tuple[tuple[Name, ...], bool], Prepared],
) -> None:
    while len(shelf) > _KEPT:
        shelf.popitem(last=False)
