"""What people at a café counter say for short: 아아 is an iced americano, 뜨라 a hot latte."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Literal

from nlu.jamo import run_together
from nlu.understanding import Name

Temperature = Literal["iced", "hot"]

_WORDS: Mapping[Temperature, tuple[str, ...]] = {
    "iced": ("아이스", "차가운", "시원한", "차갑게", "아이스로", "ice", "iced", "cold"),
    "hot": ("따뜻한", "뜨거운", "핫", "따뜻하게", "뜨겁게", "따뜻하게요", "hot"),
}
_AMERICANO = ("아메리카노", "americano")
_LATTE = ("카페라테", "카페라떼", "라테", "라떼", "caffelatte", "cafelatte", "latte")
_VANILLA = ("바닐라라테", "바닐라라떼", "바닐라카페라테", "바닐라카페라떼", "vanillalatte")
_SHORT: Mapping[str, tuple[Temperature | None, tuple[str, ...]]] = {
    "아아": ("iced", _AMERICANO),
    "뜨아": ("hot", _AMERICANO),
    "따아": ("hot", _AMERICANO),
    "아메": (None, _AMERICANO),
    "아라": ("iced", _LATTE),
    "뜨라": ("hot", _LATTE),
    "라떼": (None, _LATTE),
    "라테": (None, _LATTE),
    "아바라": ("iced", _VANILLA),
    "뜨바라": ("hot", _VANILLA),
    "핫아": ("hot", _AMERICANO),
    "얼죽아": ("iced", _AMERICANO),
    "콜": (None, ("콜라", "코카콜라", "cola", "coke")),
    "밥": (None, ("공깃밥", "공기밥", "쌀밥", "rice")),
}
_HALVES = (
    "후라이드반양념반", "양념반후라이드반", "후반양반", "양반후반", "프라이드반양념반", "양념반프라이드반", "후라이드양념반반", "양념후라이드반반",
    "반반", "halfandhalf", "halffriedhalfseasoned", "halfandhalfs", "halfnhalf",
)  # fmt: skip
"""Half a chicken of each kind."""


def shorthand(names: Sequence[Name], taken: Container[str]) -> dict[str, tuple[Name, ...]]:
    """What the short words mean on this menu: a dish, or a dish and its choice of temperature.

    ``taken`` are the names that the menu has itself: those keep their meaning. A word for which the menu has nothing
    fitting is left out.
    """
    dishes = {key: name for name in names if name.kind == "item" for key in _plain(name)}
    found: dict[str, tuple[Name, ...]] = {}
    for short, (temperature, bases) in _SHORT.items():
        meant = None if short in taken else _meant(names, dishes, temperature, bases)
        if meant is not None:
            found[short] = meant
    halves = _half_and_half(names)
    return found | {key: (halves,) for key in _HALVES if halves is not None and key not in taken}


def _half_and_half(names: Sequence[Name]) -> Name | None:
    """The one dish of the menu that is half of one and half of another."""
    found = [name for name in names if name.kind == "item" and any("반반" in key for key in _plain(name))]
    return min(found, key=lambda name: len(name.names[0]), default=None)


def _meant(
    names: Sequence[Name], dishes: Mapping[str, Name], temperature: Temperature | None, bases: Sequence[str]
) -> tuple[Name, ...] | None:
    plain = next((dishes[base] for base in bases if base in dishes), None)
    if temperature is None:
        return (plain,) if plain else None
    words = _WORDS[temperature]
    pairs = (key for word in words for base in bases for key in (word + base, base + word))
    own = next((dishes[key] for key in pairs if key in dishes), None)
    if own is not None or plain is None:
        return (own,) if own else None
    of_plain = (name for name in names if name.kind == "choice" and name.of == plain.key)
    choice = next((name for name in of_plain if not set(words).isdisjoint(_plain(name))), None)
    if choice is not None:
        return plain, choice
    return (plain,) if temperature == "hot" else None


def _plain(name: Name) -> list[str]:
    return [run_together(written) for written in name.names]
