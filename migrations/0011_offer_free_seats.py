"""Who waits for a seat is told of a free one, in turn; and who was let in while it was full waits."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = ()
depends_on = None

BEFORE = ("open", "admitted", "declined", "withdrawn", "expired")


def upgrade() -> None:
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    _outcomes((*BEFORE, "waits"))


def downgrade() -> None:
    op.execute("UPDATE ask SET outcome = 'declined' WHERE outcome = 'waits'")
    _outcomes(BEFORE)
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.drop_column("told_at")


def _outcomes(words: tuple[str, ...]) -> None:
    name, listed = op.f("ck_ask_known_outcome"), ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, f"outcome IN ({listed})")
