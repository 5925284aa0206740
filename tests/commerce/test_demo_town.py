"""The demo town and the station list hold together as data."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.town import DEMO, load_town, read_town, town_file
from commerce.database import Base, Database
from commerce.places import find
from commerce.shops import by_slug
from commerce.trades import KNOWN
from commerce.work import Ids, Work

DATA = Path(__file__).parents[2] / "commerce" / "data"
TOWNS = Path(__file__).parents[1] / "towns"
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_KEY = re.compile(r"(daily|(?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?)")
SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
PHONE = re.compile(r"02-000\d?-\d{4}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HANGUL = re.compile(r"[가-힣]")
HOURS_OF_A_WEEK = 7 * 24


@pytest.fixture(scope="module")
def town() -> dict[str, Any]:
    return _read("demo.yaml")


@pytest.fixture(scope="module")
def shops(town: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = town["shops"]
    return found


@pytest.fixture(scope="module")
def stations() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _read("stations.yaml")["stations"]
    return found


def test_it_has_enough_shops_over_enough_known_trades(shops: list[dict[str, Any]]) -> None:
    trades = Counter(shop["trade"] for shop in shops)
    assert len(shops) >= 44
    assert len(trades) >= 14
    assert set(trades) <= set(KNOWN)
    assert trades["chicken"] >= 4 and trades["cafe"] >= 6 and trades["bunsik"] >= 3 and trades["chinese"] >= 3


def test_every_name_and_address_is_in_both_languages(town: dict[str, Any], stations: list[dict[str, Any]]) -> None:
    for where, name in (*_names(town, "town"), *_names(stations, "stations")):
        assert set(name) == {"ko", "en"}, where
        assert HANGUL.search(name["ko"]) or name["ko"] == name["en"], where
        assert name["en"].strip() and not HANGUL.search(name["en"]), where
        for text in name.values():
            assert text == unicodedata.normalize("NFC", text).strip(), where


def test_slugs_and_names_and_phones_are_each_one_shops_own(shops: list[dict[str, Any]]) -> None:
    for values in (
        [shop["slug"] for shop in shops],
        [_fold(shop["name"]["ko"]) for shop in shops],
        [_fold(shop["name"]["en"]) for shop in shops],
        [shop["phone"] for shop in shops],
        [tuple(shop["location"]) for shop in shops],
    ):
        assert len(set(values)) == len(values)
    assert all(SLUG.fullmatch(shop["slug"]) for shop in shops)
    assert all(PHONE.fullmatch(shop["phone"]) for shop in shops)


def test_every_shop_stands_within_the_neighbourhood(town: dict[str, Any], shops: list[dict[str, Any]]) -> None:
    for shop in shops:
        assert _metres(shop["location"], town["town"]["center"]) < 2500, shop["slug"]


def test_every_shop_can_be_ordered_from(shops: list[dict[str, Any]]) -> None:
    for shop in shops:
        assert "delivery" in shop or "pickup" in shop, shop["slug"]
        delivery = shop.get("delivery", {"radius_m": 1500, "min_order": 0, "fee": 0, "eta_min": 30})
        assert 1000 <= delivery["radius_m"] <= 6000 and delivery["eta_min"] > 0, shop["slug"]
        assert delivery["min_order"] % 10 == 0 and delivery["fee"] % 10 == 0, shop["slug"]
        assert 6 <= len(shop["menu"]) <= 14, shop["slug"]
        assert any(not item.get("sold_out") for item in shop["menu"]), shop["slug"]


def test_prices_are_whole_tens_of_won(shops: list[dict[str, Any]]) -> None:
    for shop, item in _items(shops):
        assert item["price"] > 0 and item["price"] % 10 == 0, (shop["slug"], item["name"])
        assert item.get("stock", 1) > 0, (shop["slug"], item["name"])
        for option in item.get("options", ()):
            for choice in option["choices"]:
                assert choice["price"] >= 0 and choice["price"] % 10 == 0, (shop["slug"], choice["name"])


def test_options_can_be_chosen_as_they_ask(shops: list[dict[str, Any]]) -> None:
    for shop, item in _items(shops):
        for option in item.get("options", ()):
            at_least, at_most = option["choose"]
            where = (shop["slug"], item["name"], option["name"])
            assert 0 <= at_least <= at_most <= len(option["choices"]), where
            assert at_most >= 1, where
            assert len({_fold(choice["name"]["ko"]) for choice in option["choices"]}) == len(option["choices"]), where


def test_no_two_items_of_a_shop_go_by_the_same_word(shops: list[dict[str, Any]]) -> None:
    for shop in shops:
        words: dict[str, str] = {}
        for item in shop["menu"]:
            aliases = item.get("aliases", {})
            for word in {
                _fold(text) for text in (*item["name"].values(), *aliases.get("ko", ()), *aliases.get("en", ()))
            }:
                other = words.setdefault(word, item["name"]["ko"])
                assert other == item["name"]["ko"], (shop["slug"], word, other, item["name"]["ko"])


def test_hours_are_written_as_documented(shops: list[dict[str, Any]]) -> None:
    for shop in shops:
        for key, spans in shop["hours"].items():
            assert DAY_KEY.fullmatch(key), (shop["slug"], key)
            assert all(SPAN.fullmatch(span) for span in spans.split(", ")), (shop["slug"], spans)
        named = [day for key in shop["hours"] for day in _days(key)]
        assert len(named) == len(set(named)), shop["slug"]


def test_somebody_is_open_at_every_hour_of_the_week(shops: list[dict[str, Any]]) -> None:
    open_hours: Counter[int] = Counter()
    for shop in shops:
        open_hours.update(_open_hours(shop["hours"]))
    assert all(open_hours[hour] >= 3 for hour in range(HOURS_OF_A_WEEK))
    assert any(open_hours[hour] < len(shops) / 2 for hour in range(HOURS_OF_A_WEEK))


def test_coupons_are_worth_something(town: dict[str, Any], shops: list[dict[str, Any]]) -> None:
    of_shops = [coupon for shop in shops for coupon in shop.get("coupons", ())]
    assert len(of_shops) >= 15 and town["coupons"]
    for coupon in (*of_shops, *town["coupons"]):
        assert ("amount" in coupon) != ("percent" in coupon), coupon
        assert coupon["min_order"] >= coupon.get("amount", 0) and coupon["min_order"] % 10 == 0, coupon
        assert 0 < coupon.get("percent", 1) <= 100 and coupon["total"] >= coupon["per_person"] >= 1, coupon


def test_the_places_lie_in_and_around_the_town_and_share_no_name(town: dict[str, Any]) -> None:
    words: dict[str, str] = {}
    for place in town["places"]:
        assert _metres(place["location"], town["town"]["center"]) < 3500, place["name"]
        aliases = place.get("aliases", {})
        for text in (*place["name"].values(), *aliases.get("ko", ()), *aliases.get("en", ())):
            other = words.setdefault(_fold(text), place["name"]["ko"])
            assert other == place["name"]["ko"], (text, other, place["name"]["ko"])
    assert len(town["places"]) >= 25


def test_every_line_of_seoul_has_its_stations_where_they_are(stations: list[dict[str, Any]]) -> None:
    lines = Counter(line for station in stations for line in station["lines"])
    assert len(stations) >= 300
    assert {line for line in lines if isinstance(line, int)} == set(range(1, 10))
    assert len({station["name"]["ko"] for station in stations}) == len(stations)
    assert len({tuple(station["location"]) for station in stations}) == len(stations)
    for station in stations:
        assert 37.2 < station["location"][0] < 37.8 and 126.6 < station["location"][1] < 127.3, station["name"]


def test_stations_of_one_line_are_neighbours(stations: list[dict[str, Any]]) -> None:
    """A mistyped coordinate stands far from every other station of its line; the few named outside Seoul may."""
    inside = [
        station for station in stations if station["lines"][0] in range(1, 10) and _in_seoul(*station["location"])
    ]
    for station in inside:
        line = station["lines"][0]
        rest = [other for other in inside if other is not station and line in other["lines"]]
        nearest = min(_metres(station["location"], other["location"]) for other in rest)
        assert nearest < 4000, (station["name"], nearest)


@pytest.mark.parametrize("file", [town_file(DEMO), *sorted(TOWNS.glob("*.yaml"))], ids=lambda file: file.stem)
async def test_the_town_files_load_without_a_fault(file: Path, database_url: str) -> None:
    spec = read_town(file)
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with database.transaction() as session:
        work = Work(session, NOON, Ids(1))
        assert await load_town(work, spec)
        assert not await load_town(work, spec)
        for shop in spec.shops:
            loaded = await by_slug(work, shop.slug)
            assert loaded is not None and loaded.name == shop.name
        for place in spec.places[:30]:
            found = await find(work, f"{place.name['ko']} 근처")
            assert found is not None and _metres([found.lat, found.lon], [place.lat, place.lon]) < 300, place.name
    await database.close()


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((DATA / name).read_text(encoding="utf-8"))
    return found


def _names(node: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every ``name`` and ``address`` below ``node``, with the path to it."""
    if isinstance(node, list):
        for index, element in enumerate(node):
            yield from _names(element, f"{where}[{index}]")
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("name", "address"):
                yield f"{where}.{key}", value
            else:
                yield from _names(value, f"{where}.{key}")


def _items(shops: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for shop in shops:
        for item in shop["menu"]:
            yield shop, item


def _fold(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text).casefold())


def _metres(one: list[float], other: list[float]) -> float:
    """The great-circle distance of two (latitude, longitude) points in degrees, in metres."""
    (lat1, lon1), (lat2, lon2) = (map(radians, point) for point in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_009 * asin(sqrt(half))


def _in_seoul(lat: float, lon: float) -> bool:
    return 37.43 < lat < 37.70 and 126.79 < lon < 127.18


def _days(key: str) -> list[str]:
    if key == "daily":
        return list(DAYS)
    first, _, last = key.partition("-")
    start = DAYS.index(first)
    length = (DAYS.index(last or first) - start) % 7
    return [DAYS[(start + step) % 7] for step in range(length + 1)]


def _open_hours(hours: dict[str, str]) -> set[int]:
    """The hours of the week, 0 to 167 from Monday midnight, during all of which the shop is open."""
    found: set[int] = set()
    for key, spans in hours.items():
        for day in _days(key):
            for span in spans.split(", "):
                found |= _hours_of(DAYS.index(day), span)
    return found


def _hours_of(day: int, span: str) -> set[int]:
    first, last = span.split("-")
    opens = time.fromisoformat(first)
    start = opens.hour + (1 if opens.minute else 0)
    end = int(last[:2])
    if last <= first:
        end += 24
    return {(day * 24 + hour) % HOURS_OF_A_WEEK for hour in range(start, end)}
