"""What understanding is to reach, in one run: each figure with its bar, and Rasa's beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import numpy as np

from bot.bench.embedded_trial import EmbeddedLearner
from bot.bench.engine_process import megabytes, seconds_to_start, seconds_to_train
from bot.bench.rasa_beside import Alone, Behind, Beside
from nlu.damage import Damage, damaged
from nlu.embedding import ENCODER, Encoder
from nlu.engine import Engine
from nlu.gold import LANGUAGES, Gold
from nlu.linear import Floats
from nlu.live_names import LiveNames
from nlu.model import Judgement, Mask, Model
from nlu.scoring import Judged, Score, Understands, judge, score
from nlu.trial import measure, read_lines

TRIED: tuple[Damage, ...] = ("none", "no_spaces", "one_typo")
GROUPS = ("both", *LANGUAGES)
Scores = Mapping[tuple[str, Damage], Score]
"""By language ("both" for all) and damage."""


@dataclass(frozen=True, slots=True)
class Row:
    """``figure`` has to be ``bar`` or more (``least``), else or less. ``rasa`` is Rasa's own figure, ``rasa_in_bot``
    that of Rasa behind the bot's rules and catalogue; ``ahead`` whether ours is better than Rasa's own."""

    what: str
    figure: float | None
    bar: float
    least: bool
    rasa: float | None = None
    rasa_in_bot: float | None = None

    @property
    def passed(self) -> bool | None:
        """Whether the bar is met; None without a figure."""
        if self.figure is None:
            return None
        return self.figure >= self.bar if self.least else self.figure <= self.bar

    @property
    def ahead(self) -> bool | None:
        """Whether it is better than Rasa's; None without a figure of either."""
        if self.figure is None or self.rasa is None:
            return None
        return self.figure > self.rasa if self.least else self.figure < self.rasa

    def as_dict(self) -> dict[str, float | str | bool | None]:
        """As it is printed."""
        return {
            "what": self.what,
            "figure": _rounded(self.figure),
            "bar": f"{'≥' if self.least else '≤'} {self.bar:g}",
            "passed": self.passed,
            "rasa": _rounded(self.rasa),
            "rasa_in_bot": _rounded(self.rasa_in_bot),
            "ahead": self.ahead,
        }


def texts_of(every: Sequence[Gold]) -> list[str]:
    """All that is read: each utterance as it is and with the damages that are tried."""
    return [damaged(one.text, damage) for damage in TRIED for one in every]


def right_rows(engine: Understands, every: Sequence[Gold], names: LiveNames, beside: Beside | None) -> Iterator[Row]:
    """How right it is."""
    ours = scores(engine, every, names)
    alone = scores(Alone(beside.opinions), every, names) if beside else None
    behind = scores(Behind(engine, beside.opinions), every, names) if beside else None

    def row(what: str, bar: float, figure: Callable[[Scores], float | None], *, least: bool = True) -> Row:
        return Row(what, figure(ours), bar, least, figure(alone) if alone else None, figure(behind) if behind else None)

    for language in LANGUAGES:
        yield row(f"intent, in scope, {language}", 0.95, partial(_share, "intent", language))
        yield row(f"out-of-scope recall, {language}", 0.85, partial(_share, "outside", language))
    for group in GROUPS:
        yield row(f"points lost without spaces, {group}", 0.5, partial(_lost, group, "no_spaces"), least=False)
        yield row(f"points lost by one typo, {group}", 2.5, partial(_lost, group, "one_typo"), least=False)
    yield row("entity span F1", 0.92, partial(_share, "entities", "both"))
    yield row("whole cart right", 0.88, partial(_share, "cart", "both"))


def scores(engine: Understands, every: Sequence[Gold], names: LiveNames) -> Scores:
    """The figures of each language and both, for each damage that is tried."""
    found: dict[tuple[str, Damage], Score] = {}
    for damage in TRIED:
        judged: list[Judged] = judge(engine, every, names, damage)
        found["both", damage] = score(judged)
        for language in LANGUAGES:
            found[language, damage] = score([one for one in judged if one.gold.language == language])
    return found


def _share(name: str, group: str, of: Scores) -> float | None:
    found = of[group, "none"].as_dict()[name]
    return None if found is None else float(found)


def _lost(group: str, damage: Damage, of: Scores) -> float | None:
    before, after = of[group, "none"].intent, of[group, damage].intent
    return None if before is None or after is None else 100 * (before - after)


class _Watching(Encoder):
    """The sentence encoder, and whether it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = False

    def vector_if_ready(self, text: str) -> Floats | None:
        self.asked = True
        return ENCODER.vector_if_ready(text)


class _Watched(Model):
    """A model whose encoder is watched."""

    watching = _Watching()

    def judge(
        self, masked: str, plain: str, hangul: bool, allowed: Mask | None = None, encoder: Encoder = watching
    ) -> Judgement:
        return super().judge(masked, plain, hangul, allowed, encoder)


def watched(model: Model) -> Engine:
    """An engine of which ``spent`` can tell how each text was read."""
    return Engine(_Watched(**{field.name: getattr(model, field.name) for field in fields(model) if field.init}))


def spent(engine: Engine, every: Sequence[Gold], names: LiveNames) -> tuple[list[float], list[float]]:
    """Milliseconds of CPU time of a parse: of the common case, and of texts for which the semantic tier was asked.

    Every other utterance is measured, after the rest have been read: its shop's names are ready and some of its words have
    been met, but not the text itself."""
    common: list[float] = []
    semantic: list[float] = []
    before, measured = every[1::2], every[::2]
    judge(engine, before, names)
    read = {gold.text for gold in before}
    for gold in measured:
        context = names.context(gold.role, gold.expect, gold.shop)
        engine.parse("", context, names.now)
        if gold.text in read:
            continue
        read.add(gold.text)
        _Watched.watching.asked = False
        begun = time.thread_time_ns()
        engine.parse(gold.text, context, names.now)
        taken = (time.thread_time_ns() - begun) / 1e6
        (semantic if _Watched.watching.asked else common).append(taken)
    return common, semantic


def fast_rows(engine: Engine, every: Sequence[Gold], names: LiveNames, beside: Beside | None) -> Iterator[Row]:
    """How fast it is. ``engine`` is one of ``watched``."""
    common, semantic = spent(engine, every, names)
    for what, taken, bars in (("common case", common, (0.3, 1.0)), ("semantic tier", semantic, (5.0, 10.0))):
        for share, bar in zip((50, 99), bars, strict=True):
            rasa = beside.seconds * 1000 if beside else None
            yield Row(f"one parse, {what}, p{share}, ms", _quantile(taken, share), bar, False, rasa)
    if beside is not None:
        mean = float(np.mean([*common, *semantic]))
        yield Row("times Rasa's throughput per core", beside.seconds * 1000 / mean, 50, least=True)


def light_rows(cache: Path, every: Sequence[Gold], beside: Beside | None) -> Iterator[Row]:
    """What it takes: start, memory, training."""
    yield Row("cold start, s", seconds_to_start(cache), 0.5, least=False)
    rasa = beside.megabytes if beside else None
    bar = max(200.0, rasa / 6) if rasa else 200.0
    yield Row("memory, MB", megabytes(cache, [one.text for one in every]), bar, least=False, rasa=rasa)
    yield Row("training, s of one core", seconds_to_train(cache), 30, least=False)


_SETS = (
    ("clinc150", "train.jsonl", 0.953, 0.85, 0.923),
    ("banking77", "train.jsonl", 0.925, None, None),
    ("hwu64", "train.jsonl", 0.907, None, None),
    ("3i4k", "train.jsonl", 0.90, None, None),
    ("banking77", "train_10.jsonl", 0.81, None, None),
    ("clinc150", "train_10.jsonl", 0.88, None, None),
    ("hwu64", "train_10.jsonl", 0.79, None, None),
)
"""Public sets: folder, file to learn, bar of accuracy; of out-of-scope recall; of accuracy at that threshold."""


def public_rows(folder: Path) -> Iterator[Row]:
    """Public sets in the folders of ``folder``, those that are there. Raises BadLines and OSError."""
    for name, file, bar, outside, taken in _SETS:
        home = folder / name
        if not (home / file).is_file():
            continue
        valid, oos = home / "valid.jsonl", home / "oos.jsonl"
        found = measure(
            EmbeddedLearner(),
            read_lines(home / file),
            read_lines(home / "test.jsonl"),
            read_lines(valid) if valid.is_file() else (),
            read_lines(oos, labelled=False) if oos.is_file() else (),
        )
        what = f"{name}, {Path(file).stem}"
        yield Row(f"{what}: accuracy", found.accuracy, bar, least=True)
        if outside is not None and taken is not None:
            yield Row(f"{what}: out-of-scope recall", found.oos_recall, outside, least=True)
            yield Row(f"{what}: accuracy at threshold", found.in_scope_accuracy_at_threshold, taken, least=True)


def _quantile(taken: Sequence[float], share: int) -> float | None:
    return float(np.quantile(taken, share / 100)) if taken else None


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
