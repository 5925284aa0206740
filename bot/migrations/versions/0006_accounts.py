"""Accounts of shops

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("shops") as shops:
        shops.add_column(sa.Column("stripe_account", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("shops") as shops:
        shops.drop_column("stripe_account")
