"""How right and how fast understanding is: ``python -m tests.nlu.measure``.

Right: the held-out utterances, without a catalogue. Fast: the same utterances before the demo town's names, its
first shop at hand, in CPU time of one thread.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence

import platformdirs

from bot.town import DEMO, read_town, town_file
from commerce import trades
from nlu.engine import Engine
from nlu.intents import INTENTS
from nlu.understanding import Context, Name, Role
from tests.nlu.conftest import NOW
from tests.nlu.test_training_data import held_out

ROUNDS = 5


def role_of(intent: str) -> Role:
    return "merchant" if INTENTS[intent].speaker == "merchant" else "consumer"


def accuracy(engine: Engine) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for language, intent, text in held_out():
        found = engine.parse(text, Context(role_of(intent)), NOW)
        kind = f"{language} out of scope" if intent == "out_of_scope" else language
        total[kind] += 1
        right[kind] += (
            found.intent == "out_of_scope" or not found.in_scope
            if intent == "out_of_scope"
            else found.intent == intent and found.in_scope
        )
        if intent != "out_of_scope":
            right[f"{language} whatever the threshold"] += found.intent == intent
            total[f"{language} whatever the threshold"] += 1
    for kind in sorted(total):
        print(f"{kind}: {right[kind]}/{total[kind]} = {right[kind] / total[kind]:.1%}")


def catalogue() -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """The names of the demo town's first shop, and of the whole town."""
    town = read_town(town_file(DEMO))
    around = [Name("place", "|".join(place.name.values()), _every(place.name, {})) for place in town.places]
    around += [Name("trade", word, (word, *trade.names)) for word, trade in trades.KNOWN.items()]
    hand: list[Name] = []
    for shop in town.shops:
        around.append(Name("shop", shop.slug, _every(shop.name, {})))
        for item in shop.menu or ():
            name = Name("item", f"{shop.slug} {item.name['ko']}", _every(item.name, item.aliases), shop.slug)
            around.append(name)
            if shop is town.shops[0]:
                hand.append(name)
                hand += [
                    Name("choice", f"{name.key} {choice.name['ko']}", _every(choice.name, choice.aliases), name.key)
                    for option in item.options
                    for choice in option.choices
                ]
    return tuple(hand), tuple(around)


def _every(name: Mapping[str, str], aliases: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return (*name.values(), *(alias for some in aliases.values() for alias in some))


def latency(engine: Engine) -> None:
    hand, around = catalogue()
    print(f"{len(hand)} names at hand, {len(around)} around")
    taken: list[float] = []
    for _ in range(ROUNDS):
        for _, intent, text in held_out():
            context = Context(role_of(intent), None, hand, around)
            start = time.thread_time()
            engine.parse(text, context, NOW)
            taken.append(time.thread_time() - start)
    taken.sort()
    for share in (0.5, 0.9, 0.99):
        print(f"p{share * 100:.0f}: {taken[int(len(taken) * share)] * 1e6:.0f} µs")


if __name__ == "__main__":
    trained = Engine.open(platformdirs.user_cache_path("dangol") / "nlu")
    accuracy(trained)
    latency(trained)
