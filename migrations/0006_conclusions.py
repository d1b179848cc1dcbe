"""Conclusions and their earlier texts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("recorder_id", sa.Integer(), nullable=True),
        sa.Column("case_owner_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("intention", sa.String(length=8), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("intention_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "intention IN ('open', 'done', 'released', 'later')", name=op.f("ck_conclusion_known_state")
        ),
        sa.CheckConstraint(
            "kind IN ('insight', 'norm', 'intention', 'question')", name=op.f("ck_conclusion_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["case_owner_id"], ["person.id"], name=op.f("fk_conclusion_case_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_conclusion_changed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_conclusion_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["person.id"], name=op.f("fk_conclusion_deleted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_conclusion_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_conclusion_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_conclusion_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recorder_id"], ["person.id"], name=op.f("fk_conclusion_recorder_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion")),
        sa.UniqueConstraint("circle_id", "client_id", name=op.f("uq_conclusion_circle_id_client_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conclusion_public_id")),
    )
    with op.batch_alter_table("conclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conclusion_case_owner_id"), ["case_owner_id"], unique=False)
        batch_op.create_index("ix_conclusion_circle_id_kept_at", ["circle_id", "kept_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_conclusion_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conclusion_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conclusion_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "conclusion_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("conclusion_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_conclusion_version_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conclusion_id"],
            ["conclusion.id"],
            name=op.f("fk_conclusion_version_conclusion_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_conclusion_version_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion_version")),
        sa.UniqueConstraint(
            "conclusion_id", "number", name=op.f("uq_conclusion_version_conclusion_id_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_conclusion_version_public_id")),
    )
    with op.batch_alter_table("conclusion_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conclusion_version_organisation_id"), ["organisation_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("conclusion_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conclusion_version_organisation_id"))

    op.drop_table("conclusion_version")
    with op.batch_alter_table("conclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conclusion_owner_id"))
        batch_op.drop_index(batch_op.f("ix_conclusion_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_conclusion_meeting_id"))
        batch_op.drop_index("ix_conclusion_circle_id_kept_at")
        batch_op.drop_index(batch_op.f("ix_conclusion_case_owner_id"))

    op.drop_table("conclusion")
