"""What every part of a flow file is read with: expected keys, texts in both languages, conditions, templates."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flows.condition import Condition, ConditionError, parse_condition
from flows.source import Defects, Node, Spot
from flows.template import PayloadTemplate, TemplateError, Text, parse_lines, parse_payload_template
from flows.wording import LANGUAGES, SPECS

T = TypeVar("T")


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """A mend that offers the known name closest to a mistyped one."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean `{close[0]}`?" if close else otherwise


@dataclass(slots=True)
class Reading:
    """Reads nodes and notes every defect instead of stopping at the first."""

    defects: Defects

    def bad(self, spot: Spot, what: str, mend: str) -> None:
        self.defects.add(spot, what, mend)

    def keys(self, node: Node, known: Collection[str], of: str) -> bool:
        """Whether ``node`` is a mapping; unknown keys are noted."""
        if not isinstance(node.value, dict):
            self.bad(node.spot, f"{of} must be a mapping", f"Write it with keys: {', '.join(sorted(known)[:6])}…")
            return False
        for key, value in node.value.items():
            if key not in known:
                self.bad(value.spot, f"unknown key `{key}` in {of}", nearest(key, known, "Take it out"))
        return True

    def text(self, node: Node | None, of: str, spot: Spot) -> str:
        """A required plain text; empty when missing, with the defect noted."""
        if node is not None and isinstance(node.value, str) and node.value.strip():
            return node.value.strip()
        self.bad(node.spot if node else spot, f"{of} must be a text", "Write a text")
        return ""

    def flag(self, node: Node | None, of: str, default: bool) -> bool:
        if node is None:
            return default
        if isinstance(node.value, bool):
            return node.value
        self.bad(node.spot, f"{of} must be true or false", "Write true or false")
        return default

    def names(self, node: Node | None, of: str) -> tuple[tuple[str, Spot], ...]:
        """A list of names, each with its place."""
        if node is None or node.value is None:
            return ()
        if not isinstance(node.value, tuple):
            self.bad(node.spot, f"{of} must be a list", "Write [one, two]")
            return ()
        return tuple((self.text(one, f"each of {of}", one.spot), one.spot) for one in node.value)

    def listed(self, node: Node | None, of: str) -> tuple[tuple[str, Spot], ...]:
        """As :meth:`names`; a name may have options under it, as in a Rasa domain, which mean nothing here."""
        if node is None or not isinstance(node.value, tuple):
            return self.names(node, of)
        plain = [
            Node(next(iter(one.value)), one.spot) if isinstance(one.value, dict) and len(one.value) == 1 else one
            for one in node.value
        ]
        return self.names(Node(tuple(plain), node.spot), of)

    def mapping(self, node: Node | None, of: str) -> Mapping[str, Node]:
        if node is None or node.value is None:
            return {}
        if isinstance(node.value, dict):
            return node.value
        self.bad(node.spot, f"{of} must be a mapping of names", "Write `name:` with the rest indented under it")
        return {}

    def condition(self, node: Node | None) -> Condition | None:
        if node is None:
            return None
        source = str(node.value).lower() if isinstance(node.value, bool) else node.value
        if not isinstance(source, str):
            self.bad(node.spot, "a condition must be a text", "Write something like: slots.x is not null")
            return None
        try:
            return parse_condition(source)
        except ConditionError as error:
            self.bad(node.spot, f"condition `{source}`: {error}", "Write something like: slots.x > 3 and not slots.y")
            return None

    def languages(self, node: Node | None, of: str, spot: Spot) -> dict[str, str]:
        """A text in every language; a plain text counts for all, a missing language is noted."""
        if node is None or node.value is None:
            self.bad(node.spot if node else spot, f"{of} is missing", "Write {ko: …, en: …}")
            return {}
        if not isinstance(node.value, dict):
            if isinstance(node.value, tuple):
                self.bad(node.spot, f"{of} must be a text", "Write {ko: …, en: …} or one text for both")
                return {}
            if not _words(node.value).strip():
                self.bad(node.spot, f"{of} is empty", "Write {ko: …, en: …} or one text for both")
            return dict.fromkeys(LANGUAGES, _words(node.value))
        for key, value in node.value.items():
            if key not in LANGUAGES:
                self.bad(value.spot, f"unknown language `{key}` in {of}", f"Known are {', '.join(LANGUAGES)}")
            elif isinstance(value.value, (dict, tuple)) or value.value is None:
                self.bad(value.spot, f"{of} in `{key}` must be a text", "Write a text, in quotes if it has a colon")
        found = {
            key: _words(value.value)
            for key, value in node.value.items()
            if key in LANGUAGES and not isinstance(value.value, (dict, tuple)) and value.value is not None
        }
        for language in LANGUAGES:
            if language not in node.value or not found.get(language, "…").strip():
                self.bad(node.spot, f"{of} has no `{language}` text", f"Add `{language}: …`")
        return found

    def template(self, node: Node | None, of: str, spot: Spot) -> Text:
        at = node.spot if node else spot
        lines = {}
        for language, text in self.languages(node, of, spot).items():
            try:
                lines[language] = parse_lines(text)
            except TemplateError as error:
                self.bad(
                    at,
                    f"{of}: {error}",
                    f"Write {{name}} or {{name:form}}; forms are {', '.join(sorted(SPECS))}, one|other",
                )
        return Text(lines, at)

    def payload(self, node: Node | None) -> PayloadTemplate | None:
        if node is None:
            return None
        source = self.text(node, "payload", node.spot)
        if not source:
            return None
        try:
            return parse_payload_template(source)
        except TemplateError as error:
            self.bad(node.spot, f"payload: {error}", 'Write /SetSlots(slot=value) or /intent{"slot": "value"}')
            return None

    def path(self, node: Node | None, of: str, spot: Spot) -> tuple[str, ...]:
        """A dotted name such as ``cart.lines`` or ``slots.cart.lines``."""
        return tuple(self.text(node, of, spot).split("."))


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
