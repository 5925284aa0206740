"""Which steps and branches of the flows a set of dialogues reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from flows.language import Collect, Flow
from flows.library import Library
from flows.source import Spot
from flows.turned import Passed


@dataclass(frozen=True, slots=True)
class Place:
    """A step, a branch or a rejection of a flow, and its line as it is written."""

    passed: Passed
    at: Spot
    written: str

    @property
    def what(self) -> str:
        return self.passed[0]

    @property
    def flow(self) -> str:
        return self.passed[1]

    def __str__(self) -> str:
        return f"{self.at.file}:{self.at.line}: {self.what} in {self.flow}: {self.written}"


@dataclass(frozen=True)
class Coverage:
    """``places`` are all there are, ``reached`` those that some dialogue passed."""

    places: tuple[Place, ...]
    reached: Set[Passed]

    @classmethod
    def of(cls, library: Library, reached: Iterable[Passed]) -> Coverage:
        return cls(tuple(places(library)), frozenset(reached))

    @cached_property
    def missed(self) -> tuple[Place, ...]:
        """By file and line."""
        return tuple(sorted((one for one in self.places if one.passed not in self.reached), key=lambda one: one.at))

    @property
    def share(self) -> float:
        """Reached of all, 0 to 1."""
        return 1 - len(self.missed) / len(self.places) if self.places else 1.0

    def by_flow(self) -> Mapping[str, tuple[int, int]]:
        """How many places of each flow were reached, and how many it has."""
        counts: dict[str, tuple[int, int]] = {}
        for one in self.places:
            reached, of = counts.get(one.flow, (0, 0))
            counts[one.flow] = reached + (one.passed in self.reached), of + 1
        return counts


def places(library: Library) -> Iterator[Place]:
    """Every step, every branch where there is a choice, every rejection."""
    lines = {name: text.splitlines() for name, text in library.files.items()}

    def written(at: Spot) -> str:
        text = lines.get(at.file, [])
        return text[at.line - 1].strip() if 0 < at.line <= len(text) else ""

    for flow in library.flows.values():
        for passed, at in _of(flow):
            yield Place(passed, at, written(at))


def _of(flow: Flow) -> Iterator[tuple[Passed, Spot]]:
    for step in flow.steps.values():
        yield ("step", flow.id, step.id, 0), step.at
        if len(step.next) > 1:
            for number, branch in enumerate(step.next):
                yield ("branch", flow.id, step.id, number), branch.at
        if isinstance(step, Collect):
            for number, rejection in enumerate(step.rejections):
                yield ("rejection", flow.id, step.id, number), rejection.at
