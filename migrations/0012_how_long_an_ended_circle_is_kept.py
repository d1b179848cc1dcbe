"""How long an ended circle is kept, by its own choice."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    # In one statement that both databases know: a batch would make the table anew and lose its other checks.
    op.execute(
        "ALTER TABLE circle ADD COLUMN kept_months SMALLINT DEFAULT 24 NOT NULL "
        "CONSTRAINT ck_circle_known_term CHECK (kept_months IN (6, 12, 24, 60))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE circle DROP COLUMN kept_months")
