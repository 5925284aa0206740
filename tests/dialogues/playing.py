"""Plays a dialogue and says where what was told differs from what was expected."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.chat import Chat
from bot.jobs import Job
from commerce import audit
from tests.dialogues.form import Act, Case, Expect
from tests.dialogues.stage import Towns, staged

LONGEST_TAIL = 12
"""Acts shown before the one that went wrong."""


class Differs(AssertionError):
    """What was told is not what the dialogue expects."""


class Player:
    """Plays one case over one chat."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.told: list[Mapping[str, Any]] = []
        """Since the last act."""
        self.log: list[str] = []
        self.spoke: set[str] = set()

    def hear(self, line: Mapping[str, Any]) -> None:
        if "settled" not in line:
            self.told.append(line)

    async def play(self, chat: Chat) -> None:
        """Raises Differs."""
        for step in self.case.steps:
            if isinstance(step, Act):
                await self._act(chat, step)
            else:
                fault = fault_of(step, [one for one in self.told if one["to"] == step.who])
                if fault:
                    raise self._differs(step.line, fault)

    async def _act(self, chat: Chat, act: Act) -> None:
        self.told.clear()
        play = dict(act.play)
        who = play.get("as")
        if who is not None and who not in self.spoke:
            self.spoke.add(who)
            lang = self.case.lang.get(who) or (None if who.startswith("shop:") else self.case.lang.get(""))
            if lang:
                play["lang"] = lang
        self.log.append(f"{self.case.file.name}:{act.line}  > {act}")
        await chat.play(json.dumps(play, ensure_ascii=False))
        for line in self.told:
            self.log.append(shown(line))
            if "error" in line:
                raise self._differs(act.line, f"this could not be carried out: {line['error']}")

    def _differs(self, line: int, fault: str) -> Differs:
        acts = [at for at, entry in enumerate(self.log) if "  > " in entry]
        since = acts[-LONGEST_TAIL] if len(acts) > LONGEST_TAIL else 0
        said = "\n".join(self.log[since:])
        return Differs(f"{self.case.name}\n{said}\n\n{self.case.file.name}:{line}: {fault}")


def fault_of(expect: Expect, told: list[Mapping[str, Any]]) -> str | None:
    """What is wrong with what one person was told; None when nothing is."""
    everything = [plain(text_of(line)) for line in told]
    if not expect.told:
        return _unwanted(expect, told, everything)
    if not told:
        return f"{expect.who} was told nothing"
    whole, at = "\n".join(everything), 0
    for text in expect.texts:
        found = whole.find(plain(text), at)
        if found < 0:
            where = " after the texts before it" if at and plain(text) in whole else ""
            return f"{expect.who} was not told{where}: {text}"
        at = found + len(plain(text))
    return _number(expect, everything) or _buttons(expect, told) or _asked(expect, told)


def _unwanted(expect: Expect, told: list[Mapping[str, Any]], everything: list[str]) -> str | None:
    if not expect.texts:
        return f"{expect.who} was to be told nothing" if told else None
    for text in expect.texts:
        if any(plain(text) in one for one in everything):
            return f"{expect.who} was told, and was not to be: {text}"
    return None


def _number(expect: Expect, everything: list[str]) -> str | None:
    if expect.times is None:
        return None
    count = sum(all(plain(text) in one for text in expect.texts) for one in everything)
    return None if count == expect.times else f"told {count} times, not {expect.times}"


def _buttons(expect: Expect, told: list[Mapping[str, Any]]) -> str | None:
    labels = [plain(label) for line in told for label in labels_of(line)]
    for wanted in expect.buttons:
        if not any(plain(wanted) in label for label in labels):
            return f"{expect.who} has no button {wanted!r}, but: {', '.join(labels) or 'none'}"
    for unwanted in expect.no_buttons:
        if any(plain(unwanted) in label for label in labels):
            return f"{expect.who} has a button {unwanted!r}"
    return None


def _asked(expect: Expect, told: list[Mapping[str, Any]]) -> str | None:
    payments = [line["payment"]["amount"] for line in told if line["payment"]]
    if expect.payment is not None and expect.payment not in payments:
        return f"{expect.who} was not asked to pay {expect.payment}, but: {payments or 'nothing'}"
    if expect.asks is not None and expect.asks not in [line["asks"] for line in told]:
        return f"{expect.who} was not asked for the {expect.asks}"
    return None


def text_of(line: Mapping[str, Any]) -> str:
    """A message with its cards."""
    cards = [f"{card['title']} | {card['subtitle']}" for card in line["cards"]]
    return "\n".join([line["text"], *cards])


def labels_of(line: Mapping[str, Any]) -> list[str]:
    return [*line["buttons"], *(label for card in line["cards"] for label in card["buttons"])]


def plain(text: str) -> str:
    """Composed, and every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def shown(line: Mapping[str, Any]) -> str:
    """A delivered message as the failure's transcript has it."""
    if "error" in line:
        return f"      ! {line['error']}"
    head = f"      [{line['to']}{' ✎' if line['edits'] else ''}] "
    parts = [head + line["text"].replace("\n", "\n" + " " * len(head))]
    parts += [f"        # {card['title']} | {card['subtitle']} | {card['buttons']}" for card in line["cards"]]
    if line["buttons"]:
        parts.append(f"        {line['buttons']}")
    if line["payment"]:
        parts.append(f"        pay {line['payment']['amount']} {line['payment']['currency']}")
    if line["asks"]:
        parts.append(f"        asks for the {line['asks']}")
    return "\n".join(parts)


async def play(case: Case, towns: Towns, folder: Path) -> None:
    """Play ``case`` from the beginning; afterwards the audit finds nothing. Raises Differs."""
    player = Player(case)
    async with staged(towns, case.town, case.at, folder, player.hear) as chat:
        await player.play(chat)
        async with chat.application.database.snapshot() as session:
            jobs = await session.execute(select(Job.name, Job.subject))
            faults = await audit.check(session, {(name, subject) for name, subject in jobs})
    if faults:
        raise Differs(f"{case.name}\n" + "\n".join(player.log) + "\n\nThe audit finds:\n" + "\n".join(map(str, faults)))
