"""Utterances with all that is right about them: intent, entities, cart lines, wishes. Never trained on.

A folder has ``town.yaml`` (the names to understand them with), ``ko/*.yml`` and ``en/*.yml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from nlu.intents import INTENTS
from nlu.linear import OUTSIDE
from nlu.marks import BrokenMark, read_marks
from nlu.sources import BadExamples, Fault, Node, Source, read_source
from nlu.understanding import Expect, Language, Role

GOLD = Path(__file__).parent / "data" / "gold"
LANGUAGES: tuple[Language, ...] = ("ko", "en")
ENTITIES = frozenset(
    [
        "item",
        "choice",
        "shop",
        "place",
        "trade",
        "quantity",
        "minutes",
        "time",
        "asap",
        "date",
        "phone",
        "money",
        "code",
        "stars",
        "fulfilment",
        "open_now",
        "delivers",
        "address",
        "note",
        "reason",
        "words",
        "language",
    ]
)
_KEYS = ("intent", "say", "shop", "role", "expect", "lines", "wishes")
_LINE_KEYS = ("item", "quantity", "options", "note", "text")


@dataclass(frozen=True, slots=True)
class GoldLine:
    """A cart line by the menu's own Korean names; ``item`` None with the words in ``text``: not on the menu.
    Without words either: the line last spoken of."""

    item: str | None
    quantity: int | None = None
    options: frozenset[str] = frozenset()
    note: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """An utterance, who says it where, and what it means. ``entities`` are (name, start, end); ``wishes`` are empty
    where there is only one; ``lines`` None where nothing is ordered."""

    text: str
    intent: str
    language: Language
    file: str
    line: int
    role: Role = "consumer"
    shop: str | None = None
    expect: Expect | None = None
    entities: frozenset[tuple[str, int, int]] = frozenset()
    lines: tuple[GoldLine, ...] | None = None
    wishes: tuple[str, ...] = ()

    @property
    def inside(self) -> bool:
        """Whether it is any of the bot's business."""
        return self.intent != OUTSIDE


def role_for(expect: str | None) -> Role:
    """Who speaks where nobody says: whoever is asked for minutes is a shop."""
    return "merchant" if expect == "eta" else "consumer"


def read_gold(folder: Path) -> list[Gold]:
    """All utterances of ``folder``. Raises BadExamples with every fault, and OSError when there is no such folder."""
    if not folder.is_dir():
        raise FileNotFoundError(2, "no such folder", str(folder))
    found: list[Gold] = []
    faults: list[Fault] = []
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.yml")):
            document, source = read_source(path, str(path))
            if document is not None:
                found += _read(document, source, language)
            faults += source.faults
    if faults:
        raise BadExamples(faults)
    return found


def _read(document: Node, source: Source, language: Language) -> list[Gold]:
    for key, node in document.entries():
        if key not in ("version", "gold"):
            source.add(node.line, f"unknown key {key!r}", "known here: version, gold")
    utterances = document.get("gold")
    if utterances is None or not isinstance(utterances.value, tuple):
        source.add(document.line, "no list of utterances", "write them under `gold:`, each as `- intent: …`")
        return []
    return [one for one in (_Utterance(node, source, language).read() for node in utterances.items()) if one]


class _Utterance:
    """One entry being read."""

    def __init__(self, node: Node, source: Source, language: Language) -> None:
        self.node = node
        self.source = source
        self.language = language

    def read(self) -> Gold | None:
        before = len(self.source.faults)
        self._keys(self.node, _KEYS)
        intent = self._word("intent", needed=True)
        say = self._word("say", needed=True)
        role, expect = self._role()
        if intent is not None and intent not in INTENTS:
            self._add("intent", f"unknown intent {intent!r}", "take one of docs/intents.md")
        elif intent is not None and not INTENTS[intent].open_to(role):
            mend = f"write `role: {INTENTS[intent].speaker}`, or take an intent of the {role}'s"
            self._add("intent", f"a {role} cannot mean {intent!r}", mend)
        text, entities = self._say(say or "")
        lines = self._lines()
        wishes = self._wishes(intent)
        if len(self.source.faults) > before or intent is None:
            return None
        shop = self._word("shop")
        return Gold(
            text, intent, self.language, self.source.name, self.node.line, role, shop, expect, entities, lines, wishes
        )

    def _keys(self, node: Node, known: tuple[str, ...]) -> None:
        if not isinstance(node.value, dict):
            self.source.add(node.line, "not a mapping", f"write `key: value`; known here: {', '.join(known)}")
        for key, value in node.entries():
            if key not in known:
                self.source.add(value.line, f"unknown key {key!r}", f"known here: {', '.join(known)}")

    def _add(self, key: str, what: str, mend: str) -> None:
        self.source.add((self.node.get(key) or self.node).line, what, mend)

    def _word(self, key: str, *, needed: bool = False) -> str | None:
        node = self.node.get(key)
        if node is None or node.value is None:
            if needed:
                self.source.add(self.node.line, f"no {key!r}", f"write `{key}: …`")
            return None
        if not isinstance(node.value, str) or not node.value.strip():
            self.source.add(node.line, f"{key!r} is no text", f'write `{key}: "…"`')
            return None
        return node.value

    def _role(self) -> tuple[Role, Expect | None]:
        expected = self._word("expect")
        expect = next((one for one in get_args(Expect) if one == expected), None)
        if expected is not None and expect is None:
            self._add("expect", f"nothing asks for {expected!r}", f"one of {', '.join(get_args(Expect))}")
        said = self._word("role")
        role = next((one for one in get_args(Role) if one == said), None)
        if said is not None and role is None:
            self._add("role", f"nobody is {said!r}", f"one of {', '.join(get_args(Role))}")
        return role or role_for(expect), expect

    def _say(self, say: str) -> tuple[str, frozenset[tuple[str, int, int]]]:
        try:
            text, marks = read_marks(say)
        except BrokenMark as broken:
            self._add("say", broken.what, broken.mend)
            return "", frozenset()
        for mark in marks:
            if mark.entity not in ENTITIES:
                self._add("say", f"unknown entity {mark.entity!r}", f"one of {', '.join(sorted(ENTITIES))}")
        if text != text.strip() or "\n" in text:
            self._add("say", "the words begin or end with a space, or hold a line break", "write them on one line")
        return text, frozenset((mark.entity, mark.start, mark.end) for mark in marks)

    def _wishes(self, intent: str | None) -> tuple[str, ...]:
        node = self.node.get("wishes")
        if node is None:
            return ()
        wishes = tuple(str(one.value) for one in node.items())
        for wish in wishes:
            if wish not in INTENTS:
                self._add("wishes", f"unknown intent {wish!r}", "take one of docs/intents.md")
        if len(set(wishes)) < 2 or intent not in wishes:
            self._add("wishes", "wishes are two or more, the intent among them", "leave them out where there is one")
        return wishes

    def _lines(self) -> tuple[GoldLine, ...] | None:
        node = self.node.get("lines")
        if node is None:
            return None
        if not isinstance(node.value, tuple):
            self._add("lines", "not a list", "write each line as `- {item: …, quantity: …}`")
            return None
        return tuple(self._line(one) for one in node.items())

    def _line(self, node: Node) -> GoldLine:
        self._keys(node, _LINE_KEYS)
        item, note, text = (self._text(node, key) for key in ("item", "note", "text"))
        quantity, options = node.get("quantity"), node.get("options")
        number = quantity.value if quantity else None
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 0):
            self.source.add(node.line, f"quantity {number!r} is no whole number", "write quantity: 2, or leave it out")
            number = None
        if options is not None and options.value is not None and not isinstance(options.value, tuple):
            self.source.add(node.line, "options are no list", "write options: [샷 추가]")
        if item is None and "item" not in dict(node.entries()):
            self.source.add(node.line, "a line without item", "write item: …, or item: null with text: …")
        chosen = frozenset(str(one.value) for one in options.items()) if options else frozenset()
        return GoldLine(item, number if isinstance(number, int) else None, chosen, note, text or "")

    def _text(self, node: Node, key: str) -> str | None:
        found = node.get(key)
        if found is None or found.value is None:
            return None
        return str(found.value)
