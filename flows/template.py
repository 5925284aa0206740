"""Texts with placeholders, ``{shop.name:은}``, and button payloads with them: compiled forms and their reading."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.source import NOWHERE, Spot
from flows.wording import is_spec

_FIELD = re.compile(
    r"\{\{|\}\}|\{(?P<path>[^\W\d]\w*(?:\.\w+)*)(?::(?P<specs>[^{}\s:][^{}:]*(?::[^{}\s:][^{}:]*)?))?\}"
)
_PAYLOAD = re.compile(r"/(?P<intent>(?:[\w.-]|\{[\w.]+\})+)\s*(?P<slots>\{.*\})?\s*", re.DOTALL)
_SET_SLOTS = re.compile(r"/SetSlots\((?P<slots>.*)\)\s*", re.DOTALL)
_FORGOTTEN_SLASH = re.compile(r"SetSlots\s*\(|[\w.-]+\s*\{\s*\"")
_PAIR = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*=\s*")
_COMMA = re.compile(r"\s*(?:,|$)")
_MARK = "\ue000"


class TemplateError(ValueError):
    """A text or payload that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """A placeholder: the value at ``path``, shown by each of ``specs`` in turn."""

    path: tuple[str, ...]
    specs: tuple[str, ...] = ()


Piece = str | Field
Template = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text by language, cut into lines of literal pieces and placeholders."""

    lines: Mapping[str, tuple[Template, ...]]
    at: Spot = NOWHERE

    def fields(self) -> tuple[Field, ...]:
        return tuple(
            piece for lines in self.lines.values() for line in lines for piece in line if isinstance(piece, Field)
        )


@dataclass(frozen=True, slots=True)
class PayloadTemplate:
    """What a tap means: a trigger ``/intent{…}``, or with ``intent`` None, ``/SetSlots(…)``. A value is JSON in which
    a Field stands for the value as it is, and a tuple of pieces for a text. ``whole``: the payload is that value.
    ``words``: the tap says them, as if they were typed."""

    intent: Template | None
    slots: tuple[tuple[str, Any], ...]
    whole: Field | None = None
    words: Template | None = None

    def fields(self) -> tuple[Field, ...]:
        found = [self.whole] if self.whole is not None else []
        found += _fields_in(self.intent or ()) + _fields_in(self.words or ())
        for _, value in self.slots:
            found += _fields_in(value)
        return tuple(found)


def _fields_in(value: Any) -> list[Field]:
    if isinstance(value, Field):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [one for part in value for one in _fields_in(part)] if isinstance(value, (list, tuple)) else []


def parse_template(text: str) -> Template:
    """Cut ``text`` into pieces. ``{{`` and ``}}`` are plain braces; TemplateError for an unknown spec."""
    pieces: list[Piece] = []
    literal = ""
    at = 0
    for found in _FIELD.finditer(text):
        literal += text[at : found.start()]
        at = found.end()
        if found["path"] is None:
            literal += found.group()[0]
            continue
        if literal:
            pieces.append(literal)
            literal = ""
        specs = tuple((found["specs"] or "").split(":")) if found["specs"] else ()
        for spec in specs:
            if not is_spec(spec):
                raise TemplateError(f"`{{{found['path']}:{spec}}}` asks for an unknown form `{spec}`")
        pieces.append(Field(tuple(found["path"].split(".")), specs))
    literal += text[at:]
    return tuple([*pieces, literal] if literal else pieces)


def _whole_braces(text: str) -> None:
    """TemplateError for a brace that is no placeholder's."""
    lone = re.search(r"[{}]", _FIELD.sub("", text))
    if lone is not None:
        raise TemplateError(
            f"a brace without its placeholder in `{text.strip()[:40]}`; a brace itself is `{{{{` or `}}}}`"
        )


def parse_lines(text: str) -> tuple[Template, ...]:
    """Cut a text into lines of pieces. TemplateError for an unknown spec, and for a brace that is no placeholder's."""
    for line in text.split("\n"):
        _whole_braces(line)
    return tuple(parse_template(line) for line in text.rstrip("\n").split("\n"))


def parse_payload_template(text: str) -> PayloadTemplate:
    """Read a payload with placeholders; TemplateError when it begins as a command and is none. A lone
    ``{placeholder}`` stands for a payload that an action has made, anything without a slash for words that are said."""
    alone = parse_template(text)
    if len(alone) == 1 and isinstance(alone[0], Field):
        return PayloadTemplate(None, (), alone[0])
    if not text.startswith("/"):
        _whole_braces(text)
        if _FORGOTTEN_SLASH.match(text):
            raise TemplateError(f"`{text[:40]}` has no slash before it")
        return PayloadTemplate(None, (), words=alone)
    found = _SET_SLOTS.fullmatch(text)
    if found is not None:
        return PayloadTemplate(None, _pairs(found["slots"], fields=True))
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        raise TemplateError(f"`{text[:40]}` is neither /SetSlots(slot=value) nor /intent{{…}}")
    return PayloadTemplate(parse_template(found["intent"]), _object(_single_braces(found["slots"] or "{}")))


def _single_braces(text: str) -> str:
    """``{{"item": "{dish}"}}`` is how Rasa writes ``{"item": "{dish}"}``."""
    return text.replace("{{", "{").replace("}}", "}") if text.startswith("{{") else text


def read_payload(text: str) -> tuple[str | None, dict[str, Any]]:
    """The intent, None for /SetSlots(…), and the slots of a payload as it comes back. TemplateError for other texts."""
    found = _SET_SLOTS.fullmatch(text)
    if found is not None:
        return None, dict(_pairs(found["slots"], fields=False))
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        raise TemplateError(f"`{text[:40]}` is no payload")
    try:
        return found["intent"], json.loads(found["slots"] or "{}")
    except (ValueError, RecursionError):
        raise TemplateError(f"`{text[:40]}` is not JSON") from None


def _pairs(text: str, *, fields: bool) -> tuple[tuple[str, Any], ...]:
    pairs: list[tuple[str, Any]] = []
    at = 0
    while text[at:].strip():
        found = _PAIR.match(text, at)
        if found is None:
            raise TemplateError(f"`{text[at:].strip()[:20]}` is not slot=value")
        value, at = _pair_value(text, found.end(), fields)
        pairs.append((found["name"], value))
    if not pairs:
        raise TemplateError("/SetSlots() sets nothing")
    return tuple(pairs)


def _pair_value(text: str, at: int, fields: bool) -> tuple[Any, int]:
    """The value that begins at ``at`` and where the next pair begins."""
    if text[at : at + 1] in ('"', "[", "{"):
        try:
            value, end = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            value, end = None, at
        comma = _COMMA.match(text, end)
        if end > at and comma is not None:
            return _with_fields(value) if fields else value, comma.end()
    end = text.find(",", at)
    end = len(text) if end < 0 else end
    words = text[at:end].strip()
    value = _with_fields(words) if fields else words
    return read_value(value) if isinstance(value, str) else value, end + 1


def _with_fields(value: Any) -> Any:
    """A text with placeholders as its template, a lone placeholder as itself, anything else as it is."""
    if isinstance(value, str):
        _whole_braces(value)
    template = parse_template(value) if isinstance(value, str) else ()
    if not any(isinstance(piece, Field) for piece in template):
        return value
    return template[0] if len(template) == 1 else template


def read_value(text: str) -> Any:
    """A slot's value as written in a payload: JSON where it is JSON, else the text itself."""
    if text.lower() in ("null", "none", "undefined"):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return _VALUES.decode(text)
    except (ValueError, RecursionError):
        return text


def _no_constant(word: str) -> None:
    """Infinity and NaN are words here: JSON has no such numbers."""
    raise ValueError(word)


_VALUES = json.JSONDecoder(parse_constant=_no_constant)


def _object(text: str) -> tuple[tuple[str, Any], ...]:
    fields: list[Field] = []
    if _MARK in text:
        raise TemplateError(f"`{text[:40]}` holds a private character")

    def keep(found: re.Match[str]) -> str:
        if found["path"] is None:
            return found.group()
        fields.append(Field(tuple(found["path"].split("."))))
        return f"{_MARK}{len(fields) - 1}{_MARK}"

    marked = _FIELD.sub(keep, text)
    quoted = re.sub(rf'"(?:[^"\\]|\\.)*"|{_MARK}(\d+){_MARK}', _quote_bare, marked)
    try:
        data = json.loads(quoted)
    except (ValueError, RecursionError):
        raise TemplateError(f"`{text[:40]}` is not JSON") from None
    return tuple((name, _restore(value, fields)) for name, value in data.items())


def _quote_bare(found: re.Match[str]) -> str:
    return found.group() if found[1] is None else f'"{_MARK}{_MARK}{found[1]}"'


def _restore(value: Any, fields: list[Field]) -> Any:
    if isinstance(value, dict):
        return {name: _restore(one, fields) for name, one in value.items()}
    if isinstance(value, list):
        return [_restore(one, fields) for one in value]
    if not isinstance(value, str):
        return value
    _whole_braces(value)
    if _MARK not in value:
        return value
    if value.startswith(_MARK + _MARK):
        return fields[int(value.strip(_MARK))]
    parts = value.split(_MARK)
    return tuple(fields[int(part)] if at % 2 else part for at, part in enumerate(parts) if at % 2 or part)
