"""How right and how fast understanding is, on the sets it is never trained on: ``python -m tests.nlu.measure``.

The dev set (``tests/nlu/dev``) comes with every fault; ``--gold`` prints the gold set's figures and nothing else of it.
Fast: the held-out utterances before the demo town's names, its first shop at hand, in CPU time of one thread.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import platformdirs

from bot.commands.chat import opened
from bot.town import DEMO, read_town, town_file
from bot.town_names import live_names
from commerce import trades
from nlu.damage import DAMAGES, Damage
from nlu.engine import Engine
from nlu.gold import GOLD, LANGUAGES, Gold, read_gold
from nlu.intents import INTENTS
from nlu.live_names import LiveNames
from nlu.scoring import Judged, Score, Understands, faults, judge, score
from nlu.understanding import Context, Language, Name, Role
from tests.nlu.conftest import NOW
from tests.nlu.test_training_data import HELD_OUT, held_out

DEV = Path(__file__).parent / "dev"
ROUNDS = 5


async def names_of(town: Path, now: datetime = NOW) -> LiveNames:
    async with opened(str(town), None, None, None) as (application, _):
        return await live_names(application, now)


def old_set() -> list[Gold]:
    """The held-out utterances of before: intents alone, said away from any shop."""
    return [
        Gold(text, intent, "ko" if language == "ko" else "en", str(HELD_OUT), 0, role_of(intent))
        for language, intent, text in held_out()
    ]


def role_of(intent: str) -> Role:
    speaker = INTENTS[intent].speaker
    return "consumer" if speaker == "any" else speaker


def table(judged: Mapping[tuple[Language, Damage], Sequence[Judged]]) -> Iterable[str]:
    """A line per language and damage."""
    heads = [field.name for field in fields(Score)]
    yield " ".join(["language", f"{'damage':10}", *(f"{head:>{max(9, len(head))}}" for head in heads)])
    for (language, damage), some in judged.items():
        figures = [_figure(value) for value in score(some).as_dict().values()]
        cells = (f"{figure:>{max(9, len(head))}}" for head, figure in zip(heads, figures, strict=True))
        yield " ".join([f"{language:8}", f"{damage:10}", *cells])


def _figure(value: float | int | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.1%}"


def judge_all(
    engine: Understands, every: Sequence[Gold], names: LiveNames, damages: Sequence[Damage] = DAMAGES
) -> dict[tuple[Language, Damage], list[Judged]]:
    return {
        (language, damage): judge(engine, [one for one in every if one.language == language], names, damage)
        for language in LANGUAGES
        for damage in damages
        if any(one.language == language for one in every)
    }


def measured(engine: Understands, folder: Path, damages: Sequence[Damage] = DAMAGES, *, say_faults: bool) -> None:
    """Print the figures for each damage; ``say_faults``: what is wrong in the first of them, utterance by utterance."""
    every = read_gold(folder)
    judged = judge_all(engine, every, asyncio.run(names_of(folder / "town.yaml")), damages)
    if say_faults:
        for one in (one for (_, damage), some in judged.items() if damage == damages[0] for one in some):
            for fault in faults(one):
                print(f"{one.gold.file}:{one.gold.line}: {one.text!r}: {fault}")
    print(f"{folder.name}: {len(every)} utterances")
    print("\n".join(table(judged)))


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
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--gold", action="store_true", help="the gold set's figures alone")
    asked.add_argument("--second", action="store_true", help="the second dev set instead of the first")
    asked.add_argument("--third", action="store_true", help="the third dev set instead of the first")
    asked.add_argument("--fourth", action="store_true", help="the fourth dev set instead of the first")
    asked.add_argument("--fifth", action="store_true", help="the fifth dev set instead of the first")
    asked.add_argument("--quiet", action="store_true", help="the dev set without its faults")
    asked.add_argument("--damage", action="append", choices=DAMAGES, help="only these; faults are those of the first")
    chosen = asked.parse_args()
    damages = chosen.damage or DAMAGES
    trained = Engine.open(platformdirs.user_cache_path("dangol") / "nlu")
    if chosen.gold:
        measured(trained, GOLD, damages, say_faults=False)
    elif chosen.second or chosen.third or chosen.fourth or chosen.fifth:
        folder = "dev2" if chosen.second else "dev3" if chosen.third else "dev4" if chosen.fourth else "dev5"
        measured(trained, DEV.with_name(folder), damages, say_faults=not chosen.quiet)
    else:
        measured(trained, DEV, damages, say_faults=not chosen.quiet)
        if not chosen.damage:
            print("held out before:")
            print("\n".join(table(judge_all(trained, old_set(), LiveNames(NOW)))))
            latency(trained)
