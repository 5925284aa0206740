"""How fast the nearby search is among very many shops, beside two limits measured in the same run."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.bench.geosearch import Geosearch
from bot.bench.servers import RedisServer
from commerce.cells import EARTH_M, cells_of, disk
from commerce.database import Database
from commerce.geo import REACH_M, nearby
from commerce.menu import MenuItem
from commerce.shops import Shop, ShopDay, ShopSpec
from commerce.trades import KNOWN
from commerce.week import UsualHours, status
from commerce.work import Ids, Work

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SEOUL = ((37.43, 37.69), (126.80, 127.18))
"""South and north, west and east, in degrees."""
CENTRES = 400
NEAREST = 20
TRADES = sorted(KNOWN)
HOURS = ({"daily": "11:00-23:00"}, {"daily": "17:00-02:00"}, {"mon-fri": "08:00-20:00"}, {"daily": "00:00-24:00"})

Row = dict[str, Any]


async def bench_geo(shops: int = 1_000_000, queries: int = 200) -> dict[str, Any]:
    """Fill a SQLite file with ``shops`` synthetic shops, ask ``queries`` times for the 20 nearest open ones of a trade.

    Times are in milliseconds. ``floor`` is one bare indexed read of that trade in the cells around, without opening
    hours, distances or answers; ``geosearch`` is Redis asked the same, with the trade and the hours filtered
    afterwards; ``brute`` measures every shop, all held in memory, and says what the right answer is: ``agreed`` of
    ``queries`` were the same.
    """
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as folder:
        file = Path(folder) / "geo.db"
        begun = time.perf_counter()
        brute = _fill(file, shops)
        filled = time.perf_counter() - begun
        with _beside(brute) as redis:
            measured = await _measure(file, brute, redis, queries)
        size = file.stat().st_size
    return {"shops": shops, "queries": queries, "fill_s": round(filled, 1), "file_mb": size // 1_000_000} | measured


@dataclass(slots=True)
class _Brute:
    """Every shop in memory."""

    ids: list[str] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    kinds: list[tuple[int, bool]] = field(default_factory=list)

    def ready(self) -> _Search:
        return _Search(self.ids, np.radians(np.array(self.points)), np.array(self.kinds))


@dataclass(frozen=True, slots=True)
class _Search:
    ids: Sequence[str]
    radians: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.int64]

    def nearest(self, lat: float, lon: float, trade: int) -> list[str]:
        """The ids of the nearest open shops of that trade, by measuring all of them."""
        which = np.flatnonzero((self.kinds[:, 0] == trade) & (self.kinds[:, 1] == 1))
        lats, lons = self.radians[which, 0], self.radians[which, 1]
        a, b = np.radians(lat), np.radians(lon)
        h = np.sin((lats - a) / 2) ** 2 + np.cos(a) * np.cos(lats) * np.sin((lons - b) / 2) ** 2
        distances = 2 * EARTH_M * np.arcsin(np.sqrt(h))
        order = np.argsort(distances, kind="stable")[:NEAREST]
        return [self.ids[which[at]] for at in order if distances[at] <= REACH_M]


def _fill(file: Path, count: int) -> _Search:
    """Write the shops in bulk, the indices afterwards, and keep what the brute force needs."""
    tables = [cast(Table, model.__table__) for model in (Shop, MenuItem, ShopDay)]
    shops = tables[0]
    columns = [column.name for column in shops.columns]
    brute = _Brute()
    with sqlite3.connect(file) as bare:
        bare.execute("PRAGMA journal_mode=OFF")
        bare.execute("PRAGMA synchronous=OFF")
        for table in tables:
            bare.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        marks = ", ".join("?" * len(columns))
        rows = ([row[column] for column in columns] for row in _synthetic(count, brute))
        bare.executemany(f"INSERT INTO shops ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
        for table in tables:
            for index in table.indexes:
                bare.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
    bare.close()
    return brute.ready()


def _synthetic(count: int, brute: _Brute) -> Iterator[Row]:
    """Shops crowded around centres as in a city, and some anywhere."""
    chance = random.Random(7)
    centres = [_anywhere(chance) for _ in range(CENTRES)]
    opened = [status(UsualHours(hours, _shop(hours).timezone), (), NOW).open for hours in HOURS]
    written = [json.dumps(hours) for hours in HOURS]
    same = _columns(_shop(HOURS[0]))
    for number in range(count):
        lat, lon = _anywhere(chance)
        if number % 10:
            lat, lon = centres[number % CENTRES]
            lat, lon = chance.gauss(lat, 0.008), chance.gauss(lon, 0.010)
        trade, kept = chance.randrange(len(TRADES)), chance.randrange(len(HOURS))
        cell, area = cells_of(lat, lon)
        brute.ids.append(f"shop_{number:07}")
        brute.points.append((lat, lon))
        brute.kinds.append((trade, opened[kept]))
        own = {"id": brute.ids[-1], "slug": f"s{number}", "trade": TRADES[trade], "hours": written[kept]}
        yield same | own | {"lat": lat, "lon": lon, "cell": cell, "area": area, "words": f"\n가게{number}\n"}


def _anywhere(chance: random.Random) -> tuple[float, float]:
    (south, north), (west, east) = SEOUL
    return chance.uniform(south, north), chance.uniform(west, east)


def _shop(hours: dict[str, str]) -> ShopSpec:
    name = {"ko": "가게", "en": "Shop"}
    return ShopSpec("s", name, "cafe", 0, 0, name, None, "Asia/Seoul", "KRW", hours, 2000, 15000, 3000, 40, 20)


def _columns(spec: ShopSpec) -> Row:
    names = json.dumps(dict(spec.name), ensure_ascii=False)
    same: Row = {field: getattr(spec, field) for field in spec.__slots__ if field != "menu"}
    return same | {
        "name": names,
        "address": names,
        "rating_sum": 0,
        "rating_count": 0,
        "paused_until": None,
        "created_at": NOW.strftime("%Y-%m-%d %H:%M:%S.%f"),
    }


async def _measure(file: Path, brute: _Search, redis: Geosearch, queries: int) -> Row:
    chance = random.Random(11)
    asked = [(brute.radians[chance.randrange(len(brute.ids))], chance.randrange(len(TRADES))) for _ in range(queries)]
    took: dict[str, list[float]] = {"search": [], "floor": [], "geosearch": [], "brute": []}
    agreed = 0
    bare = sqlite3.connect(file)
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.read() as session:
        work = Work(session, NOW, Ids(0))
        await nearby(work, *SEOUL[0], limit=1)
        for (lat, lon), trade in ((np.degrees(point).tolist(), trade) for point, trade in asked):
            begun = time.perf_counter()
            found = await nearby(work, lat, lon, trade=TRADES[trade], open_now=True, limit=NEAREST)
            searched = time.perf_counter()
            _read(bare, lat, lon, TRADES[trade])
            read = time.perf_counter()
            redis.search(lat, lon, trade)
            asked_redis = time.perf_counter()
            right = brute.nearest(lat, lon, trade)
            took["search"].append(searched - begun)
            took["floor"].append(read - searched)
            took["geosearch"].append(asked_redis - read)
            took["brute"].append(time.perf_counter() - asked_redis)
            agreed += [one.shop.id for one in found] == right
    bare.close()
    await database.close()
    return {"agreed": agreed, **_times(took)}


@contextmanager
def _beside(brute: _Search) -> Iterator[Geosearch]:
    """The same shops in a Redis of our own."""
    # Imported only here: it brings OpenTelemetry along, which takes a third of a second at every start.
    from redis import Redis

    with RedisServer() as server, Redis.from_url(server.url) as redis:
        matches = [(trade, bool(is_open)) for trade, is_open in brute.kinds.tolist()]
        search = Geosearch(redis, matches, REACH_M, NEAREST)
        search.fill(map(tuple, np.degrees(brute.radians).tolist()))
        yield search


def _read(bare: sqlite3.Connection, lat: float, lon: float, trade: str) -> None:
    around = sorted(disk(cells_of(lat, lon)[0], 1))
    marks = ", ".join("?" * len(around))
    bare.execute(f"SELECT id, lat, lon FROM shops WHERE cell IN ({marks}) AND trade = ?", [*around, trade]).fetchall()  # noqa: S608


def _times(took: dict[str, list[float]]) -> Row:
    told: Row = {}
    for what, seconds in took.items():
        cuts = quantiles(seconds, n=100, method="inclusive")
        prefix = "" if what == "search" else f"{what}_"
        told |= {f"{prefix}p50_ms": round(cuts[49] * 1000, 3), f"{prefix}p99_ms": round(cuts[98] * 1000, 3)}
    return told
