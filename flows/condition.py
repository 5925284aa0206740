"""Conditions as Rasa writes them: ``slots.n > 3 and slots.x is not null``. Parsed once, never run as code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.values import lookup

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>-?\d{1,15}(?:\.\d{1,15})?)(?![\w.])
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[^\W\d]\w*(?:\.\w+)*)
    |(?P<sign>==|!=|>=|<=|[=<>(){},]))""",
    re.VERBOSE,
)
_FRAMED = re.compile(r"/(?P<pattern>.*)/(?P<flags>[ims]+)", re.DOTALL)
"""A pattern with flags, as in "/error .*/i"."""
_TEMPLATE = re.compile(r"\{\{\s*(?P<path>(?:slots|context)(?:\.\w+)+)\s*\}\}")
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "none": None, "undefined": None}
_WORDS = frozenset({"and", "or", "not", "is", "contains", "matches", "empty", *_CONSTANTS})
_DEPTH = 50


class ConditionError(ValueError):
    """A condition that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any


@dataclass(frozen=True, slots=True)
class Name:
    """A value by its path. ``slots.x`` and ``context.x`` name their home; a bare name is the element's field in an
    ``each``, else a slot."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    operator: str
    left: Condition
    right: Condition
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Not:
    of: Condition


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 - `Any` is typing's
    of: tuple[Condition, ...]


Condition = Literal | Name | Compare | Not | All | Any_


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        kinds = (str,) if isinstance(left, str) else (int, float)
        if not isinstance(left, kinds) or not isinstance(right, kinds):
            return False
        return test(left, right)

    return compare


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    if isinstance(left, Mapping):
        return isinstance(right, str) and right in left
    return isinstance(left, (list, tuple)) and any(_same(one, right) for one in left)


def _empty(left: Any, _: Any) -> bool:
    return left is None or (isinstance(left, (str, list, tuple, Mapping)) and not left)


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": _same,
    "!=": lambda left, right: not _same(left, right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    "contains": _contains,
    "empty": _empty,
}


def evaluate(condition: Condition, slots: Mapping[str, Any], element: Mapping[str, Any] | None = None) -> Any:
    """The condition's value; for a comparison a bool. Never raises: unknown names are None, and comparing things
    that have no order is false. ``slots`` holds ``context`` under that name."""
    if isinstance(condition, Compare):
        left = evaluate(condition.left, slots, element)
        if condition.pattern is not None:
            return isinstance(left, str) and condition.pattern.search(left) is not None
        return _OPERATORS[condition.operator](left, evaluate(condition.right, slots, element))
    if isinstance(condition, Name):
        return lookup(condition.path, slots, element)
    if isinstance(condition, Literal):
        return condition.value
    if isinstance(condition, Not):
        return not evaluate(condition.of, slots, element)
    if isinstance(condition, All):
        return all(evaluate(part, slots, element) for part in condition.of)
    return any(evaluate(part, slots, element) for part in condition.of)


def compared(condition: Condition) -> tuple[tuple[tuple[str, ...], Any], ...]:
    """The path of every value that is compared with a text or number, with that one."""
    if isinstance(condition, (Name, Literal)):
        return ()
    if not isinstance(condition, Compare):
        parts = (condition.of,) if isinstance(condition, Not) else condition.of
        return tuple(pair for part in parts for pair in compared(part))
    sides = ((condition.left, condition.right), (condition.right, condition.left))
    pairs = [(one.path, other.value) for one, other in sides if isinstance(one, Name) and isinstance(other, Literal)]
    told = [pair for pair in pairs if isinstance(pair[1], (str, int, float)) and not isinstance(pair[1], bool)]
    return tuple(told) if condition.operator in ("=", "!=", "<", ">", "<=", ">=") else ()


def names(condition: Condition) -> tuple[tuple[str, ...], ...]:
    """The path of every value that the condition reads."""
    if isinstance(condition, Name):
        return (condition.path,)
    if isinstance(condition, Literal):
        return ()
    if isinstance(condition, Compare):
        return names(condition.left) + names(condition.right)
    parts = (condition.of,) if isinstance(condition, Not) else condition.of
    return tuple(path for part in parts for path in names(part))


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[tuple[str, str]] = field(default_factory=list)
    at: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        where = 0
        while self.text[where:].strip():
            found = _TOKEN.match(self.text, where)
            if found is None or found.lastgroup is None:
                raise ConditionError(f"cannot read `{self.text[where:].strip()[:20]}`")
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            where = found.end()

    def peek(self, ahead: int = 0) -> str:
        """The next word or sign in small letters; nothing for numbers, texts and the end."""
        if self.at + ahead >= len(self.tokens):
            return ""
        kind, text = self.tokens[self.at + ahead]
        return text.lower() if kind in ("name", "sign") else ""

    def take(self, *wanted: str) -> bool:
        """Step over these words if they come next."""
        if any(self.peek(ahead) != word for ahead, word in enumerate(wanted)):
            return False
        self.at += len(wanted)
        return True

    def parse(self) -> Condition:
        whole = self.either()
        if self.at < len(self.tokens):
            raise ConditionError(f"did not expect `{self.tokens[self.at][1]}`")
        return whole

    def either(self) -> Condition:
        self.depth += 1
        if self.depth > _DEPTH:
            raise ConditionError("brackets nested too deep")
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def both(self) -> Condition:
        parts = [self.negation()]
        while self.take("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negation(self) -> Condition:
        nots = 0
        while self.take("not"):
            nots += 1
        inner = self.comparison()
        return inner if nots % 2 == 0 else Not(inner)

    def comparison(self) -> Condition:
        left = self.operand()
        for sign in ("=", "=="):
            if self.take(sign, "empty"):
                return Compare("empty", left, Literal(None))
        if self.take("!=", "empty"):
            return Not(Compare("empty", left, Literal(None)))
        if self.take("is", "not", "empty"):
            return Not(Compare("empty", left, Literal(None)))
        if self.take("is", "empty"):
            return Compare("empty", left, Literal(None))
        if self.take("is", "not"):
            return Compare("!=", left, self.operand())
        if self.take("not", "contains"):
            return Not(Compare("contains", left, self.operand()))
        for word, operator in (("is", "="), ("==", "="), ("contains", "contains"), *((o, o) for o in _OPERATORS)):
            if operator != "empty" and self.take(word):
                return Compare(operator, left, self.operand())
        if self.take("matches"):
            return self.match(left)
        return left

    def match(self, left: Condition) -> Condition:
        right = self.operand()
        if not isinstance(right, Literal) or not isinstance(right.value, str):
            raise ConditionError("`matches` needs a pattern in quotes")
        framed = _FRAMED.fullmatch(right.value)
        pattern = right.value if framed is None else f"(?{framed['flags']}:{framed['pattern']})"
        try:
            return Compare("matches", left, right, re.compile(pattern))
        except re.error as error:
            raise ConditionError(f"not a pattern: {error}") from None

    def operand(self) -> Condition:
        if self.take("("):
            inner = self.either()
            if not self.take(")"):
                raise ConditionError("a bracket is not closed")
            return inner
        if self.take("{"):
            return self.braces()
        if self.at >= len(self.tokens):
            raise ConditionError("it ends too early")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Literal(float(text) if "." in text else int(text))
        if kind == "text":
            return _quoted(text[1:-1])
        if text.lower() in _CONSTANTS:
            return Literal(_CONSTANTS[text.lower()])
        if kind == "sign" or text.lower() in _WORDS:
            raise ConditionError(f"did not expect `{text}`")
        return Name(tuple(text.split(".")))

    def braces(self) -> Condition:
        values: list[Any] = []
        while not self.take("}"):
            one = self.operand()
            if not isinstance(one, Literal):
                raise ConditionError("only plain values may stand in { }")
            values.append(one.value)
            self.take(",")
            if self.at >= len(self.tokens):
                raise ConditionError("a { is not closed")
        return Literal(tuple(values))


def _quoted(text: str) -> Condition:
    """A text, or what Rasa writes as one: "{{context.name}}" is that value."""
    template = _TEMPLATE.fullmatch(text)
    if template is not None:
        return Name(tuple(template["path"].split(".")))
    return Literal(re.sub(r"\\([\"'])", r"\1", text))


def parse_condition(text: str) -> Condition:
    """Compile a condition; ConditionError says what is wrong with it."""
    return _Parser(text).parse()
