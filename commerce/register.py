"""Korea's public shop register (소상공인시장진흥공단 상가업소정보), as published, put among the shops.

Read line by line, so that a file of any size takes little memory. A row that cannot be used is reported with its
line and reason, and the rest goes in. Importing a file again changes what has changed and adds nothing twice: a shop
is known by its 상가업소번호.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from commerce.register_rows import BadRow, Listing, RegisterError, RegisterReader
from commerce.shops import Shop
from commerce.work import Work

__all__ = ["BadRow", "Imported", "RegisterError", "import_csv"]

BATCH = 1000
KEPT_BAD = 1000
"""Bad rows told one by one; beyond them they are only counted."""

WorkFactory = Callable[[], AbstractAsyncContextManager[Work]]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Imported:
    """What an import did. ``bad`` holds the first bad rows, ``bad_count`` says how many there were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad_count: int = 0
    bad: list[BadRow] = field(default_factory=list)


async def import_csv(work_factory: WorkFactory, path: Path, progress: Progress | None = None) -> Imported:
    """Import the register's file at ``path``, a transaction of ``work_factory`` for each batch of rows.

    ``progress`` is told bytes read and bytes in all. UTF-8 (with or without BOM) and CP949, commas and pipes are told
    apart by the header. Raises ``RegisterError`` when that is not the register's, ``OSError`` when there is no file.
    """
    imported = Imported()
    reader = await asyncio.to_thread(RegisterReader.open, path)
    try:
        while True:
            rows = await asyncio.to_thread(reader.read, BATCH)
            _count_bad(imported, [row for row in rows if isinstance(row, BadRow)])
            listings = {row.number: row for row in rows if isinstance(row, Listing)}
            if listings:
                async with work_factory() as work:
                    await _save(work, imported, list(listings.values()))
            if progress is not None:
                progress(reader.done, reader.total)
            if not rows:
                return imported
    finally:
        reader.close()


def _count_bad(imported: Imported, bad: Sequence[BadRow]) -> None:
    imported.bad_count += len(bad)
    imported.bad += bad[: KEPT_BAD - len(imported.bad)]


async def _save(work: Work, imported: Imported, listings: Sequence[Listing]) -> None:
    ids = [listing.id for listing in listings]
    columns = (Shop.id, Shop.name, Shop.trade, Shop.lat, Shop.lon, Shop.address, Shop.registered)
    found = await work.session.execute(select(*columns).where(Shop.id.in_(ids)))
    before = {shop_id: rest for shop_id, *rest in found}
    added = [listing for listing in listings if listing.id not in before]
    changed = [one for one in listings if one.id in before and _differs(before[one.id], one)]
    if added or changed:
        await _upsert(work, [listing.columns(work.now) for listing in (*added, *changed)])
    imported.added += len(added)
    imported.changed += len(changed)
    imported.unchanged += len(listings) - len(added) - len(changed)


def _differs(before: Sequence[Any], listing: Listing) -> bool:
    *stored, registered = before
    # A shop whose people have joined speaks for itself.
    same = [listing.name, listing.trade, listing.lat, listing.lon, listing.address]
    return registered == "register" and stored != same


async def _upsert(work: Work, rows: list[dict[str, Any]]) -> None:
    dialect = work.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(cast(Table, Shop.__table__))
    kept = ("id", "slug", "created_at")
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    update = statement.on_conflict_do_update(index_elements=["id"], set_=fresh, where=Shop.registered == "register")
    await work.session.execute(update, rows)
