"""Requests against Stripe's own published description, where it is at hand; in CI it has to be.

It is of 2023; what is newer and used is listed in ``NEWER``, with the version that brought it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests import specs
from tests.peers.stripe.rules import Json, Refused

NAME = "stripe_spec3_2023-09-12.json"
FIXTURES = "stripe_fixtures3.json"
NEWER = {
    "POST /v1/checkout/sessions": {"adaptive_pricing"},
    "GET /v1/checkout/sessions": {"created", "status"},
}
"""``adaptive_pricing`` (2024-10): whether people are shown prices in a currency of their own; lists of sessions by
``created`` and ``status`` (2024)."""
_MARK = {"true": True, "false": False}


@cache
def described() -> Json | None:
    path = specs.found(NAME)
    if path is None:
        return None
    spec: Json = json.loads(path.read_text(encoding="utf-8"))
    return spec


def check(method: str, path: str, given: Json) -> None:
    """Raises Refused for a parameter that Stripe does not know there, or a value that it does not take."""
    spec = described()
    if spec is None:
        return
    route = _route(path)
    if route is None:
        raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)
    operation = spec["paths"][route].get(method.lower())
    if operation is None:
        raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)
    newer = NEWER.get(f"{method} {route}", set())
    given = {name: value for name, value in given.items() if name not in newer}
    if method == "GET":
        known = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
        for name in given.keys() - known:
            raise _unknown(name)
        return
    schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    typed = _typed(given, schema, "")
    for error in Draft202012Validator({**schema, "components": spec["components"]}).iter_errors(typed):
        raise Refused(f"Invalid request: {error.message[:200]}", param=".".join(map(str, error.path)))


@cache
def _route(path: str) -> str | None:
    spec = described()
    assert spec is not None
    if path in spec["paths"]:
        return path
    for route in spec["paths"]:
        if "{" in route and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", route), path):
            return str(route)
    return None


def _typed(value: Any, schema: Json, where: str) -> Any:
    """``value``, a tree of strings, as ``schema`` means it; no name that it does not have."""
    options = schema.get("anyOf")
    if options:
        fits = [option for option in options if _shape(value) == _kind(option)]
        return _typed(value, fits[0], where) if fits else value
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        for name in value:
            if name not in known and not isinstance(more, dict):
                raise _unknown(f"{where}[{name}]" if where else name)
        return {
            name: _typed(inside, known.get(name, more), f"{where}[{name}]" if where else name)
            for name, inside in value.items()
        }
    if isinstance(value, list):
        return [_typed(inside, schema.get("items", {}), f"{where}[{at}]") for at, inside in enumerate(value)]
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?[0-9.]+", value):
        return float(value)
    return _MARK.get(value, value) if kind == "boolean" else value


def _shape(value: Any) -> str:
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "plain"


def _kind(schema: Json) -> str:
    kind = schema.get("type", "object")
    return str(kind) if kind in ("object", "array") else "plain"


def _unknown(name: str) -> Refused:
    return Refused(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
