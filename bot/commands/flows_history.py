"""`dangol flows history` and `rollback`: what was in force when, and the way back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy import select

from bot import libraries, releases
from bot.commands.faults import tell_faults
from bot.commands.flow_database import shipped_flows, whoever, within
from bot.live_model import store_in
from bot.publishing import roll_back, taken_back
from bot.release_files import DIALOGUES, NLU, digest, part, placed, read_folder, write_folder
from bot.releases import SHIPPED, SHOWN, FlowPublication, FlowRelease, Release
from bot.settings import Settings
from commerce.work import Work
from flows.library import Library
from nlu.store import BrokenModel, BrokenStore, UnknownVersion

out = Console(highlight=False)


def history(as_json: Annotated[bool, typer.Option("--json", help="One JSON line each.")] = False) -> None:
    """Which version was in force since when, by whom and why, and how many conversations are still led by it."""
    with tell_faults():
        settings = Settings()
        ours = shipped_flows(settings)
        rows = within(settings, lambda work: _rows(work, ours))
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table(
        *(Column(name, overflow="fold") for name in ("version", "since", "who", "what", "note", "conversations", ""))
    )
    for row in rows:
        since = datetime.fromisoformat(row["at"]).astimezone().strftime("%Y-%m-%d %H:%M:%S") if row["at"] else ""
        state = "in force" if row["in_force"] else "before it" if row["before_it"] else ""
        talks = str(row["conversations"]) if row["conversations"] is not None else ""
        cells = (row["version"][:SHOWN], since, row["who"], row["why"], row["note"], talks, state)
        table.add_row(*(Text(cell) for cell in cells))
    Console(highlight=False).print(table)


async def _rows(work: Work, ours: Library) -> list[dict[str, Any]]:
    """One for the flows that come along, then one for each entry of the history, the newest last. Conversations are
    told at the newest entry of a version."""
    entries = await releases.history(work.session)
    talks = await libraries.conversations_on(work.session)
    known = {one.version: one for one in await work.session.scalars(select(FlowRelease))}
    line = releases.line_of(entries)
    newest = {entry.version: entry.number for entry in entries}
    rows = [_row(None, None, ours.version, line, talks if None not in newest else {}, newest)]
    for entry in entries:
        release = known.get(entry.version or "")
        library = release.library if release is not None else ours.version
        rows.append(_row(entry, release, library, line, talks, newest))
    here = {row["library"] for row in rows}
    rest = sum(count for library, count in talks.items() if library not in here)
    if rest:
        rows.insert(
            0,
            {
                **_row(None, None, "", line, {}, newest),
                "version": "earlier",
                "conversations": rest,
                "in_force": False,
                "before_it": False,
            },
        )
    return rows


def _row(
    entry: FlowPublication | None,
    release: FlowRelease | None,
    library: str,
    line: Sequence[str | None],
    talks: dict[str, int],
    newest: dict[str | None, int],
) -> dict[str, Any]:
    version, number = (entry.version, entry.number) if entry is not None else (None, 0)
    last = newest.get(version, 0) == number
    return {
        "version": version or SHIPPED,
        "library": library,
        "at": entry.at.isoformat() if entry is not None else None,
        "who": entry.who if entry is not None else "",
        "why": entry.why if entry is not None else "",
        "note": release.note if release is not None else "",
        "author": release.author if release is not None else "",
        "in_force": number == max(newest.values(), default=0),
        "before_it": last and len(line) > 1 and version == line[-2],
        "conversations": talks.get(library, 0) if last else None,
    }


def rollback(
    version: Annotated[
        str | None, typer.Argument(help=f"The first letters of one in `dangol flows history`, or “{SHIPPED}”.")
    ] = None,
) -> None:
    """Back to the version before the one in force, or to the one that is named. It was tested when it was published."""
    with tell_faults():
        settings = Settings()
        ours = shipped_flows(settings)
        left, now = within(settings, lambda work: roll_back(work, version, ours, who=whoever()))
        out.print(
            f"Version {(now.version if now else SHIPPED)[:SHOWN]} is in force. A running bot takes it up within a second."
        )
        _give_back_data(settings, left, now)
        _give_back_model(settings, now)


def _give_back_data(settings: Settings, left: Release | None, now: Release | None) -> None:
    """The installation's own data too, unless somebody has gone on with them since."""
    for of in (NLU, DIALOGUES):
        own, theirs = read_folder(settings.data, (of,)), placed(of, part(left.files, of)) if left else {}
        wanted = placed(of, part(now.files, of)) if now else {}
        if own == wanted:
            continue
        if now is not None and digest(own) == digest(theirs):
            write_folder(wanted, settings.data, (of,))
        else:
            out.print(f"{settings.data / of} stays as it is.", markup=False, soft_wrap=True)


def _give_back_model(settings: Settings, now: Release | None) -> None:
    """The model that goes with a version."""

    async def read(work: Work) -> tuple[Sequence[FlowPublication], dict[str, str]]:
        rows = await work.session.execute(select(FlowRelease.version, FlowRelease.model))
        trained = {version: model for version, model in rows if model is not None}
        return await releases.history(work.session), trained

    try:
        store = store_in(settings.data)
        found, (entries, trained) = store.history(), within(settings, read)
        model = taken_back(entries, trained, now.version if now is not None else None, found.line)
        if model is None or model == found.in_force:
            return
        store.roll_back(datetime.now(UTC).isoformat(timespec="seconds"), model)
        out.print(f"Model {model[:SHOWN]} is in force.")
    except (BrokenModel, BrokenStore, UnknownVersion) as error:
        out.print(f"The model stays as it is: {error}. See: dangol nlu models", markup=False, soft_wrap=True)
