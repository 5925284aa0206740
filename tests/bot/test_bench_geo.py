"""The bench of the nearby search measures right answers."""

from __future__ import annotations

from bot.bench.geo import bench_geo


async def test_the_measured_search_agrees_with_brute_force() -> None:
    measured = await bench_geo(shops=3000, queries=8)
    assert measured["agreed"] == 8
    assert {"p50_ms", "p99_ms", "floor_p50_ms", "brute_p50_ms"} <= set(measured)
