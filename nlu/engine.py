"""The embedded engine: a text and its context to an Understanding."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from nlu.examples import DATA, read_examples
from nlu.expected import FREE, NEAR_ADDRESS, WAYS_OUT, expected_answer, unclear_answer
from nlu.file_lock import held
from nlu.intents import INTENTS
from nlu.languages import language_of
from nlu.model import Model
from nlu.names import Shelf
from nlu.opinions import given, ranked, tagged
from nlu.parted import told
from nlu.proofreading import Proofreader
from nlu.reading import Reading, read
from nlu.rules import nothing_to_say, sure_intent
from nlu.settling import settle
from nlu.store import SHIPPED
from nlu.understanding import Context, Role, Understanding
from nlu.values import Value
from nlu.versions import made_of
from nlu.wishes import pieces

Ranking = tuple[tuple[str, float], ...]
"""Intents with how sure each is, the best first."""
_ROLES: tuple[Role, ...] = ("consumer", "merchant", "operator")
_RANKED = 3
_SURE = 0.95
"""How sure a rule is."""
_CLEAR = 0.65
"""How sure the model must be of a part of a message."""
_NO_MODEL = (OSError, ValueError, KeyError, EOFError, BadZipFile)
"""What comes of loading a file that is missing or broken."""
_KEPT = 4
"""Trained models that stay in a cache: those of other data or code are soon of no use, and large."""


def _sound(text: str) -> str:
    """A text without halves of letters (lone surrogates), which the encoder of sentences can't take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


class Engine:
    """Understands texts. Stateless but for the prepared catalogues it keeps; safe to share within a thread."""

    def __init__(self, model: Model, version: str = "") -> None:
        """``version`` names the model wherever somebody asks which one read a text."""
        self.version = version
        self._model = model
        self._shelf = Shelf()
        self._proof = Proofreader(model.spacing, model.slips, model.words)
        self._allowed = {role: np.array([INTENTS[name].open_to(role) for name in model.labels]) for role in _ROLES}

    @classmethod
    def open(cls, cache_dir: Path, data: Path = DATA, not_yet: Callable[[], None] | None = None) -> Engine:
        """The engine for ``data``, trained on first use and then kept in ``cache_dir``; of several processes that want
        it at once one trains. ``not_yet`` is called when the training begins. Raises BadExamples."""
        version = made_of([data])[:20]
        path, name = cache_dir / f"nlu-{version}.npz", f"{SHIPPED}-{version}"
        with suppress(*_NO_MODEL):
            return cls(Model.load(path), name)
        cache_dir.mkdir(parents=True, exist_ok=True)
        with held(cache_dir):
            with suppress(*_NO_MODEL):  # whoever held the folder before has trained it
                return cls(Model.load(path), name)
            if not_yet is not None:
                not_yet()
            from nlu.samples import train_on

            model = train_on(read_examples(data))
            model.save(path)
            for old in sorted(cache_dir.glob("nlu-*.npz"), key=_changed)[:-_KEPT]:
                old.unlink(missing_ok=True)
            return cls(model, name)

    def become(self, other: Engine) -> None:
        """Understand as ``other`` does from the next text on. To be called where texts are read, between two of them."""
        vars(self).update(vars(other))

    def parse(self, text: str, context: Context, now: datetime) -> Understanding:
        """Understand ``text``. ``now`` is aware and in the town's zone. Never raises on any str."""
        reading = read(text, context, now, self._shelf, self._model.words, self._proof)
        intent, sure, ranking, scope, more = self._intent(reading, context, now)
        opinion = given(context, text)
        whole = (reading.text, ranking, scope) if opinion is None and context.expect is None else None
        judge = partial(self._judged, context=context, whole=whole)
        found = pieces(reading, intent, judge) if ranking and not more else []
        meant = told(reading, intent, more, found)
        if meant.intent != intent:
            intent, sure = meant.intent, True
        if sure:
            ranking = (
                (intent, max(_SURE, dict(ranking).get(intent, 0.0))),
                *(one for one in ranking if one[0] != intent),
            )
        return Understanding(
            text=text,
            language=language_of(reading.text, context.language),
            intent=intent,
            confidence=ranking[0][1],
            in_scope=sure or scope,
            entities=meant.entities if opinion is None else tagged(opinion, intent, meant.entities),
            lines=meant.lines,
            wishes=meant.wishes,
            parts=meant.parts,
            ranking=ranking[:_RANKED],
        )

    def _intent(
        self, reading: Reading, context: Context, now: datetime
    ) -> tuple[str, bool, Ranking, bool, tuple[Value, ...]]:
        """Intent, whether it is sure, ranking, whether the model finds it in scope, further values."""
        rule = sure_intent(reading.squeezed, context.role)
        if rule is not None and (context.expect not in FREE or rule in WAYS_OUT):
            return rule, True, (), True, ()
        if context.expect == "text" and nothing_to_say(reading.squeezed):
            return "skip", True, (), True, ()
        answer = expected_answer(reading, context, now)
        if answer is not None:
            return answer[0], True, (), True, answer[1]
        if not any(char.isalnum() for char in reading.text) and not reading.values:
            return "out_of_scope", False, (("out_of_scope", 1.0),), False, ()
        opinion = given(context, reading.written.typed)
        ranking, scope = (ranked(opinion, context.role) if opinion else None) or self._rank(reading, context)
        intent, sure = settle(reading, context, *ranking[0])
        if not sure and (not scope or intent in NEAR_ADDRESS):
            answer = unclear_answer(reading, context.expect)
            if answer is not None:
                return answer[0], True, ranking, True, answer[1]
        return intent, sure, ranking, scope, ()

    def _judged(self, part: Reading, context: Context, whole: tuple[str, Ranking, bool] | None) -> str | None:
        """The intent of a part of a message; None when it is not clear enough to be a wish of its own. ``whole`` is what
        the model made of all of it, where that is known."""
        rule = sure_intent(part.squeezed, context.role)
        if rule is not None:
            return rule
        if whole is not None and part.text == whole[0]:
            _, ranking, scope = whole
        else:
            ranking, scope = self._rank(part, context)
        intent, sure = settle(part, context, *ranking[0])
        return intent if sure or (scope and ranking[0][1] >= _CLEAR) else None

    def _rank(self, reading: Reading, context: Context) -> tuple[Ranking, bool]:
        judged = self._model.judge(
            _sound(reading.masked()), _sound(reading.text), reading.hangul, self._allowed[context.role]
        )
        order = (-judged.chances).argsort()[:_RANKED]
        best = zip(order.tolist(), judged.chances[order].tolist(), strict=True)
        ranking = tuple([(self._model.labels[i], round(chance, 4)) for i, chance in best])
        return ranking, judged.in_scope
