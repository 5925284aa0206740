"""A town file is read whole or refused with the line and mend of every fault."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.lined import LinedError, read_lined
from bot.town import DEMO, TownError, load_town, read_town, town_file
from commerce import menu, places, shops, trades
from commerce.coupons import claim, claimable, usable
from commerce.database import Base, Database
from commerce.geo import nearby
from commerce.hours import status_of
from commerce.refusals import Refusal
from commerce.shops import Shop, Town
from commerce.work import Ids, Work

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HEAD = "town: {name: {ko: 시험동, en: Testville}, timezone: Asia/Seoul, currency: KRW, center: [37.5560, 126.9100]}\n"
SHOP = "- {slug: a, name: {ko: 가, en: A}, trade: cafe, location: [37.5, 126.9]}\n"
DOCS = Path(__file__).parents[2] / "docs" / "town.md"
EXAMPLE = re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[0]


def faults(folder: Path, text: str) -> list[tuple[int, str, str]]:
    """The faults of a town file of that text, as (line, what, mend)."""
    file = folder / "town.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(TownError) as told:
        read_town(file)
    assert all(fault.file == str(file) for fault in told.value.faults)
    return [(fault.line, fault.what, fault.mend) for fault in told.value.faults]


def written(folder: Path, text: str) -> Path:
    file = folder / "town.yaml"
    file.write_text(text, "utf-8")
    return file


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Work]:
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with database.transaction() as session:
        yield Work(session, NOON, Ids(1))
    await database.close()


async def test_the_worked_example_of_the_documentation_loads_whole(work: Work, tmp_path: Path) -> None:
    spec = read_town(written(tmp_path, EXAMPLE))
    assert await load_town(work, spec)
    shop = await shops.by_slug(work, "hana-chicken")
    assert shop is not None
    assert (shop.name["en"], shop.trade, shop.phone, shop.currency) == ("Hana Chicken", "chicken", "02-000-0000", "KRW")
    assert (shop.delivery_radius_m, shop.delivery_min_order, shop.delivery_fee) == (2000, 15000, 3000)
    assert (shop.delivery_eta_min, shop.pickup_eta_min) == (40, 20)
    (fried,) = (await menu.menu(work, shop.id)).items
    assert (fried.price, fried.available, fried.aliases["en"]) == (18000, 5, ["fried"])
    assert [(option.at_least, option.at_most, len(option.choices)) for option in fried.options] == [(0, 1, 2)]
    assert (await status_of(work, shop.id)).until == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert [(one.amount, one.left, one.per_person) for one in await claimable(work, "minji", shop.id)] == [
        (2000, 100, 1)
    ]
    place = await places.find(work, "시험역")
    assert place is not None
    assert (place.lat, place.lon) == (37.5563, 126.9106)


async def test_the_same_file_is_loaded_once(work: Work, tmp_path: Path) -> None:
    spec = read_town(written(tmp_path, EXAMPLE))
    assert [await load_town(work, spec) for _ in range(2)] == [True, False]
    changed = read_town(written(tmp_path, EXAMPLE.replace("price: 18000", "price: 19000")))
    assert await load_town(work, changed)
    assert await work.session.scalar(select(func.count()).select_from(Shop)) == 1
    assert await work.session.scalar(select(func.count()).select_from(Town)) == 1
    shop = await shops.by_slug(work, "hana-chicken")
    assert shop is not None
    assert [item.price for item in (await menu.menu(work, shop.id)).items] == [19000]


async def test_a_shop_no_longer_in_the_file_is_found_no_longer_and_may_return(work: Work, tmp_path: Path) -> None:
    without = EXAMPLE.replace("slug: hana-chicken", "slug: other")
    for text, slug in ((EXAMPLE, "hana-chicken"), (without, "other"), (EXAMPLE, "hana-chicken")):
        await load_town(work, read_town(written(tmp_path, text)))
        assert [found.shop.slug for found in await nearby(work, 37.556, 126.91)] == [slug]


async def test_a_coupon_no_longer_in_the_file_is_claimed_no_longer_but_kept_by_who_holds_it(
    work: Work, tmp_path: Path
) -> None:
    whole_town = EXAMPLE + "coupons:\n- {name: {ko: 온 동네, en: All town}, amount: 500}\n"
    assert "\ncoupons:" not in EXAMPLE
    await load_town(work, read_town(written(tmp_path, whole_town)))
    shop = await shops.by_slug(work, "hana-chicken")
    assert shop is not None
    offered = await claimable(work, "minji", shop.id)
    assert [one.amount for one in offered] == [2000, 500]
    for coupon in offered:
        await claim(work, "minji", coupon.id)
    bare = re.sub(r"  coupons: .*\n", "", EXAMPLE)
    assert "amount" not in bare
    await load_town(work, read_town(written(tmp_path, bare)))
    assert await claimable(work, "jun", shop.id) == ()
    with pytest.raises(Refusal, match="coupon_gone"):
        await claim(work, "jun", offered[0].id)
    assert sorted(one.amount or 0 for one in await usable(work, "minji", shop.id)) == [500, 2000]
    await load_town(work, read_town(written(tmp_path, whole_town)))
    assert [(one.amount, one.left) for one in await claimable(work, "jun", shop.id)] == [(2000, 99), (500, None)]


async def test_stations_are_known_where_they_are_near(work: Work, tmp_path: Path) -> None:
    await load_town(work, read_town(written(tmp_path, HEAD)))
    for text in ("홍대입구역", "홍대입구", "홍대입구역 근처"):
        assert await places.find(work, text) is not None
    far = read_town(written(tmp_path, HEAD.replace("37.5560, 126.9100", "35.18, 129.07")))
    assert far.places == ()


def test_a_file_read_from_the_cache_is_the_same(tmp_path: Path) -> None:
    file = written(tmp_path, EXAMPLE)
    cache = tmp_path / "cache"
    assert read_town(file) == read_town(file, cache) == read_town(file, cache)
    assert list(cache.iterdir())


def test_the_demo_town_is_read_and_its_trades_are_known(tmp_path: Path) -> None:
    spec = read_town(town_file(DEMO))
    assert len(spec.shops) >= 40
    assert {shop.trade for shop in spec.shops} <= set(trades.KNOWN)


def test_what_is_left_out_has_its_documented_meaning(tmp_path: Path) -> None:
    (shop,) = read_town(written(tmp_path, f"{HEAD}shops:\n{SHOP}")).shops
    assert (shop.hours, shop.delivery_radius_m, shop.pickup_eta_min) == ({"daily": "00:00-24:00"}, None, 20)
    assert (shop.phone, shop.menu) == (None, ())


def test_a_shop_may_only_deliver(tmp_path: Path) -> None:
    text = f"{HEAD}shops:\n{SHOP[:-2]}, delivery: {{radius_m: 500, eta_min: 30}}}}\n"
    (shop,) = read_town(written(tmp_path, text)).shops
    assert (shop.delivery_radius_m, shop.delivery_min_order, shop.pickup_eta_min) == (500, 0, None)


def test_names_may_be_plain_or_in_one_language_and_are_composed(tmp_path: Path) -> None:
    menu_ = "menu: [{name: Latte, price: 5000}, {name: {ko: 라떼}, price: 5000}]"
    (shop,) = read_town(written(tmp_path, f"{HEAD}shops:\n{SHOP[:-2]}, {menu_}}}\n")).shops
    assert [item.name for item in shop.menu or ()] == [{"ko": "Latte", "en": "Latte"}, {"ko": "라떼", "en": "라떼"}]


def test_an_unknown_trade_is_taken_as_it_is(tmp_path: Path) -> None:
    (shop,) = read_town(written(tmp_path, f"{HEAD}shops:\n{SHOP.replace('cafe', '양봉')}")).shops
    assert shop.trade == "양봉"


def test_coupon_days_are_whole_local_days(tmp_path: Path) -> None:
    coupon = "coupons: [{name: 할인, percent: 10, max: 3000, valid_from: 2026-11-01, valid_until: 2026-11-30}]"
    (spec,) = read_town(written(tmp_path, f"{HEAD}{coupon}\n")).coupons
    assert spec.valid_from is not None
    assert spec.valid_until is not None
    assert spec.valid_until - spec.valid_from == timedelta(days=30)
    assert spec.valid_from.astimezone(UTC) == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert (spec.percent, spec.max_amount, spec.total, spec.per_person) == (10, 3000, None, 1)


LINES = EXAMPLE.splitlines()


@pytest.mark.parametrize(
    ("before", "after", "what", "mend"),
    [
        ("  trade:", "  trades:", "unknown key 'trades'", "trade"),
        ("    price: 18000", "    price: 18000\n    colour: red", "unknown key 'colour'", "known here: name, price"),
        ("choose: [0, 1]", "choose: [3, 1]", "choose [3, 1]", "[at least, at most]"),
        ("choose: [0, 1]", "choose: [0]", "choose", "[0, 1]"),
        ("price: 18000", "price: 18,000", "price: '18,000'", "price: 18000"),
        ("price: 18000", "price: -1", "price: '-1'", "at least 0"),
        ("stock: 5 ", "stock: many ", "stock: 'many'", "stock: 5"),
        ("[37.5571, 126.9112]", "[137.5571, 126.9112]", "location: '137.5571'", "at most 90"),
        ("mon-fri", "mon-fry", "unknown day 'mon-fry'", "mon-fri"),
        ('"12:00-01:00"', '"12-01"', "cannot read the hours '12-01'", "11:00-23:30"),
        ("slug: hana-chicken", "slug: Hana Chicken", "slug: 'Hana Chicken'", "small letters"),
        ("timezone: Asia/Seoul", "timezone: Seoul", "unknown time zone 'Seoul'", "Asia/Seoul"),
        ("currency: KRW", "currency: won", "currency: 'won'", "KRW"),
        ("amount: 2000", "amount: 2000, percent: 10", "either an amount or a percent", "amount: 2000 or percent: 10"),
        ("amount: 2000", "amount: 2000, max: 10", "max caps a percent", "leave max out"),
        ("radius_m: 2000, ", "", "radius_m is missing", "radius_m: 2000"),
    ],
)
def test_every_fault_has_its_line_and_mend(tmp_path: Path, before: str, after: str, what: str, mend: str) -> None:
    assert EXAMPLE.count(before) >= 1
    text = EXAMPLE.replace(before, after, 1)
    changed = next(at for at, line in enumerate(LINES, 1) if before.split("\n", maxsplit=1)[0] in line)
    found = faults(tmp_path, text)
    line = changed + after.count("\n")
    assert any(at == line and what in told and mend in mended for at, told, mended in found), found


def test_all_faults_are_told_at_once_in_order(tmp_path: Path) -> None:
    text = EXAMPLE.replace("price: 18000", "price: cheap").replace("trade: chicken", "kind: chicken")
    lines = [line for line, _, _ in faults(tmp_path, text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "town is missing"),
        ("shops: []\n", 1, "town is missing"),
        (HEAD + "shop: []\n", 2, "unknown key 'shop'"),
        (HEAD + HEAD, 2, "given twice"),
        (HEAD + "shops: [\n", 3, "not readable as YAML"),
        (HEAD + "shops:\n\t- x\n", 3, "not readable as YAML"),
        (HEAD + "shops: cheap\n", 2, "shops: 'cheap'"),
        (HEAD + "shops:\n- cheap\n", 3, "shops: 'cheap'"),
        (HEAD + "{[1]: 2}: 3\n", 2, "one word"),
        (HEAD + f"shops:\n{SHOP}{SHOP}", 4, "slug 'a' is taken on line 3"),
        ("- 1\n", 1, "will not do"),
        ("just words", 1, "will not do"),
    ],
)
def test_a_file_of_another_shape_is_refused_at_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    found = faults(tmp_path, text)
    assert any(at == line and what in told for at, told, _ in found), found
    assert all(mend for _, _, mend in found)


def test_text_in_another_encoding_is_refused_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "town.yaml"
    file.write_bytes(b"# town\n" + HEAD.encode("cp949"))
    with pytest.raises(TownError) as told:
        read_town(file)
    assert [(fault.line, fault.what) for fault in told.value.faults] == [(2, "not UTF-8 text")]


def test_anchors_that_unfold_without_end_are_refused() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for text in ("a: &a [*a]\n", laughs):
        with pytest.raises(LinedError, match="nested too deep or too large"):
            read_lined(text, "town.yaml")
