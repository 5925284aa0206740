"""Parts of dish names by which people call a dish: words, beginnings, endings, and what young people make of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from nlu.fillers import is_filler
from nlu.jamo import run_together, squeezed
from nlu.patterns import Pattern
from nlu.quantities import amounts_within, is_amount
from nlu.spellings import respelled
from nlu.understanding import Name
from nlu.written import Written, has_hangul

_PARTS = Pattern(r"[\s·/()&,-]+")
_SHORTENED = Pattern(r"^[가-힣]{4,5}$")
_NOT_ALONE = frozenset(
    {
        "with", "without", "from", "over", "into", "spicy", "sweet", "salty", "cold", "warm", "iced", "fried", "grilled",
        "fresh", "large", "small", "medium", "mini", "half", "extra", "plain", "regular", "mild",
        "less", "more", "special", "classic", "original", "style", "homemade", "white", "black", "green", "piece",
        "pieces", "other", "than",
    }
)  # fmt: skip
"""English words that say how a dish is and not which."""
_LONG_KOREAN = Pattern(r"^[가-힣]{5,8}$")


def unique_parts(names: Iterable[Name], taken: Container[str]) -> dict[str, tuple[Name, ...]]:
    """Parts that belong to a single dish, or to one whose name all the others hold (불고기 is 불고기버거, and not
    더블불고기버거); shortened names (감튀 for 감자튀김). ``taken`` are names themselves."""
    found: dict[str, dict[str, Name]] = defaultdict(dict)
    short: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in names:
        if name.kind != "item":
            continue
        for written in name.names:
            read = Written.of(written).text
            for part in _parts(read):
                for word in (part, *respelled(part)):
                    if word not in taken and not is_amount(word):
                        found[word][name.key] = name
            for word in _shortened(squeezed(read)[0]):
                short[word][name.key] = name
    parts = {part: meant for part, owners in found.items() if (meant := _meant(owners))}
    for word, owners in short.items():
        if len(owners) == 1 and word not in taken and word not in found:
            parts[word] = tuple(owners.values())
    return parts


def _meant(owners: Mapping[str, Name]) -> tuple[Name, ...]:
    """The dish that a part stands for among those that have it; none when that is unclear."""
    if len(owners) == 1:
        return tuple(owners.values())
    every = {key: run_together(name.names[0]) for key, name in owners.items()}
    plainest = min(every, key=lambda key: len(every[key]))
    return (owners[plainest],) if all(every[plainest] in whole for whole in every.values()) else ()


def _parts(written: str) -> Iterator[str]:
    words = [word for word in _PARTS.split(written) if word]
    for size in range(1, len(words)):
        for first in range(len(words) - size + 1):
            some = words[first : first + size]
            part = squeezed("".join(some))[0]
            if _long_enough(part) and not all(is_filler(word) or word in _NOT_ALONE for word in some):
                yield part
                if part.isascii() and part.isalpha():
                    yield from plurals(part)
    whole = squeezed(written)[0]
    if has_hangul(whole):
        amounts = amounts_within(whole)
        if _LONG_KOREAN.match(whole):
            yield from (whole[:at] + whole[at + 1 :] for at in range(2, len(whole) - 2))
        for size in range(2, len(whole) - 1):
            if not any(start < size <= end for start, end in amounts):
                yield whole[:size]
            if not any(start <= len(whole) - size < end for start, end in amounts):
                yield whole[-size:]


def _shortened(whole: str) -> Iterator[str]:
    """The first syllables of its two words: 감튀, 치버, 비냉."""
    if _SHORTENED.match(whole):
        yield whole[0] + whole[2]
        if len(whole) == 5:
            yield whole[0] + whole[3]


def _long_enough(part: str) -> bool:
    return len(part) >= 2 if has_hangul(part) else len(part) >= 4 and not part.isdigit()


def plurals(key: str) -> Iterable[str]:
    """An English word in its other number."""
    if key.endswith("ies") and len(key) > 4:
        return [key[:-3] + "y", key[:-1]]
    if key.endswith("loaf"):
        return [key[:-1] + "ves"]
    if key.endswith(("ches", "shes", "xes", "oes")):
        return [key[:-2], key[:-1]]
    if key.endswith("ss"):
        return [key + "es"]
    if key.endswith("sses"):
        return [key[:-2]]
    if key.endswith("s"):
        return [key[:-1]] if len(key) > 4 else []
    if key.endswith(("ch", "sh", "x", "z", "o")):
        return [key + "es", key + "s"]
    return [key[:-1] + "ies", key + "s"] if key.endswith("y") else [key + "s"]
