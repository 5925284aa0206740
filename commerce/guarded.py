"""Guarded writes: a scarce thing moves by an UPDATE whose WHERE says what must still be so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update

from commerce.work import Work


async def changed(work: Work, statement: Update | Delete, values: Mapping[str, Any] | None = None) -> int:
    """Run ``statement`` and say how many rows it changed; 0 means that its guard no longer held. ``values`` are those
    of its bound names."""
    result = await work.session.execute(statement, values, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount
