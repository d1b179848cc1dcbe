"""Uploaded invitation lists, and invitations that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_list_upload_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_list_upload_public_id")),
    )
    with op.batch_alter_table("list_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_upload_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_upload_uploaded_at"), ["uploaded_at"], unique=False)

    with op.batch_alter_table("invitee", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("upload_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_invitee_upload_id"), "list_upload", ["upload_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index(batch_op.f("ix_invitee_upload_id"), ["upload_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("invitee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitee_upload_id"))
        batch_op.drop_constraint(batch_op.f("fk_invitee_upload_id"), type_="foreignkey")
        batch_op.drop_column("upload_id")
        batch_op.drop_column("withdrawn_at")

    op.drop_table("list_upload")
