"""Whether a newly trained model comes into force: only if it reads no language worse than the present one does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.examples import read_examples
from nlu.gold import LANGUAGES, Gold
from nlu.live_names import LiveNames
from nlu.scoring import Judged, Understands, judge, score
from nlu.store import Moved, Store, Trained
from nlu.versions import made_of, reader

Figures = Mapping[str, Mapping[str, float | None]]
"""By language: shares from 0 to 1."""
SHOWN = ("right", "intent", "outside", "entities", "cart", "wishes")
"""What is told of a model. ``right`` decides: the share of all utterances that were given their intent, or were refused
where they are none of the bot's business. The others are those of nlu.scoring.Score."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A candidate beside the model in force. ``worse`` are the languages that it reads worse."""

    version: str
    before: Figures
    after: Figures
    worse: tuple[str, ...]
    promoted: bool


def figures_of(engine: Understands, gold: Sequence[Gold], names: LiveNames) -> Figures:
    """How right ``engine`` is on the gold set; aggregates only."""
    found: dict[str, dict[str, float | None]] = {}
    for language in LANGUAGES:
        judged = judge(engine, [one for one in gold if one.language == language], names)
        if judged:
            figures = {"right": sum(map(_right, judged)) / len(judged), **score(judged).as_dict()}
            found[language] = {name: figures[name] for name in SHOWN}
    return found


def _right(one: Judged) -> bool:
    return one.intent_right and one.accepted if one.gold.inside else not one.accepted


def worse(before: Figures, after: Figures) -> tuple[str, ...]:
    """The languages in which less is right."""
    return tuple(language for language in before if (after[language]["right"] or 0) < (before[language]["right"] or 0))


def candidate(store: Store, folders: Sequence[Path], now: str) -> Trained:
    """The model of all data in ``folders``: the one that is there already, else newly trained and kept. Raises
    BadExamples, BrokenStore."""
    wanted = made_of(folders)
    made = _made(store, wanted)
    if made is not None:
        return made
    from nlu.samples import train_on

    model = train_on([example for folder in folders for example in read_examples(folder)])
    version = store.add(model.save, now, wanted, reader())
    return store.history().model(version) or Trained(version, now, wanted, reader(), {})


def _made(store: Store, wanted: str) -> Trained | None:
    every = store.history().models
    known = (
        one for one in every if one.made_of == wanted and one.reader == reader() and store.path(one.version).exists()
    )
    return next(known, None)


def decide(
    store: Store, version: str, compare: Callable[[], tuple[Figures, Figures]], now: str, *, force: bool = False
) -> Outcome:
    """Promote ``version`` unless it is worse in any language. ``compare`` gives the figures of the model in force and
    of the candidate, and is asked again when another has come into force meanwhile. Raises BrokenModel, BrokenStore."""
    while True:
        in_force = store.history().in_force
        before, after = compare()
        store.judged(version, after)
        lost = worse(before, after)
        if lost and not force:
            return Outcome(version, before, after, lost, promoted=False)
        try:
            store.promote(version, now, "forced" if lost else "trained", instead_of=in_force)
        except Moved:
            continue
        return Outcome(version, before, after, lost, promoted=True)
