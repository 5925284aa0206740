"""PostgreSQL counts in 64 bits

SQLite's INTEGER has them already.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _turn(sa.INTEGER, "bigint")


def downgrade() -> None:
    _turn(sa.BIGINT, "integer")


def _turn(before: type[sa.Integer], after: str) -> None:
    """Every column of type ``before``, with the sequence that it counts by; a table is written once."""
    if op.get_bind().dialect.name != "postgresql":
        return
    found = sa.inspect(op.get_bind())
    for table in found.get_table_names():
        columns = [column for column in found.get_columns(table) if isinstance(column["type"], before)]
        if columns:
            changes = ", ".join(f'ALTER "{column["name"]}" TYPE {after}' for column in columns)
            op.execute(f'ALTER TABLE "{table}" {changes}')
        for column in columns:
            if (column["default"] or "").startswith("nextval"):
                op.execute(f'ALTER SEQUENCE "{table}_{column["name"]}_seq" AS {after}')
