"""How Stripe says no, and how it reads what it is sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]


class Refused(Exception):
    """An answer that is an error. ``executed`` says whether the endpoint had begun, so that the key keeps it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.executed = executed
        named = {"code": code, "param": param}
        self.body: Json = {
            "error": {"message": message, "type": kind, **{name: value for name, value in named.items() if value}}
        }


def missing(kind: str, ref: str) -> Refused:
    return Refused(f"No such {kind}: '{ref}'", status=404, code="resource_missing", param="id", executed=True)


def wrong(message: str, param: str | None = None, code: str | None = None) -> Refused:
    """A parameter that will not do, found while carrying the call out."""
    return Refused(message, code=code, param=param, executed=True)


def decode(text: str) -> Json:
    """``a[b][0][c]=v`` as nested dicts and lists of strings. Raises Refused for what is not of that form."""
    tree: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        head, *rest = name.replace("]", "").split("[")
        _put(tree, [head, *rest], value)
    return {name: _lists(value) for name, value in tree.items()}


def _put(tree: Json, path: list[str], value: str) -> None:
    key, *rest = path
    if not rest:
        tree[key or str(len(tree))] = value
        return
    inside = tree.setdefault(key, {})
    if not isinstance(inside, dict):
        raise Refused(f"Invalid object: {key}", param=key)
    _put(inside, rest, value)


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(inside) for key, inside in value.items()}


def integer(given: Json, name: str) -> int | None:
    """An optional whole number among the parameters."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.lstrip("-").isdigit():
        raise Refused(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
    return int(value)


def flag(given: Json, name: str) -> bool:
    return bool(given.get(name) == "true")


def checked_metadata(given: Json) -> dict[str, str]:
    metadata: dict[str, str] = given.get("metadata") or {}
    if len(metadata) > 50 or any(len(key) > 40 or len(value) > 500 for key, value in metadata.items()):
        raise Refused("Metadata has at most 50 keys of 40 characters, with values of 500.", param="metadata")
    return metadata
