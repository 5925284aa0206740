"""`dangol nlu parse`: what a text is understood to mean, in a form that programs can rely on."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any, get_args

import typer
from rich.console import Console

from bot.commands.chat import opened
from bot.commands.faults import tell_faults
from bot.opinions import NoOpinions, Opinions
from bot.town_names import live_names
from nlu.gold import role_for
from nlu.live_names import LiveNames
from nlu.scoring import Understands
from nlu.understanding import Entity, Expect, OrderLine, Role, Understanding

_NAMED = frozenset({"item", "choice", "shop", "place"})
_SHOWN = 12
_console = Console(stderr=True)
_out = Console()


class BadLine(ValueError):
    """A line that cannot be answered, said for a person. ``key`` is what is wrong in it."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def parse(
    text: Annotated[str, typer.Argument(help="What somebody says. “-” reads JSON lines from standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
    town: Annotated[str, typer.Option(help="“demo” or the path of a town file.")] = "demo",
    shop: Annotated[str | None, typer.Option(help="The slug of the shop at hand.")] = None,
    expect: Annotated[str | None, typer.Option(help="What is being asked, such as quantity, yesno or eta.")] = None,
    role: Annotated[str | None, typer.Option(help="consumer, merchant or operator.")] = None,
) -> None:
    """Show how a text is understood.

    With “-”, each line of standard input is {"text"[, "shop", "expect", "role"]} and gets one line back; one that is
    no such line gets {"error", "line"} there and a message on standard error, and the exit code is 1.
    """
    try:
        _role(role, _expect(expect))
        with tell_faults():
            asyncio.run(_parse(text, as_json, town, {"shop": shop, "expect": expect, "role": role}))
    except BadLine as bad:
        raise typer.BadParameter(str(bad), param_hint=f"--{bad.key}") from bad


async def _parse(text: str, as_json: bool, town: str, asked: Mapping[str, str | None]) -> None:
    async with opened(town, None, None, None) as (application, _):
        names = await live_names(application)
        reader = LineReader(application.services.engine, names, asked, application.services.opinions)
        if text == "-":
            raise typer.Exit(await answer_lines(reader, sys.stdin.buffer))
        answer = await reader.answer({"text": text})
        if as_json:
            typer.echo(_written(answer))
        else:
            _out.print_json(json.dumps(answer, ensure_ascii=False))


async def answer_lines(reader: LineReader, lines: Iterable[bytes]) -> int:
    """Answer each line at once with one line on standard output; the exit code."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = await reader.answer(_object(line))
        except BadLine as bad:
            code = 1
            answer = {"error": str(bad), "line": number}
            _console.print(f"standard input:{number}: {bad}", markup=False, highlight=False, soft_wrap=True)
        typer.echo(_written(answer))
    return code


class LineReader:
    """Answers lines before the names of one town. ``asked`` holds for lines that don't say themselves; ``opinions``
    are had of each text as in a conversation."""

    def __init__(
        self,
        engine: Understands,
        names: LiveNames,
        asked: Mapping[str, str | None],
        opinions: Opinions | None = None,
    ) -> None:
        self._engine = engine
        self._names = names
        self._asked = asked
        self._opinions = opinions or NoOpinions()

    async def answer(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """What ``line`` is understood to mean. Raises BadLine."""
        text = line.get("text")
        if not isinstance(text, str):
            raise BadLine("text", '"text" must be given, as a text; write {"text": "…"}')
        shop = self._word(line, "shop")
        expect = _expect(self._word(line, "expect"))
        role = _role(self._word(line, "role"), expect)
        if shop is not None and shop not in self._names.at_hand:
            known = sorted(self._names.at_hand)
            more = ", …" if len(known) > _SHOWN else ""
            raise BadLine("shop", f"there is no shop {shop!r} in that town; known: {', '.join(known[:_SHOWN])}{more}")
        context = replace(self._names.context(role, expect, shop), opinion=await self._opinions.about(text))
        found = self._engine.parse(text, context, self._names.now)
        return as_dict(found, self._names.called)

    def _word(self, line: Mapping[str, Any], key: str) -> str | None:
        word = line.get(key)
        if word is not None and not isinstance(word, str):
            raise BadLine(key, f'"{key}" must be a text; leave it out if there is none')
        return word if word is not None else self._asked.get(key)


def as_dict(found: Understanding, called: Mapping[str, str]) -> dict[str, Any]:
    """The understanding as it is printed, with the menu's own names (``called``, by key) for catalogue keys."""
    return {
        "text": found.text,
        "language": found.language,
        "intent": found.intent,
        "confidence": found.confidence,
        "in_scope": found.in_scope,
        "entities": [asdict(_entity(entity, called)) for entity in found.entities],
        "lines": [_line(line, found.text, called) for line in found.lines],
        "wishes": list(found.wishes),
    }


def _entity(entity: Entity, called: Mapping[str, str]) -> Entity:
    return replace(entity, value=called.get(entity.value, entity.value)) if entity.entity in _NAMED else entity


def _line(line: OrderLine, text: str, called: Mapping[str, str]) -> dict[str, Any]:
    return {
        "item": called.get(line.item, line.item) if line.item else None,
        "quantity": line.quantity,
        "options": list(dict.fromkeys(called.get(option, option) for option in line.options)),
        "note": _as_typed(line.note, text) if line.note else None,
        "text": _as_typed(line.text, text),
    }


def _as_typed(words: str, text: str) -> str:
    """Words with the capitals they were typed with."""
    at = text.lower().find(words)
    return text[at : at + len(words)] if at >= 0 and len(text.lower()) == len(text) else words


def _written(answer: Mapping[str, Any]) -> bytes:
    """One line of JSON in UTF-8, whatever the terminal's encoding; escaped where half a character stands in it."""
    try:
        return json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(answer).encode()


def _object(line: bytes) -> dict[str, Any]:
    try:
        read = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadLine("text", "not UTF-8 text") from error
    except (json.JSONDecodeError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
        raise BadLine("text", f'not JSON ({why}); write {{"text": "…"}}') from error
    if not isinstance(read, dict):
        raise BadLine("text", 'not an object; write {"text": "…"}')
    return read


def _role(role: str | None, expect: Expect | None) -> Role:
    if role is None:
        return role_for(expect)
    found: Role | None = next((one for one in get_args(Role) if one == role), None)
    if found is None:
        raise BadLine("role", f"nobody is {role!r}; one of {', '.join(get_args(Role))}")
    return found


def _expect(expect: str | None) -> Expect | None:
    found: Expect | None = next((one for one in get_args(Expect) if one == expect), None)
    if expect is not None and found is None:
        raise BadLine("expect", f"nothing asks for {expect!r}; one of {', '.join(get_args(Expect))}")
    return found
