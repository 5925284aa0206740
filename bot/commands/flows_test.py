"""`dangol flows test`: plays dialogue files and says what went otherwise and what of the flows nobody reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import logs
from bot.app import LIBRARY
from bot.commands.faults import tell_faults
from bot.commands.flow_database import flows_in_force
from bot.drafts import Draft
from bot.publishing import cases_of
from bot.rehearsal.coverage import Coverage
from bot.rehearsal.form import dialogue_files, read_cases
from bot.rehearsal.report import as_data, show_coverage, show_failure
from bot.rehearsal.running import Played, cores, rehearse
from bot.rehearsal.script import BadDialogue, Case
from bot.release_files import FLOWS
from bot.settings import Settings
from flows.library import Library

CHECKOUT = Path(__file__).parent.parent.parent / "tests" / "dialogues"


def test(
    paths: Annotated[list[Path] | None, typer.Argument(help="Dialogue files, or folders of them.")] = None,
    flows: Annotated[
        Path | None,
        typer.Option(help="A folder of flow files; else those in force, published or the ones that come along."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="The draft's flows and dialogues, as publishing plays them.")
    ] = False,
    words: Annotated[str, typer.Option("-k", help="Only cases with all these words in file:line or name.")] = "",
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many at a time; else as many as there are cores.")
    ] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="List the steps and branches nobody reached.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead.")] = False,
) -> None:
    """Play dialogue tests over the whole application; exits with 1 when one goes otherwise."""
    logs.begin(level="error")
    with tell_faults():
        settings = Settings()
        cases = (
            _of_draft(settings, words) if draft else chosen(paths or default_paths(settings.data), words, settings.town)
        )
        folder = draft_folder(settings) / FLOWS if draft else flows
        library = Library.load(_folder(folder)) if folder is not None else flows_in_force(settings)
        shown = folder or LIBRARY
        begun = perf_counter()
        played = rehearsed(cases, library, settings.data, jobs or cores(), quiet=as_json)
    seconds = perf_counter() - begun
    found = Coverage.of(library, {passed for one in played for _, passed in one.reached})
    spoken = {
        of: Coverage.of(library, {passed for one in played for said, passed in one.reached if said == of})
        for of in ("ko", "en")
    }
    if as_json:
        typer.echo(json.dumps(as_data(played, found, spoken, seconds, shown), ensure_ascii=False))
    else:
        _show(played, found, spoken, seconds, shown, whole=coverage)
    if any(one.failure for one in played):
        raise typer.Exit(1)


def default_paths(data: Path) -> list[Path]:
    """The operator's own dialogues, and those of a checkout."""
    found = [path for path in (data / "dialogues", CHECKOUT) if path.is_dir()]
    if not found:
        raise BadDialogue(f"there are no dialogue tests in {data / 'dialogues'}; put some there, or name their folder")
    return found


def chosen(paths: list[Path], words: str, town: str) -> list[Case]:
    """The cases of these files that have all the words. Raises BadDialogue, FileNotFoundError."""
    for path in paths:
        path.stat()
    files = dict.fromkeys(file for path in paths for file in dialogue_files(path))
    town = whole(town)
    return _with(words, [case for file in files for case in read_cases(file, town)])


def whole(town: str) -> str:
    """DANGOL_TOWN as other processes find it."""
    return town if town == "demo" else str(Path(town).absolute())


def draft_folder(settings: Settings) -> Path:
    """Where the draft is, unless another place is named."""
    return settings.data / "draft"


def _of_draft(settings: Settings, words: str) -> list[Case]:
    draft = Draft(draft_folder(settings))
    return _with(words, cases_of(draft.files(), draft.folder, CHECKOUT, whole(settings.town)))


def _with(words: str, cases: list[Case]) -> list[Case]:
    """Those with all the words. Raises BadDialogue when there are none."""
    wanted = words.casefold().split()
    found = [case for case in cases if all(word in f"{case.place} {case.name}".casefold() for word in wanted)]
    if not found:
        raise BadDialogue(f"no dialogue test {f'has {words!r} in its name' if cases else 'is there'}; look at the path")
    return found


def _folder(flows: Path) -> Path:
    flows.stat()
    if not Library.read(flows):
        raise BadDialogue(f"{flows}: no flow files (*.yaml) here; check the path")
    return flows


def rehearsed(
    cases: list[Case], library: Library, data: Path, jobs: int, *, quiet: bool = False, model: str | None = None
) -> list[Played]:
    """How the cases went, by file and line, with a progress bar unless ``quiet``."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    played = []
    with Progress(*columns, console=console, disable=quiet, transient=True) as progress:
        task = progress.add_task("preparing", total=len(cases))
        failed = 0
        for one in rehearse(cases, library, data, jobs, model):
            played.append(one)
            failed += one.failure is not None
            description = f"[red]{failed} failed[/red]" if failed else "playing"
            progress.update(task, advance=1, description=description)
    return sorted(played, key=lambda one: (str(one.case.file), one.case.line))


def _show(
    played: list[Played],
    coverage: Coverage,
    spoken: Mapping[str, Coverage],
    seconds: float,
    flows: Path,
    *,
    whole: bool,
) -> None:
    console = Console(highlight=False)
    for one in played:
        if one.failure is not None:
            show_failure(console, one.failure)
    show_coverage(console, coverage, spoken, flows, whole=whole)
    failed = sum(one.failure is not None for one in played)
    verdict = f"[red]{failed} of {len(played)} dialogues failed[/red]" if failed else f"{len(played)} dialogues passed"
    console.print(f"{verdict} in {seconds:.1f} s")
