"""A condition written out again for people, without the `slots.` that says nothing to them."""

from __future__ import annotations

from typing import Any

from flows.condition import All, Any_, Compare, Condition, Literal, Name, Not


def spelled(condition: Condition) -> str:
    """The condition in its own syntax, shortest form: ``outcome = "empty"``, ``not (a or b)``."""
    if isinstance(condition, Name):
        path = condition.path[1:] if condition.path[0] == "slots" and len(condition.path) > 1 else condition.path
        return ".".join(path)
    if isinstance(condition, Literal):
        return _literal(condition.value)
    if isinstance(condition, Not):
        return _negated(condition.of)
    if isinstance(condition, Compare):
        return _compared(condition, negated=False)
    word = " and " if isinstance(condition, All) else " or "
    return word.join(_bracketed(part) for part in condition.of)


def _negated(of: Condition) -> str:
    return (
        _compared(of, negated=True) if isinstance(of, Compare) and of.operator == "empty" else f"not {_bracketed(of)}"
    )


def _compared(condition: Compare, *, negated: bool) -> str:
    left = _bracketed(condition.left)
    if condition.operator == "empty":
        return f"{left} is not empty" if negated else f"{left} is empty"
    null = isinstance(condition.right, Literal) and condition.right.value is None
    operator = {"=": "is", "!=": "is not"}.get(condition.operator, condition.operator) if null else condition.operator
    return f"{left} {operator} {_bracketed(condition.right)}"


def _bracketed(condition: Condition) -> str:
    return f"({spelled(condition)})" if isinstance(condition, (All, Any_)) else spelled(condition)


def _literal(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower() if value is not None else "null"
    if isinstance(value, tuple):
        return f"{{{', '.join(_literal(one) for one in value)}}}"
    return f'"{value}"' if isinstance(value, str) else str(value)
