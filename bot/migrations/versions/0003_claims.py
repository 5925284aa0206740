"""Claims of workers

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing") as outgoing:
        outgoing.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        outgoing.add_column(sa.Column("claimed_by", sa.String(80), nullable=True))
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("claimed_by", sa.String(80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("claimed_by")
    with op.batch_alter_table("outgoing") as outgoing:
        outgoing.drop_column("claimed_by")
        outgoing.drop_column("claimed_until")
