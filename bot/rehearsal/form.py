"""Reads dialogue files: who does what, and what everybody is then told. docs/dialogue-tests.md describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.lined import Path as Where
from bot.rehearsal.rasa_form import SLOT_STEPS, assertions_of, slots_of
from bot.rehearsal.script import FRIDAY_NOON, Act, BadDialogue, Case, Check, Expect, Step, shown_path
from bot.rehearsal.sheet import Sheet

WHO = r"[^\s]+"
_SAYS = re.compile(rf"({WHO})")
_ACTS = re.compile(rf"({WHO}) (taps|is at|sends|pays|is refunded|disputes|leaves|invites)")
_EXPECTS = re.compile(rf"(not to|to|nothing to) ({WHO})")
_BESIDE_TO = {"buttons", "no buttons", "payment", "asks", "times", "utter"}
_BESIDE_ACT = {"assertions", "metadata"}
_RESERVED = {"clock", "to", "not", "nothing", "card", "bot", *SLOT_STEPS, *_BESIDE_TO, *_BESIDE_ACT}
_CASE = {"test_case", "town", "at", "lang", "fixtures", "metadata", "steps"}
DEFAULTS = "defaults.yaml"
"""What the files of a folder and those below it share, if they do not say otherwise."""


def dialogue_files(path: Path) -> list[Path]:
    """The files of dialogues below ``path``, or that file itself."""
    if path.is_file():
        return [path]
    found = sorted(one for one in path.rglob("*") if one.suffix in (".yaml", ".yml") and one.is_file())
    return [one for one in found if one.name != DEFAULTS]


def read_cases(path: Path, town: str = "demo") -> list[Case]:
    """The cases of one file; ``town`` is where those play that do not say. Raises BadDialogue."""
    return _cases(Sheet.of(path), town)


def read_text(path: Path, text: str, town: str, shown: Path) -> list[Case]:
    """The cases of ``text`` as if it stood at ``path``; faults are told of the file ``shown``. Raises BadDialogue."""
    return _cases(Sheet.of_text(path, text, shown), town)


def _cases(sheet: Sheet, town: str) -> list[Case]:
    return _File(sheet, {"town": town, "at": FRIDAY_NOON, "lang": "ko"} | _defaults(sheet.path)).cases()


def _defaults(path: Path) -> dict[str, Any]:
    """Of the nearest folder that has some. The town is seen from there."""
    for folder in path.absolute().parents:
        if (folder / DEFAULTS).exists():
            sheet = Sheet.of(folder / DEFAULTS)
            given = sheet.mapping(sheet.lined.data, (), {"town", "at", "lang"})
            if "town" in given:
                given["town"] = find_town(sheet, given["town"], ("town",))
            return given
    return {}


def find_town(sheet: Sheet, given: Any, at: Where) -> str:
    """ "demo", the path of a town file seen from the dialogue's, or the name of one in a folder "towns" beside it or
    further up."""
    name = sheet.text(given, at)
    here = sheet.path.absolute().parent
    if name == "demo":
        return name
    if name.endswith((".yaml", ".yml")):
        if (here / name).is_file():
            return str(here / name)
        raise sheet.bad(at, f"there is no town file {name}; its path is seen from this file")
    for folder in (here, *here.parents):
        if (folder / "towns" / f"{name}.yaml").is_file():
            return str(folder / "towns" / f"{name}.yaml")
    raise sheet.bad(
        at, f"there is no town {name!r}; write demo, a path, or put {name}.yaml into a folder towns beside it"
    )


class _File:
    def __init__(self, sheet: Sheet, defaults: Mapping[str, Any]) -> None:
        self.sheet = sheet
        self.defaults = defaults
        self.fixtures: dict[str, list[tuple[str, Any]]] = {}

    def cases(self) -> list[Case]:
        sheet = self.sheet
        top = sheet.mapping(sheet.lined.data, (), {"test_cases", "fixtures", "metadata"}, needed={"test_cases"})
        self._read_fixtures(top.get("fixtures"))
        listed = sheet.list(top["test_cases"], ("test_cases",))
        found = [self._case(one, ("test_cases", at)) for at, one in enumerate(listed)]
        names = [case.name for case in found]
        for case in found:
            if names.count(case.name) > 1:
                raise sheet.bad(("test_cases", names.index(case.name)), f"two cases are called {case.name!r}")
        return found

    def _read_fixtures(self, given: Any) -> None:
        for number, one in enumerate(self.sheet.list(given, ("fixtures",)) if given is not None else ()):
            at: Where = ("fixtures", number)
            name, slots = self.sheet.pair(one, at)
            self.fixtures[name] = [self.sheet.pair(slot, (*at, name)) for slot in self.sheet.list(slots, (*at, name))]

    def _case(self, data: Any, path: Where) -> Case:
        sheet = self.sheet
        given = sheet.mapping(data, path, _CASE, needed={"test_case", "steps"})
        lang = given.get("lang", self.defaults["lang"])
        slots: list[tuple[str, Any]] = []
        for fixture in sheet.texts(given.get("fixtures"), (*path, "fixtures")):
            if fixture not in self.fixtures:
                raise sheet.bad((*path, "fixtures"), f"there is no fixture {fixture!r}; put it under `fixtures:` above")
            slots += self.fixtures[fixture]
        return Case(
            file=sheet.path,
            name=str(given["test_case"]),
            line=sheet.line(path),
            town=find_town(sheet, given["town"], (*path, "town")) if "town" in given else self.defaults["town"],
            at=sheet.time(given.get("at", self.defaults["at"]), (*path, "at")),
            lang=lang if isinstance(lang, dict) else {"": lang},
            steps=tuple(self._steps(sheet.list(given["steps"], (*path, "steps")), (*path, "steps"))),
            slots=tuple(slots),
        )

    def _steps(self, steps: list[Any], path: Where) -> Iterator[Step]:
        who: str | None = None
        for number, data in enumerate(steps):
            for step in self._step(data, (*path, number), who):
                if isinstance(step, Act):
                    who = step.play.get("as", who)
                yield step

    def _step(self, data: Any, path: Where, who: str | None) -> Iterator[Step]:
        """The step, and what is asserted of it. ``who`` acted last."""
        sheet, line = self.sheet, self.sheet.line(path)
        if isinstance(data, str):
            data = {data: None}
        if not isinstance(data, dict) or not data:
            raise sheet.bad(path, "a step is `minji: …`, `minji taps: …`, `clock: 3m`, `to minji: …` or the like")
        (head, value), beside = next(iter(data.items())), dict(list(data.items())[1:])
        expects, acts = _EXPECTS.fullmatch(head), _ACTS.fullmatch(head)
        if expects:
            yield self._expect(line, expects[1], expects[2], value, beside, path)
        elif head == "clock":
            sheet.only(beside, (), path)
            yield Act(line, {"advance": sheet.text(value, path)})
        elif head in ("bot", "utter", *SLOT_STEPS):
            sheet.only(beside, (), path)
            yield from self._of_last(line, head, value, path, who)
        elif acts:
            yield self._act(line, acts[1], acts[2], value, beside, path)
            yield from self._asserted(acts[1], beside, path)
        elif _SAYS.fullmatch(head) and head not in _RESERVED:
            sheet.only(beside, _BESIDE_ACT, path)
            yield Act(line, {"as": head, "say": sheet.text(value, path)})
            yield from self._asserted(head, beside, path)
        else:
            raise sheet.bad(
                path, f"{head!r} is no step; write `minji: …`, `minji taps: …`, `to minji: …` or `clock: 3m`"
            )

    def _of_last(self, line: int, head: str, value: Any, path: Where, who: str | None) -> Iterator[Step]:
        """Rasa's steps name nobody: they are about whoever acted last."""
        if who is None:
            raise self.sheet.bad(path, f"`{head}` is about whoever acted last; put `user: …` before it")
        if head == "bot":
            yield Expect(line, who, texts=(self.sheet.text(value, path),))
        elif head == "utter":
            yield Expect(line, who, utter=self.sheet.text(value, path))
        else:
            for slot in slots_of(self.sheet, value, (*path, head), SLOT_STEPS[head]):
                yield Check(line, who, slot)

    def _asserted(self, who: str, beside: Mapping[str, Any], path: Where) -> Iterator[Step]:
        if "assertions" in beside:
            for line, assertion in assertions_of(self.sheet, beside["assertions"], (*path, "assertions")):
                yield Check(line, who, assertion)

    def _act(self, line: int, who: str, verb: str, value: Any, beside: Mapping[str, Any], path: Where) -> Act:
        sheet = self.sheet
        sheet.only(beside, {"card", *_BESIDE_ACT} if verb == "taps" else _BESIDE_ACT, path)
        if verb == "taps":
            card = {"card": beside["card"]} if "card" in beside else {}
            return Act(line, {"as": who, "tap": sheet.text(value, path), **card})
        if verb in ("leaves", "invites"):
            if value is not None:
                raise sheet.bad(path, f"`{who} {verb}` stands alone")
            return Act(line, {"as": who, verb: True})
        if verb == "pays":
            return Act(line, {"as": who, "pay": sheet.text(value, path)})
        if verb == "sends":
            return Act(line, {"as": who, "media": sheet.text(value, path)})
        if verb in ("is refunded", "disputes"):
            return Act(line, {"as": who, verb.removeprefix("is "): sheet.number(value, path)})
        point = sheet.list(value, path)
        try:
            return Act(line, {"as": who, "location": [float(part) for part in point]})
        except (TypeError, ValueError) as error:
            raise sheet.bad(path, "a place is [latitude, longitude]") from error

    def _expect(self, line: int, kind: str, who: str, value: Any, beside: Mapping[str, Any], path: Where) -> Expect:
        sheet = self.sheet
        sheet.only(beside, _BESIDE_TO if kind == "to" else (), path)
        texts = tuple(value) if isinstance(value, list) else () if value is None else (str(value),)
        if kind == "not to" and not texts:
            raise sheet.bad(path, f"say what is not told to {who}, or write `nothing to {who}`")
        if kind == "nothing to" and texts:
            raise sheet.bad(path, f"`nothing to {who}` stands alone")
        return Expect(
            line,
            who,
            told=kind == "to",
            texts=texts,
            buttons=sheet.texts(beside.get("buttons"), path),
            no_buttons=sheet.texts(beside.get("no buttons"), path),
            payment=sheet.number(beside.get("payment"), path),
            asks=beside.get("asks"),
            times=sheet.number(beside.get("times"), path),
            utter=beside.get("utter"),
        )


__all__ = ["BadDialogue", "dialogue_files", "read_cases", "shown_path"]
