"""Published versions of the flows, and the history of what was in force

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.add_column("flow_versions", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "flow_releases",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipped", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["library"], ["flow_versions.version"], name=op.f("fk_flow_releases_library_flow_versions")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_flow_releases")),
    )
    op.create_table(
        "flow_history",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["flow_releases.version"], name=op.f("fk_flow_history_version_flow_releases")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_flow_history")),
    )


def downgrade() -> None:
    op.drop_table("flow_history")
    op.drop_table("flow_releases")
    with op.batch_alter_table("flow_versions") as versions:
        versions.drop_column("left_at")
