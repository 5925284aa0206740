"""The flow versions this installation has run: a conversation stays on the one it began with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base
from commerce.work import Work
from flows.library import Library


class FlowVersion(Base):
    """A version by its content hash, with the text of all its files."""

    __tablename__ = "flow_versions"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    files: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_run: Mapped[datetime]


class Versions:
    """``current`` is what new conversations begin with; older ones are read from the table when first needed."""

    def __init__(self, current: Library) -> None:
        self.current = current
        self._known: dict[str, Library | None] = {current.version: current}

    async def keep(self, work: Work) -> None:
        """Store the current version if it is new."""
        if await work.session.get(FlowVersion, self.current.version) is None:
            work.session.add(FlowVersion(version=self.current.version, files=self.current.bundle(), first_run=work.now))
            await work.session.flush()

    async def of(self, work: Work, version: str | None) -> Library | None:
        """That version's library; None when it is not known here any more. No version: the current one."""
        if version is None:
            return self.current
        if version not in self._known:
            files = await work.session.scalar(select(FlowVersion.files).where(FlowVersion.version == version))
            self._known[version] = Library.from_bundle(files) if files else None
        return self._known[version]
