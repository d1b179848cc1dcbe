"""Snapshots of closed quarters, and the figures released of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    for table, instant in (("participation_snapshot", "taken_at"), ("participation_release", "made_at")):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("organisation_id", sa.Integer(), nullable=False),
            sa.Column("quarter", sa.String(length=7), nullable=False),
            sa.Column(instant, sa.DateTime(timezone=True), nullable=False),
            sa.Column("content", sa.Text(), nullable=False),
            sa.ForeignKeyConstraint(
                ["organisation_id"],
                ["organisation.id"],
                name=op.f(f"fk_{table}_organisation_id"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(
                "organisation_id", "quarter", name=op.f(f"uq_{table}_organisation_id_quarter")
            ),
        )


def downgrade() -> None:
    op.drop_table("participation_release")
    op.drop_table("participation_snapshot")
