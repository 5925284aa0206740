"""What is learnt, as one file: n-grams first, and meaning where they are unsure."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.embedding import ENCODER, Encoder
from nlu.linear import OUTSIDE, Floats, LinearModel
from nlu.semantic import SemanticModel
from nlu.slips import AS_HIT, Slips
from nlu.spacing import AS_TYPED, Spacing
from nlu.spelling import AS_SPELT, Spelling
from nlu.tagging import EntityTagger

Mask = npt.NDArray[np.bool_]
_OTHER = "_other"
"""What the arrays are called that are not of Korean."""


@dataclass(frozen=True, slots=True)
class Tier:
    """How to read margins: ``temperature`` makes chances of them, under ``threshold`` a text is out of scope."""

    temperature: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Gate:
    """When the n-grams alone decide: the best margin is ``floor`` or more, and ``gap`` ahead of the second."""

    gap: float
    floor: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """``chances`` of each label (those not allowed have 0), and whether the text is the bot's business."""

    chances: Floats
    in_scope: bool


@dataclass(frozen=True, slots=True)
class Model:
    """``linear`` alone, or with ``semantic``, whose margins weigh so many times as much where ``gate`` is shut:
    ``shares`` in Korean and in other texts, each of which have theirs, or both the same.

    ``words`` are the everyday words of the training texts, ``spacing`` knows where spaces are missing,
    ``spelling`` which word was meant, ``slips`` which keys,
    ``tagger`` finds entities where the training texts had some.
    """

    linear: LinearModel
    alone: Tier
    words: frozenset[str] = frozenset()
    semantic: tuple[SemanticModel, SemanticModel] | None = None
    together: Tier = Tier(1.0, 0.0)
    gate: Gate = Gate(0.0, 0.0)
    shares: tuple[float, float] = (0.0, 0.0)
    spacing: Spacing = AS_TYPED
    spelling: Spelling = AS_SPELT
    tagger: EntityTagger | None = None
    slips: Slips = AS_HIT
    inside: Mask = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inside", np.array([label != OUTSIDE for label in self.labels]))

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents, in the order of all margins and chances."""
        return self.linear.labels

    def judge(
        self, masked: str, plain: str, hangul: bool, allowed: Mask | None = None, encoder: Encoder = ENCODER
    ) -> Judgement:
        """Read a text: ``masked`` for n-grams, ``plain`` for meaning. ``allowed``: the labels that may come out."""
        free = np.ones(len(self.labels), dtype=bool) if allowed is None else allowed
        margins = self.linear.margins(masked, hangul)
        share = self.shares[not hangul]
        if self.semantic is not None and share and self.open(margins, free):
            return Judgement(chances(margins, free, self.alone.temperature), True)
        mended = self.spelling.mended(masked)
        if mended != masked:
            margins = self.linear.margins(mended, hangul)
        if self.semantic is None or not share:
            return self._read(margins, 0.0, free, self.alone)
        vector = encoder.vector_if_ready(self.spelling.mended(plain))
        if vector is None:
            return self._read(margins, 0.0, free, self.alone)
        meant, near = self.semantic[not hangul].margins(vector)
        return self._read(mixed(margins, meant, share), near, free, self.together)

    def open(self, margins: Floats, free: Mask) -> bool:
        """Whether the n-grams are sure enough of something that is the bot's business."""
        allowed = np.where(free, margins, np.float32(-np.inf))
        best = int(allowed.argmax())
        most = allowed[best]
        if not self.inside[best] or most < self.gate.floor:
            return False
        allowed[best] = -np.inf
        return bool(most - np.maximum.reduce(allowed) >= self.gate.gap)

    def _read(self, margins: Floats, near: float, free: Mask, tier: Tier) -> Judgement:
        inside = free & self.inside
        best = float(margins[inside].max()) if inside.any() else -np.inf
        outside = free & ~self.inside
        ahead = not outside.any() or best > float(margins[outside].max())
        return Judgement(chances(margins, free, tier.temperature), ahead and best + near >= tier.threshold)

    def save(self, path: Path) -> None:
        """Write to ``path``, whole or not at all."""
        arrays, meta = self.linear.stored()
        meta |= {
            "words": sorted(self.words),
            "alone": [self.alone.temperature, self.alone.threshold],
            "together": [self.together.temperature, self.together.threshold],
            "gate": [self.gate.gap, self.gate.floor],
            "shares": self.shares,
        }
        if self.semantic is not None:
            korean, other = self.semantic
            arrays |= korean.stored("") | ({} if other is korean else other.stored(_OTHER))
        arrays |= self.spacing.stored() | self.spelling.stored() | self.slips.stored()
        if self.tagger is not None:
            arrays["tagger"] = np.frombuffer(self.tagger.stored, dtype=np.uint8)
        packed = np.frombuffer(json.dumps(meta, ensure_ascii=False).encode("utf-8", "surrogatepass"), dtype=np.uint8)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, meta=packed, **arrays)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read what ``save`` wrote. Raises OSError, ValueError or KeyError when it is not that."""
        with np.load(path, allow_pickle=False) as file:
            stored = dict(file)
        meta: dict[str, Any] = json.loads(stored["meta"].tobytes().decode("utf-8", "surrogatepass"))
        semantic = None
        if "landmarks" in stored:
            korean = SemanticModel.restored(stored, "")
            semantic = korean, SemanticModel.restored(stored, _OTHER) if "landmarks" + _OTHER in stored else korean
        return cls(
            LinearModel.restored(stored, meta),
            Tier(*meta["alone"]),
            frozenset(meta["words"]),
            semantic,
            Tier(*meta["together"]),
            Gate(*meta["gate"]),
            (meta["shares"][0], meta["shares"][1]),
            Spacing.restored(stored),
            Spelling.restored(stored),
            EntityTagger(stored["tagger"].tobytes()) if "tagger" in stored else None,
            Slips.restored(stored),
        )


def mixed(margins: Floats, meant: Floats, share: float | Floats) -> Floats:
    """The margins of both tiers on the scale of one."""
    both: Floats = ((margins + share * meant) / (1 + share)).astype(np.float32)
    return both


def chances(margins: Floats, free: Mask, temperature: float) -> Floats:
    """Softmax of the margins over the labels that are free; the others get 0."""
    scaled: Floats = np.where(free, margins, np.float32(-np.inf))
    scaled /= np.float32(temperature)
    scaled -= np.maximum.reduce(scaled)
    np.exp(scaled, out=scaled)
    scaled /= np.add.reduce(scaled)
    return scaled
