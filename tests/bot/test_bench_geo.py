"""The bench of the nearby search measures right answers."""

from __future__ import annotations

from redis import Redis

from bot.bench.geo import bench_geo
from bot.bench.geosearch import Geosearch
from bot.bench.servers import RedisServer


async def test_the_measured_search_agrees_with_brute_force() -> None:
    measured = await bench_geo(shops=3000, queries=8)
    assert measured["agreed"] == 8
    assert {"p50_ms", "p99_ms", "floor_p50_ms", "geosearch_p50_ms", "brute_p50_ms"} <= set(measured)


def test_redis_asked_with_the_same_filter_finds_the_same_shops() -> None:
    matches = [(number % 3, number % 2 == 0) for number in range(600)]
    points = [(37.5 + number / 100_000, 126.9) for number in range(600)]
    with RedisServer() as server, Redis.from_url(server.url) as redis:
        search = Geosearch(redis, matches, radius_m=8_000, nearest=20)
        search.fill(points)
        right = [number for number in range(600) if matches[number] == (1, True)]
        assert search.search(37.5, 126.9, 1) == right[:20]
        assert search.search(38.5, 126.9, 1) == []
