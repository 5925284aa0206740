"""`dangol nlu review`: what was not understood well, to be labelled or ignored by a person."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from bot.commands.faults import tell_faults
from bot.commands.nlu_models import own_data
from bot.labelling import BadLabel, change, make, suggested
from bot.lessons import IGNORED
from bot.reviewing import Group, open_groups, settle
from bot.settings import Settings
from commerce.database import Database
from nlu.examples import DATA, Example, read_examples
from nlu.gold import GOLD, read_gold
from nlu.lint import alike

out = Console()
err = Console(stderr=True)


def review(
    label: Annotated[
        tuple[int, str] | None, typer.Option(metavar="ID INTENT", help="Say what a group means; goes into the data.")
    ] = None,
    as_text: Annotated[
        str | None, typer.Option("--as", help="With --label: the words to learn, such as “[라떼](item) 하나”.")
    ] = None,
    ignore: Annotated[int | None, typer.Option(metavar="ID", help="Nothing is to be learnt of that group.")] = None,
    each: Annotated[bool, typer.Option("--each", help="Go through them one by one.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Make the shown change without asking.")] = False,
    into: Annotated[Path | None, typer.Option(help="The folder of training data; else nlu in the data folder.")] = None,
    why: Annotated[str | None, typer.Option(help="Only unclear, corrected or handoff.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only ko or en.")] = None,
    most: Annotated[int, typer.Option(help="How many groups are shown.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON each.")] = False,
) -> None:
    """Messages that were unclear, corrected or handed to a human: nearly the same ones together, most frequent first.

    Personal data were taken out before they were kept. After labelling, `dangol nlu train` learns from it.
    """
    with tell_faults():
        settings = Settings()
        desk = Desk(settings.database, into or own_data(settings.data), settings.data, yes)
        try:
            if label is not None:
                desk.label(desk.group(label[0]), label[1], as_text)
            elif ignore is not None:
                desk.ignore(desk.group(ignore))
            else:
                groups = [one for one in desk.groups() if _wanted(one, why, lang)][:most]
                desk.each(groups) if each else _show(groups, as_json=as_json)
        except BadLabel as bad:
            err.print(str(bad), markup=False, soft_wrap=True)
            raise typer.Exit(2) from bad


class Desk:
    """Where a person decides. ``yes``: changes are made without asking."""

    def __init__(self, database: str, folder: Path, data: Path, yes: bool) -> None:
        self.database = database
        self.folder = folder
        self.yes = yes
        self._folders = dict.fromkeys(one.resolve() for one in (DATA, own_data(data), folder))

    def groups(self) -> list[Group]:
        async def read() -> list[Group]:
            database = Database(self.database)
            try:
                async with database.read() as session:
                    return await open_groups(session)
            finally:
                await database.close()

        return asyncio.run(read())

    def group(self, number: int) -> Group:
        """The group that the message of that number is in. Raises BadLabel."""
        found = next((one for one in self.groups() if number in {lesson.id for lesson in one.every}), None)
        if found is None:
            raise BadLabel(f"nothing with the number {number} is to be reviewed; see `dangol nlu review`")
        return found

    def label(self, group: Group, intent: str, text: str | None) -> bool:
        """Show what the label changes and, when it is approved, make it so; whether it was. Raises BadLabel."""
        shown = group.shown
        words = text if text is not None else suggested(shown)
        made = change(self.folder, shown.language, shown.role, intent, words, self.known, _kept)
        if made.before == made.after:
            out.print("That is in the data already.")
        else:
            out.print(made.diff, markup=False, highlight=False, soft_wrap=True, end="")
            for remark in made.remarks:
                out.print(f"Remark: {remark}", markup=False, soft_wrap=True)
            if not self.yes and not typer.confirm(f"Change {made.path}?"):
                out.print("Nothing was changed.")
                return False
            make(made)
            del self.known
            out.print("Learnt with the next `dangol nlu train`.")
        self._settle(group, intent)
        return True

    def ignore(self, group: Group) -> None:
        self._settle(group, IGNORED)
        out.print(f"{len(group.every)} ignored; the same words are not shown again.")

    def each(self, groups: list[Group]) -> None:
        """One after the other, until all are through or the person has enough."""
        for number, group in enumerate(groups, 1):
            _show([group], as_json=False, title=f"{number} of {len(groups)}")
            answer = typer.prompt("Intent (Enter: later, -: ignore, q: enough)", default="", show_default=False)
            if answer.strip() == "q":
                return
            if answer.strip() == IGNORED:
                self.ignore(group)
            elif answer.strip():
                words = typer.prompt("Words to learn", default=suggested(group.shown))
                try:
                    self.label(group, answer.strip(), words)
                except BadLabel as bad:
                    err.print(str(bad), markup=False, soft_wrap=True)

    @cached_property
    def known(self) -> list[Example]:
        """All training data."""
        return [example for folder in self._folders for example in read_examples(folder)]

    def _settle(self, group: Group, intent: str) -> None:
        async def write() -> None:
            database = Database(self.database)
            try:
                async with database.transaction() as session:
                    await settle(session, group, intent)
            finally:
                await database.close()

        asyncio.run(write())


def _kept() -> frozenset[str]:
    return frozenset(alike(one.text) for one in read_gold(GOLD)) if GOLD.is_dir() else frozenset()


def _wanted(group: Group, why: str | None, lang: str | None) -> bool:
    return (why is None or why in group.whys) and (lang is None or group.shown.language == lang)


def _show(groups: list[Group], *, as_json: bool, title: str | None = None) -> None:
    if as_json:
        for group in groups:
            typer.echo(json.dumps(as_dict(group), ensure_ascii=False))
        return
    if not groups:
        out.print("Nothing is to be reviewed.")
        return
    heads = ("id", "times", "said", "read as", "why", "asked", "who")
    table = Table(*(Column(head, overflow="fold") for head in heads), title=title)
    for group in groups:
        table.add_row(*(escape(cell) for cell in _row(group)))
    out.print(table)


def _row(group: Group) -> tuple[str, ...]:
    shown = group.shown
    then = next((one.afterwards for one in group.every if one.afterwards), None)
    read = f"{_counts(group.readings, 'a button')} ({group.confidence:.0%})"
    said = f"{shown.said}\n→ {then}" if then else shown.said
    asked = _counts(group.asked, "")
    who = f"{shown.role}, {shown.language}"
    return str(group.id), str(len(group.every)), said, read, _counts(group.whys, ""), asked, who


def _counts(found: Mapping[str | None, int] | Counter[str], none: str) -> str:
    every = Counter(dict(found)).most_common()
    return ", ".join(f"{name or none}" + (f" ×{count}" if len(every) > 1 else "") for name, count in every)


def as_dict(group: Group) -> dict[str, Any]:
    """The group as the command prints it."""
    shown = group.shown
    return {
        "id": group.id,
        "times": len(group.every),
        "said": shown.said,
        "texts": sorted({one.said for one in group.every}),
        "language": shown.language,
        "role": shown.role,
        "why": dict(group.whys),
        "read_as": {name or "": count for name, count in group.readings.items()},
        "confidence": round(group.confidence, 4),
        "ranking": shown.ranking,
        "expect": {name or "": count for name, count in group.asked.items()},
        "flow": shown.flow,
        "step": shown.step,
        "afterwards": sorted({one.afterwards for one in group.every if one.afterwards}),
        "models": sorted({one.model for one in group.every}),
        "suggested": suggested(shown),
        "last": max(one.at for one in group.every).isoformat(),
    }
