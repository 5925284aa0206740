"""Alembic's entry: every table of every room, on the connection that bot.migrating hands over."""

from typing import Any, Literal

from alembic import context

from bot import tables
from commerce.database import Base, Utc

__all__ = ["tables"]


def plain_types(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Migrations name SQL types only, so that they go on working when the code has moved."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
