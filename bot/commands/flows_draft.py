"""`dangol flows draft` and `diff`: a folder to edit, and what is different in it."""

from __future__ import annotations

from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot import libraries, releases
from bot.app import LIBRARY
from bot.commands.faults import tell_faults
from bot.commands.flow_database import shipped_flows, within
from bot.commands.flows_test import draft_folder
from bot.drafts import Draft, differing, lines_of
from bot.publishing import now_in_force
from bot.release_files import FLOWS, BadDraft, Files, placed, read_folder
from bot.releases import SHIPPED, SHOWN
from bot.settings import Settings
from commerce.work import Work
from flows.library import Library

out = Console()
DRAFT, PUBLISHED = "draft", "published"
SINCE = "--shipped"
"""In the place of a version: the flows that came with the program when the version in force was made."""


SCHEMA = LIBRARY.parent / "flows.schema.json"

Folder = Annotated[Path | None, typer.Argument(help="Where the draft is; else “draft” in DANGOL_DATA.")]


def draft(
    folder: Folder = None,
    update: Annotated[bool, typer.Option("--update", help="Bring in what has come into force meanwhile.")] = False,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Bring in what changed in the flows that come with the program.")
    ] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Drop all changes and begin again.")] = False,
) -> None:
    """Begin a draft of the version in force, or say how it stands."""
    with tell_faults():
        settings = Settings()
        ours, own = shipped_flows(settings), Draft(folder or draft_folder(settings))
        if anew or not own.is_there:
            _, files, origin = within(settings, lambda work: now_in_force(work.session, settings.data, ours))
            own.begin(files, origin)
            (own.folder / SCHEMA.name).write_bytes(SCHEMA.read_bytes())  # which the files name, for editors
            _say(f"{own.folder}: a draft of version {origin.version[:SHOWN]}, {len(files)} files.")
            _say("Edit it, then: dangol flows diff, dangol flows test --draft, dangol flows publish --note “…”")
            return
        conflicts = _update(settings, own, ours) if update else []
        conflicts += _take_shipped(settings, own, ours) if shipped else []
        _tell(settings, own, ours, sorted(set(conflicts)))
    if conflicts:
        raise typer.Exit(1)


def _update(settings: Settings, own: Draft, ours: Library) -> list[str]:
    _, files, origin = within(settings, lambda work: now_in_force(work.session, settings.data, ours))
    taken = own.origin().shipped
    return own.take(files, replace(origin, shipped=taken if taken == ours.version else origin.shipped))


def _take_shipped(settings: Settings, own: Draft, ours: Library) -> list[str]:
    origin = own.origin()
    before = within(settings, lambda work: _library(work, origin.shipped, ours))
    return own.take(placed(FLOWS, ours.bundle()), replace(origin, shipped=ours.version), since=before)


def _tell(settings: Settings, own: Draft, ours: Library, conflicts: list[str]) -> None:
    _, files, origin = within(settings, lambda work: now_in_force(work.session, settings.data, ours))
    begun, changed = own.origin(), own.changed()
    _say(f"{own.folder}: a draft of version {begun.version[:SHOWN]}.")
    _say(f"Changed:\n{lines_of(changed)}" if changed else "Nothing is changed.")
    if conflicts:
        _say(
            f"Both sides changed these in one place; look for <<<<<<< in them and keep what is right:\n{lines_of(conflicts)}"
        )
    if begun.version != origin.version or differing(own.base(), files):
        _say("Meanwhile something else has come into force. Bring it in: dangol flows draft --update")
    if begun.shipped != ours.version:
        _say("The flows that come with the program have changed. Bring that in: dangol flows draft --shipped")


async def _library(work: Work, version: str, ours: Library) -> Files:
    """The flows that came with an earlier program."""
    if version == ours.version:
        return placed(FLOWS, ours.bundle())
    found = await libraries.files_of(work.session, version)
    if found is None:
        raise BadDraft(f"the flows {version} of the earlier program are not in the database; begin --anew")
    return placed(FLOWS, found)


def diff(
    before: Annotated[
        str, typer.Argument(help="A version's first letters, “published”, “shipped”, “draft” or a folder.")
    ] = PUBLISHED,
    after: Annotated[str, typer.Argument(help="The same.")] = DRAFT,
    shipped: Annotated[
        bool,
        typer.Option("--shipped", help="What the program's own flows changed since the version in force was made."),
    ] = False,
) -> None:
    """What is different between two versions, line by line; without arguments, what the draft changes."""
    with tell_faults():
        settings = Settings()
        ours = shipped_flows(settings)
        one, other = within(settings, lambda work: _sides(work, settings, ours, SINCE if shipped else before, after))
    names = differing(one, other)
    for name in names:
        _show(name, one.get(name, ""), other.get(name, ""))
    if not names:
        _say("No difference.")


async def _sides(work: Work, settings: Settings, ours: Library, before: str, after: str) -> tuple[Files, Files]:
    if before == SINCE:
        origin = (await now_in_force(work.session, settings.data, ours))[2]
        return await _library(work, origin.shipped, ours), placed(FLOWS, ours.bundle())
    return await _named(work, settings, ours, before), await _named(work, settings, ours, after)


async def _named(work: Work, settings: Settings, ours: Library, name: str) -> Files:
    """Raises BadDraft, NoSuchVersion, BrokenVersion."""
    if name == DRAFT:
        return Draft(draft_folder(settings)).files()
    if name == PUBLISHED:
        return (await now_in_force(work.session, settings.data, ours))[1]
    if name == SHIPPED:
        return placed(FLOWS, ours.bundle())
    folder = Path(name)
    if (folder / FLOWS).is_dir():
        return read_folder(folder)
    version = await releases.named(work.session, name)
    return (await releases.release(work.session, version)).files if version is not None else {}


def _show(name: str, before: str, after: str) -> None:
    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    for line in lines:
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        out.print(Text(line, style="bold" if line.startswith(("+++", "---")) else style), soft_wrap=True)


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
