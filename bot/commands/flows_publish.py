"""`dangol flows publish`: a draft comes into force, if everything holds with it."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot import logs
from bot.commands.faults import tell_faults
from bot.commands.flow_database import shipped_flows, whoever, within
from bot.commands.flows_test import CHECKOUT, draft_folder, rehearsed, whole
from bot.commands.nlu_models import compared, is_of, names_in, tell_figures
from bot.drafts import Draft, Origin, differing, lines_of
from bot.live_model import store_in
from bot.promoting import Outcome, candidate, worse
from bot.publishing import cases_of, findings, now_in_force
from bot.publishing import publish as put
from bot.rehearsal.report import show_failure
from bot.rehearsal.running import cores
from bot.rehearsal.script import BadDialogue, Case, shown_path
from bot.release_files import DIALOGUES, FLOWS, NLU, Files, part, placed, write_folder
from bot.releases import SHOWN, InForce, Overtaken
from bot.settings import Settings
from commerce.work import Work
from flows.library import Library
from nlu.examples import DATA
from nlu.gold import GOLD, read_gold
from nlu.store import BrokenModel, BrokenStore, Moved
from nlu.versions import made_of

out = Console(highlight=False)
UPDATE = "Bring that into the draft: dangol flows draft --update"
NOT_NOW = "Nothing has changed for anybody who talks."


@dataclass(frozen=True, slots=True)
class Learnt:
    """A model that was trained for a version, in the place of the one that was in force then."""

    model: str
    instead_of: str
    forced: bool


def publish(
    note: Annotated[str, typer.Option(help="What is new, for whoever reads the history.")],
    author: Annotated[str | None, typer.Option(help="Who changed it; else who is logged in here.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--draft", help="Where the draft is; else “draft” in DANGOL_DATA.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many dialogues at a time; else one a core.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Even if the new model reads a language worse.")] = False,
    dialogues: Annotated[
        Path, typer.Option(help="A folder with the program's own dialogue tests; else those of the checkout.")
    ] = CHECKOUT,
    gold: Annotated[Path, typer.Option(help="A folder with town.yaml, ko and en to compare models on.")] = GOLD,
) -> None:
    """Check the draft, play every dialogue test with it, train if there is something new to learn, then put it in force.

    What is published is the draft as it was when this began. Exits with 1, and nothing has changed, if anything is
    wrong with it.
    """
    logs.begin(level="error")
    with tell_faults():
        if not note.strip():
            _refuse("--note is empty; write what is new, for whoever reads the history")
        settings = Settings()
        shipped, own = shipped_flows(settings), Draft(folder or draft_folder(settings))
        files, origin, base = own.files(), own.origin(), own.base()
        seen, now, _ = within(settings, lambda work: now_in_force(work.session, settings.data, shipped))
        if not files or files == now:
            _refuse("the draft is what is in force already")
        _is_begun_from(origin, base, seen, now)
        _tell_changes(now, files)
        library = _checked(files, shipped)
        cases = _cases(files, own.folder, dialogues, settings.town)
        learnt = _learnt(settings, files, now, gold, force=force)
        _rehearse(settings, cases, library, jobs, learnt, own.folder)

        async def enter(work: Work) -> str:
            still, now, _ = await now_in_force(work.session, settings.data, shipped)
            _is_begun_from(origin, base, still, now)
            return await put(
                work,
                files,
                library,
                shipped,
                seen=seen.number,
                author=author or whoever(),
                note=note,
                model=learnt.model if learnt is not None else None,
                taken=origin.shipped,
            )

        try:
            version = within(settings, enter)
        except Overtaken as error:
            _refuse(f"{error}. {UPDATE}")
        write_folder(
            {name: files[name] for of in (NLU, DIALOGUES) for name in placed(of, part(files, of))},
            settings.data,
            (NLU, DIALOGUES),
        )
        own.published(files, Origin(version, origin.shipped))
        _promote(settings, learnt)
    out.print(f"Version {version[:SHOWN]} is in force. A running bot takes it up within a second;", soft_wrap=True)
    out.print("who is in the middle of something ends it as it began. Back: dangol flows rollback", soft_wrap=True)


def _is_begun_from(origin: Origin, base: Files, now: InForce, files: Files) -> None:
    if now.version is not None and now.version != origin.version:
        _refuse(f"version {now.version[:SHOWN]} has come into force since the draft was begun. {UPDATE}")
    if changed := differing(base, files):
        _refuse(f"{', '.join(changed)} changed elsewhere since the draft was begun. {UPDATE}")


def _tell_changes(before: Files, after: Files) -> None:
    for name in differing(before, after):
        old, new = before.get(name), after.get(name)
        what = "new" if old is None else "taken out" if new is None else "changed"
        out.print(f"{what}: {name}", markup=False, soft_wrap=True)


def _checked(files: Files, shipped: Library) -> Library:
    found = findings(files, shipped)
    for one in found:
        out.print(one, markup=False, soft_wrap=True)
    if found:
        _refuse("mend what is listed above")
    out.print(f"Checked: {len(files)} files, no defect.")
    return Library.from_bundle(part(files, FLOWS))


def _learnt(settings: Settings, files: Files, now: Files, gold: Path, *, force: bool) -> Learnt | None:
    """The model of the version's training data, if they are not those that were learnt already."""
    if part(files, NLU) == part(now, NLU):
        return None
    store, begun = store_in(settings.data), perf_counter()
    with tempfile.TemporaryDirectory(prefix="dangol-nlu-") as made:
        write_folder(placed(NLU, part(files, NLU)), Path(made))
        folders = (DATA, Path(made) / NLU)
        history = store.history()
        if is_of(history, made_of(folders)):
            return None
        trained = candidate(store, folders, datetime.now(UTC).isoformat(timespec="seconds"))
    out.print(f"Model {trained.version[:SHOWN]}, after {perf_counter() - begun:.1f} s.")
    utterances, names = read_gold(gold), asyncio.run(names_in(gold))
    before, after = compared(settings.data, trained.version, utterances, names)
    store.judged(trained.version, after)
    lost = worse(before, after)
    tell_figures(Outcome(trained.version, before, after, lost, promoted=False), len(utterances))
    if lost and not force:
        _refuse(f"with its training data less is right in {', '.join(lost)}. To publish it anyway: --force")
    return Learnt(trained.version, history.in_force, bool(lost))


def _cases(files: Files, folder: Path, product: Path, town: str) -> list[Case]:
    if not product.is_dir():
        out.print(f"{product}: the program's own dialogue tests are not here; only yours are played.", markup=False)
    try:
        cases = cases_of(files, folder, product, whole(town))
    except BadDialogue as error:
        _refuse(str(error))
    if not cases:
        _refuse(f"there is no dialogue test in {folder / DIALOGUES}; write one, or record one: dangol flows record")
    return cases


def _rehearse(
    settings: Settings, cases: list[Case], library: Library, jobs: int | None, learnt: Learnt | None, folder: Path
) -> None:
    model, begun = learnt.model if learnt is not None else None, perf_counter()
    failed = [
        one for one in rehearsed(cases, library, settings.data, jobs or cores(), model=model) if one.failure is not None
    ]
    for one in failed:
        if one.failure is not None:
            show_failure(out, one.failure)
    if failed:
        files = sorted({one.case.file for one in failed if not one.case.file.is_relative_to(folder)})
        if files:
            out.print(
                f"Where a test is to expect something else now, copy it into {folder / DIALOGUES}, with the folders"
            )
            out.print("it is in, and change it there. Of the program's own tests these failed:")
            out.print(lines_of(shown_path(file) for file in files), markup=False, soft_wrap=True)
        _refuse(f"{len(failed)} of {len(cases)} dialogues failed")
    out.print(f"Played: {len(cases)} dialogues, all as expected, in {perf_counter() - begun:.1f} s.")


def _promote(settings: Settings, learnt: Learnt | None) -> None:
    if learnt is None:
        return
    why, at = ("forced" if learnt.forced else "trained"), datetime.now(UTC).isoformat(timespec="seconds")
    try:
        store_in(settings.data).promote(learnt.model, at, why, instead_of=learnt.instead_of)  # type: ignore[arg-type]
    except (Moved, BrokenModel, BrokenStore) as error:
        out.print(f"The flows are in force, their model is not: {error}. Run: dangol nlu train", markup=False)
    else:
        out.print(f"Model {learnt.model[:SHOWN]} is in force.")


def _refuse(why: str) -> NoReturn:
    out.print(f"Not published: {why}. {NOT_NOW}", style="bold", markup=False, soft_wrap=True)
    raise typer.Exit(1)
