"""The same question put to Redis: GEOSEARCH for the nearest, the trade and the opening hours filtered afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from redis import Redis

KEY = "bench:shops"
BATCH = 10_000
FIRST_M = 250


class Geosearch:
    """Every shop in one geo set, as ``GEOSEARCH`` needs it; what it cannot filter by is kept beside it in memory,
    which is the kindest way for Redis. ``matches[i]`` belongs to the member named ``str(i)``."""

    def __init__(self, redis: Redis, matches: Sequence[tuple[int, bool]], radius_m: int, nearest: int) -> None:
        self._redis = redis
        self._matches = matches
        self._radius_m = radius_m
        self._nearest = nearest

    def fill(self, points: Iterable[tuple[float, float]]) -> None:
        """Add ``points``, latitude and longitude in degrees, numbered from 0."""
        numbered = enumerate(points)
        while batch := list(islice(numbered, BATCH)):
            flat = [value for number, (lat, lon) in batch for value in (lon, lat, str(number))]
            self._redis.geoadd(KEY, flat)

    def search(self, lat: float, lon: float, trade: int) -> list[int]:
        """The numbers of the nearest open shops of a trade: in a small circle first, as most are near, then in larger
        ones, each of twice the radius."""
        radius_m = min(FIRST_M, self._radius_m)
        while True:
            near = self._redis.geosearch(KEY, longitude=lon, latitude=lat, radius=radius_m, unit="m", sort="ASC")
            numbers = (int(cast(bytes, member)) for member in near)
            found = [number for number in numbers if self._matches[number] == (trade, True)]
            if len(found) >= self._nearest or radius_m >= self._radius_m:
                return found[: self._nearest]
            radius_m = min(2 * radius_m, self._radius_m)
