"""Accounts of shops, and long addresses of pages to pay on

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


SHORT, LONG = sa.String(length=500), sa.String(length=2048)


def upgrade() -> None:
    with op.batch_alter_table("payments") as payments:
        payments.alter_column("url", existing_type=SHORT, type_=LONG, existing_nullable=True)
    with op.batch_alter_table("shops") as shops:
        shops.add_column(sa.Column("stripe_account", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("shops") as shops:
        shops.drop_column("stripe_account")
    op.execute("UPDATE payments SET url = NULL WHERE length(url) > 500")
    with op.batch_alter_table("payments") as payments:
        payments.alter_column("url", existing_type=LONG, type_=SHORT, existing_nullable=True)
