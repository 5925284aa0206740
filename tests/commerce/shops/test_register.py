"""The public shop register's file goes in whole, whatever its dress, and says what it could not use."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from commerce.database import Database
from commerce.geo import nearby
from commerce.register import RegisterError, import_csv
from commerce.register_rows import COLUMNS, BadRow, Listing, RegisterReader
from commerce.shops import Shop, by_slug
from commerce.work import Ids, Work

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
Works = Callable[[], AbstractAsyncContextManager[Work]]


def row(number: str, **other: str) -> dict[str, str]:
    """A row of the register with the columns that matter."""
    usual = {
        "상가업소번호": number,
        "상호명": "하나치킨",
        "상권업종대분류명": "음식",
        "상권업종중분류명": "기타 간이",
        "상권업종소분류명": "치킨",
        "도로명주소": "서울특별시 마포구 시험로 12",
        "경도": "126.910",
        "위도": "37.556",
    }
    return dict.fromkeys(COLUMNS, "") | usual | other


def lines(rows: list[dict[str, str]], separator: str = ",", quote: str = '"') -> str:
    written = [COLUMNS, *([one[name] for name in COLUMNS] for one in rows)]
    return "".join(separator.join(f"{quote}{value}{quote}" for value in values) + "\n" for values in written)


@pytest.fixture
def works(database: Database) -> Works:
    @asynccontextmanager
    async def work() -> AsyncIterator[Work]:
        async with database.transaction() as session:
            yield Work(session, NOW, Ids(1))

    return work


def test_columns_are_those_of_the_published_file() -> None:
    assert len(COLUMNS) == 39
    assert (COLUMNS[0], COLUMNS[-2], COLUMNS[-1]) == ("상가업소번호", "경도", "위도")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize(("separator", "quote"), [(",", '"'), (",", ""), ("|", ""), ("|", '"')])
async def test_every_dress_of_the_file_is_read(
    works: Works, tmp_path: Path, encoding: str, separator: str, quote: str
) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row("MA1", 지점명="망원점")], separator, quote), encoding)
    imported = await import_csv(works, file)
    assert (imported.added, imported.bad) == (1, [])
    async with works() as work:
        shop = await by_slug(work, "reg-MA1")
    assert shop is not None
    assert (shop.name["ko"], shop.trade, shop.takes_orders) == ("하나치킨 망원점", "chicken", False)
    assert shop.address["ko"] == "서울특별시 마포구 시험로 12"


async def test_bad_rows_are_told_by_line_and_reason_while_the_good_go_in(works: Works, tmp_path: Path) -> None:
    bad = [
        row("N1"),
        row(""),
        row("N2", 상호명=" "),
        row("N3", 위도="북쪽"),
        row("N4", 경도="12.5"),
        row("N5", 위도="nan"),
        row("N6"),
    ]
    text = lines(bad, quote="") + "N7,짧은 줄\n" + lines([row("N8")]).split("\n", 1)[1]
    file = tmp_path / "register.csv"
    file.write_text(text, "utf-8")
    imported = await import_csv(works, file)
    assert (imported.added, imported.bad_count) == (3, 6)
    assert [one.line for one in imported.bad] == [3, 4, 5, 6, 7, 9]
    reasons = " ".join(one.reason for one in imported.bad)
    for word in ("shop number", "no name", "not a number", "outside Korea", "wrong number of columns"):
        assert word in reasons


async def test_a_stray_quote_spoils_its_own_row_only(works: Works, tmp_path: Path) -> None:
    whole = lines([row("N1", 상호명='"열린'), *(row(f"N{number}") for number in range(2, 30))], quote="")
    file = tmp_path / "register.csv"
    file.write_text(whole, "utf-8")
    imported = await import_csv(works, file)
    assert imported.added == 28
    assert [one.line for one in imported.bad] == [2]


async def test_a_quoted_line_break_belongs_to_its_row(works: Works, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row("N1", 상호명="하나\n치킨"), row("N2", 위도="?")]), "utf-8")
    imported = await import_csv(works, file)
    assert (imported.added, [one.line for one in imported.bad]) == (1, [4])


async def test_unreadable_bytes_spoil_their_row_only(works: Works, tmp_path: Path) -> None:
    head, first, second = lines([row("N1"), row("N2")]).splitlines(keepends=True)
    file = tmp_path / "register.csv"
    file.write_bytes(head.encode() + first.encode().replace("하나".encode(), b"\xff\xfe") + second.encode())
    imported = await import_csv(works, file)
    assert (imported.added, [one.line for one in imported.bad]) == (1, [2])


async def test_importing_again_adds_nothing_and_changes_what_changed(works: Works, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row("N1"), row("N2"), row("N2")]), "utf-8")
    first = await import_csv(works, file)
    file.write_text(lines([row("N1"), row("N2", 상호명="두리분식", 상권업종소분류명="김밥/만두/분식")]), "utf-8")
    again = await import_csv(works, file)
    assert (first.added, again.added, again.changed, again.unchanged) == (2, 0, 1, 1)
    async with works() as work:
        assert await work.session.scalar(select(func.count()).select_from(Shop)) == 2
        shop = await by_slug(work, "reg-N2")
    assert shop is not None
    assert (shop.name["ko"], shop.trade) == ("두리분식", "bunsik")


async def test_a_shop_whose_people_joined_is_left_alone(works: Works, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row("N1")]), "utf-8")
    await import_csv(works, file)
    async with works() as work:
        await work.session.execute(update(Shop).values(registered="chat", phone="02-000-0000"))
    file.write_text(lines([row("N1", 상호명="딴 이름")]), "utf-8")
    assert (await import_csv(works, file)).unchanged == 1
    async with works() as work:
        shop = await by_slug(work, "reg-N1")
    assert shop is not None
    assert (shop.name["ko"], shop.phone) == ("하나치킨", "02-000-0000")


async def test_progress_ends_with_the_whole_file_and_batches_are_many(works: Works, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row(f"N{number}") for number in range(2500)], quote=""), "utf-8")
    told: list[tuple[int, int]] = []
    imported = await import_csv(works, file, lambda done, total: told.append((done, total)))
    size = file.stat().st_size
    assert imported.added == 2500
    assert told == sorted(told)
    assert told[-1] == (size, size)
    assert len(told) >= 3


async def test_imported_shops_are_found_but_never_as_open(works: Works, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row("N1")]), "utf-8")
    await import_csv(works, file)
    async with works() as work:
        assert len(await nearby(work, 37.556, 126.91, words="하나 치킨")) == 1
        assert await nearby(work, 37.556, 126.91, open_now=True) == []


@pytest.mark.parametrize("content", ["", "a,b,c\n1,2,3\n", "상가업소번호,상호명\n"])
async def test_another_file_is_refused(works: Works, tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(RegisterError, match="column"):
        await import_csv(works, file)


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.text(alphabet='"|,가N1\r\n ', max_size=60).map(str.encode))))
def test_no_content_stops_the_reading(junk: list[bytes]) -> None:
    content = lines([row("N1")]).encode() + b"\n".join(junk) + b"\n" * 9 + lines([row("N2")]).split("\n", 1)[1].encode()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.csv"
        file.write_bytes(content)
        reader = RegisterReader.open(file)
        rows = reader.read(1000)
        reader.close()
    assert reader.done == len(content)
    found = [one.number for one in rows if isinstance(one, Listing)]
    assert found[0] == "N1"
    assert found[-1] == "N2"
    bad = [one.line for one in rows if isinstance(one, BadRow)]
    assert bad == sorted(set(bad))


async def test_the_loop_goes_on_while_rows_are_read(works: Works, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(lines([row(f"N{number}") for number in range(3000)], quote=""), "utf-8")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await import_csv(works, file)
    ticking.cancel()
    assert ticks > 3
