"""What must hold of a version before it comes into force, and bringing it there or back."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot import libraries, releases
from bot.actions import ACTIONS
from bot.channels.labels import LABEL_COLUMNS
from bot.drafts import Origin
from bot.rehearsal.form import DEFAULTS, dialogue_files, read_cases, read_text
from bot.rehearsal.script import Case
from bot.release_files import DIALOGUES, FLOWS, NLU, Files, part, placed, read_folder, write_folder
from bot.releases import SHIPPED, FlowPublication, InForce, Release
from commerce.work import Work
from flows.check import check
from flows.language import Action, Collect
from flows.library import Library
from flows.source import FlowError
from flows.stack import PATTERN
from nlu.intents import INTENTS
from nlu.lint import lint

MINDED = frozenset({"broken", "unknown", "two_intents", "in_gold"})
"""Findings in training data that no version may have; the others are advice."""


STARTED_BY_CODE = frozenset({"old_button", "too_long", "unreadable", "something_else"})
"""Intents that nobody says: what the program itself makes of a message."""


def findings(files: Files, shipped: Library) -> list[str]:
    """Everything wrong in the flows and the training data, by file and line, each with its mend."""
    found = [f"{FLOWS}/{one}" for one in _flow_findings(part(files, FLOWS), shipped)]
    with tempfile.TemporaryDirectory(prefix="dangol-nlu-") as folder:
        write_folder(placed(NLU, part(files, NLU)), Path(folder))
        return found + [f"{NLU}/{one}" for one in lint(Path(folder) / NLU) if one.kind in MINDED]


def _flow_findings(flows: Files, shipped: Library) -> Iterator[str]:
    if not flows:
        yield ": no flow files (*.yaml) are here. Put them back: dangol flows draft --anew"
        return
    try:
        library = Library.from_bundle(flows)
    except FlowError as error:
        yield from map(str, error.defects)
        return
    yield from map(str, check(library, ACTIONS, INTENTS, LABEL_COLUMNS))
    for name in sorted(said_by_code(shipped) - library.responses.keys()):
        at = shipped.responses[name].at
        yield f"{at.file}: the response `{name}` is missing, which the program says by itself. Put it back"
    for flow in shipped.flows.values():
        unheard = {intent for intent, _ in flow.triggers} & (STARTED_BY_CODE - library.triggers.keys())
        if unheard or (flow.id.startswith(PATTERN) and flow.id not in library.flows):
            yield f"{flow.at.file}: the flow `{flow.id}` is missing, which the program starts by itself. Put it back"


def said_by_code(shipped: Library) -> Collection[str]:
    """The responses that no flow says: the program does."""
    spoken: set[str] = set()
    for flow in shipped.flows.values():
        for step in flow.steps.values():
            if isinstance(step, Collect):
                spoken |= {
                    step.utter,
                    *(utter for one in step.rejections for utter in (one.utter, one.refill) if utter),
                }
            elif isinstance(step, Action):
                spoken.add(step.action)
    for slot in shipped.slots.values():
        spoken |= {utter for one in slot.rejections for utter in (one.utter, one.refill) if utter}
    return shipped.responses.keys() - spoken


def cases_of(files: Files, draft: Path, product: Path, town: str) -> list[Case]:
    """The program's dialogue tests and the version's own. One of the version's own with the name of one of the
    program's stands in its place, and plays where that does. Raises BadDialogue."""
    own = {name: text for name, text in part(files, DIALOGUES).items() if Path(name).name != DEFAULTS}
    cases = []
    for path in dialogue_files(product) if product.is_dir() else ():
        if path.relative_to(product).as_posix() not in own:
            cases += read_cases(path, town)
    for name, text in sorted(own.items()):
        theirs, ours = product / name, draft / DIALOGUES / name
        read = read_text(theirs if theirs.is_file() else ours, text, town, shown=ours)
        cases += [replace(case, file=ours) for case in read]
    return cases


async def now_in_force(session: AsyncSession, data: Path, shipped: Library) -> tuple[InForce, dict[str, str], Origin]:
    """What is in force, all its files, and what a draft of them is begun from. Training data and dialogues are those in
    the folder ``data``, where people go on adding to them; where there are none, those of the version. BrokenVersion."""
    now = await releases.in_force(session)
    release = await releases.release(session, now.version) if now.version is not None else None
    files = placed(FLOWS, part(release.files, FLOWS) if release is not None else shipped.bundle())
    own = read_folder(data, (NLU, DIALOGUES))
    for of in (NLU, DIALOGUES):
        theirs = placed(of, part(release.files, of)) if release is not None else {}
        files |= placed(of, part(own, of)) or theirs
    return now, files, Origin(now.version or SHIPPED, release.shipped if release is not None else shipped.version)


async def publish(
    work: Work,
    files: Files,
    library: Library,
    shipped: Library,
    *,
    seen: int,
    author: str,
    note: str,
    model: str | None,
    taken: str,
) -> str:
    """Store a version and put it in force in the place of the entry with the number ``seen``; its name. ``taken`` is
    the library that came with the program up to whose changes it was brought. Raises Overtaken."""
    await libraries.store(work, shipped)
    version = await releases.add(work, files, library, author=author, note=note, shipped=taken, model=model)
    await releases.put_in_force(work, version, library.version, seen=seen, who=author, why="published")
    return version


async def roll_back(
    work: Work, wanted: str | None, shipped: Library, *, who: str
) -> tuple[Release | None, Release | None]:
    """Put the version that begins with ``wanted`` in force again, or the one before this; what was left and what is in
    force now, None for the flows that come along. Raises NoSuchVersion, BrokenVersion, Overtaken."""
    now = await releases.in_force(work.session)
    version = await _target(work.session, wanted)
    if version == now.version:
        raise releases.NoSuchVersion(
            f"{(version or releases.SHIPPED)[: releases.SHOWN]} is in force already; nothing changed"
        )
    release = await releases.release(work.session, version) if version is not None else None
    await releases.put_in_force(
        work,
        version,
        release.library if release is not None else shipped.version,
        seen=now.number,
        who=who,
        why="rolled back",
    )
    return await _sound(work.session, now.version), release


async def _target(session: AsyncSession, wanted: str | None) -> str | None:
    if wanted is not None:
        return await releases.named(session, wanted)
    line = releases.line_of(await releases.history(session))
    if len(line) < 2:
        raise releases.NoSuchVersion("the flows that come with the program are in force; there are none before them")
    return line[-2]


async def _sound(session: AsyncSession, version: str | None) -> Release | None:
    try:
        return await releases.release(session, version) if version is not None else None
    except releases.BrokenVersion:
        return None


def taken_back(
    entries: Sequence[FlowPublication], models: dict[str, str], target: str | None, line: Sequence[str]
) -> str | None:
    """The model that goes with ``target``: the one trained for it, else the newest of the models' ``line`` that was not
    trained for a version after it. ``models`` are those trained for versions. None: none in the line fits."""
    if target is not None and target in models:
        return models[target]
    steps = releases.line_of(entries)
    allowed = {models[one] for one in steps if one is not None and one in models}
    later = set(models.values()) - allowed
    return next((model for model in reversed(line) if model not in later), None)
