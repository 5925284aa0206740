"""Lists, searches, and objects in place of their ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.peers.stripe.books import Books
from tests.peers.stripe.rules import Json, Refused, integer

_BOUNDS: Mapping[str, Callable[[int, int], bool]] = {
    "gt": lambda at, bound: at > bound,
    "gte": lambda at, bound: at >= bound,
    "lt": lambda at, bound: at < bound,
    "lte": lambda at, bound: at <= bound,
}
_QUERY = re.compile(r"metadata\['([^']+)'\]:'([^']*)'")


class Lists:
    """``lag`` is how long the search index takes to learn of something new."""

    def __init__(self, books: Books, now: Callable[[], datetime]) -> None:
        self._books = books
        self._now = now
        self.lag = timedelta(minutes=1)

    def sessions(self, given: Json) -> Json:
        found = [self._books.session(ref) for ref in list(self._books.sessions)]
        return _page(found, given, "/v1/checkout/sessions", "payment_intent", "status")

    def intents(self, given: Json) -> Json:
        return _page(self._books.intents.values(), given, "/v1/payment_intents")

    def refunds(self, given: Json) -> Json:
        return _page(self._books.refunds.values(), given, "/v1/refunds", "payment_intent", "charge")

    def charges(self, given: Json) -> Json:
        return _page(self._books.charges.values(), given, "/v1/charges", "payment_intent")

    def disputes(self, given: Json) -> Json:
        return _page(self._books.disputes.values(), given, "/v1/disputes", "charge", "payment_intent")

    def search(self, given: Json) -> Json:
        """Payment intents by one metadata value."""
        query = _QUERY.fullmatch(given.get("query", ""))
        if query is None:
            raise Refused("We were unable to parse your search query.", param="query")
        name, value = query.groups()
        known = (self._now() - self.lag).timestamp()
        fits = [
            intent
            for intent in reversed(self._books.intents.values())
            if intent["metadata"].get(name) == value and intent["created"] <= known
        ]
        found = {"object": "search_result", "url": "/v1/payment_intents/search", "has_more": False, "next_page": None}
        return found | {"data": fits[: integer(given, "limit") or 10]}


def _page(things: Iterable[Json], given: Json, url: str, *filters: str) -> Json:
    limit = integer(given, "limit") or 10
    if not 1 <= limit <= 100:
        raise Refused("Invalid integer: limit must be between 1 and 100.", param="limit")
    fits = [
        thing
        for thing in reversed(list(things))
        if all(given[name] == thing[name] for name in filters if name in given)
        and _within(thing["created"], given.get("created"))
    ]
    after = given.get("starting_after")
    if after is not None:
        refs = [thing["id"] for thing in fits]
        if after not in refs:
            raise Refused(f"No such object: '{after}'", param="starting_after", code="resource_missing")
        fits = fits[refs.index(after) + 1 :]
    return {"object": "list", "url": url, "has_more": len(fits) > limit, "data": fits[:limit]}


def _within(at: int, bounds: Any) -> bool:
    if bounds is None:
        return True
    if isinstance(bounds, str):
        return at == int(bounds)
    return all(_BOUNDS[name](at, int(bound)) for name, bound in bounds.items())


def expanded(thing: Json, paths: Iterable[str], books: Books) -> Json:
    """``thing`` with the objects that ``paths`` name in place of their ids."""
    for path in sorted(paths, key=len):
        _expand(thing, path.split("."), books)
    return thing


def _expand(thing: Any, path: list[str], books: Books) -> None:
    if isinstance(thing, list):
        for one in thing:
            _expand(one, path, books)
        return
    if not isinstance(thing, dict):
        return
    name, *rest = path
    if name not in thing:
        raise Refused(f"This property cannot be expanded ({name}).", param="expand")
    value = thing[name]
    if isinstance(value, str):
        kept = {"payment_intent": books.intents, "latest_charge": books.charges, "charge": books.charges}.get(name)
        if kept is None:
            raise Refused(f"This property cannot be expanded ({name}).", param="expand")
        thing[name] = dict(kept[value])
    if rest:
        _expand(thing[name], rest, books)
