"""Themes, their versions, and what keeps people busy."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("library_key", sa.String(length=80), nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("team_only", sa.Boolean(), nullable=False),
        sa.Column("elements", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('idea', 'in_dialogue', 'ready', 'rest')", name=op.f("ck_theme_known_stage")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_theme_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint(
            "organisation_id", "library_key", name=op.f("uq_theme_organisation_id_library_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_theme_public_id")),
    )
    with op.batch_alter_table("theme", schema=None) as batch_op:
        batch_op.create_index("ix_theme_organisation_id_stage", ["organisation_id", "stage"], unique=False)

    op.create_table(
        "preoccupation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_preoccupation_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_preoccupation_theme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preoccupation")),
        sa.UniqueConstraint("person_id", "theme_id", name=op.f("uq_preoccupation_person_id_theme_id")),
    )
    with op.batch_alter_table("preoccupation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_preoccupation_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "theme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opening_questions", sa.JSON(), nullable=False),
        sa.Column("preparation", sa.Text(), nullable=False),
        sa.Column("preparation_minutes", sa.Integer(), nullable=False),
        sa.Column("work_form", sa.String(length=120), nullable=False),
        sa.Column("work_form_minutes", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("when_stuck", sa.String(length=300), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "origin IN ('library', 'organisation')", name=op.f("ck_theme_version_known_origin")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_theme_version_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_theme_version_theme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_version")),
        sa.UniqueConstraint("public_id", name=op.f("uq_theme_version_public_id")),
        sa.UniqueConstraint(
            "theme_id", "language", "number", name=op.f("uq_theme_version_theme_id_language_number")
        ),
    )


def downgrade() -> None:
    op.drop_table("theme_version")
    with op.batch_alter_table("preoccupation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preoccupation_theme_id"))

    op.drop_table("preoccupation")
    with op.batch_alter_table("theme", schema=None) as batch_op:
        batch_op.drop_index("ix_theme_organisation_id_stage")

    op.drop_table("theme")
