"""What a message and a job were caused by; stuck jobs by index

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("outgoing", "jobs")
STUCK = sa.text("stuck IS NOT NULL")


def upgrade() -> None:
    for name in TABLES:
        op.add_column(name, sa.Column("cause", sa.String(55), nullable=True))
    op.create_index("ix_jobs_stuck", "jobs", ["id"], sqlite_where=STUCK, postgresql_where=STUCK)


def downgrade() -> None:
    op.drop_index("ix_jobs_stuck", "jobs")
    for name in reversed(TABLES):
        with op.batch_alter_table(name) as table:
            table.drop_column("cause")
