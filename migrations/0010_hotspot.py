"""What people ask the hotspot, and the story it tells."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hotspot_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("circle_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        _belongs("hotspot_question", "organisation_id", "organisation", "CASCADE"),
        _belongs("hotspot_question", "asker_id", "person", "SET NULL"),
        _belongs("hotspot_question", "circle_id", "circle", "SET NULL"),
        _belongs("hotspot_question", "answered_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotspot_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hotspot_question_public_id")),
    )
    for column in ("organisation_id", "asker_id"):
        op.create_index(op.f(f"ix_hotspot_question_{column}"), "hotspot_question", [column])
    op.create_table(
        "hotspot_narrative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _belongs("hotspot_narrative", "organisation_id", "organisation", "CASCADE"),
        _belongs("hotspot_narrative", "author_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotspot_narrative")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_hotspot_narrative_organisation_id_number")
        ),
    )


def downgrade() -> None:
    op.drop_table("hotspot_narrative")
    op.drop_table("hotspot_question")


def _belongs(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)
