"""Turns left open on purpose; and for a mail the circle it is about, so that its trekker hears when it is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = ()
depends_on = None

LEFT_OPEN = ("host_left_open", "scribe_left_open")


def upgrade() -> None:
    with op.batch_alter_table("meeting") as batch_op:
        for name in LEFT_OPEN:
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("meeting") as batch_op:
        for name in LEFT_OPEN:
            batch_op.alter_column(name, existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("outbox_mail") as batch_op:
        batch_op.add_column(sa.Column("circle", sa.String(length=10), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outbox_mail") as batch_op:
        batch_op.drop_column("circle")
    with op.batch_alter_table("meeting") as batch_op:
        for name in reversed(LEFT_OPEN):
            batch_op.drop_column(name)
