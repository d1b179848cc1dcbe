"""Circles, seats, invitations to a seat, and what a circle agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("profession_id", sa.Integer(), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("findable", sa.Boolean(), nullable=False),
        sa.Column("shows_theme", sa.Boolean(), nullable=False),
        sa.Column("planned_ahead", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("leavers_read", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shutters_open_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('craft', 'hotspot', 'leadership', 'team')", name=op.f("ck_circle_known_kind")
        ),
        sa.CheckConstraint(
            "stage IN ('forming', 'active', 'resting', 'ended')", name=op.f("ck_circle_known_stage")
        ),
        sa.CheckConstraint("planned_ahead BETWEEN 1 AND 6", name=op.f("ck_circle_plans_one_to_six_ahead")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_circle_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profession_id"], ["profession.id"], name=op.f("fk_circle_profession_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle")),
        sa.UniqueConstraint("public_id", name=op.f("uq_circle_public_id")),
    )
    with op.batch_alter_table("circle", schema=None) as batch_op:
        batch_op.create_index(
            "ix_circle_organisation_id_findable", ["organisation_id", "findable"], unique=False
        )
        batch_op.create_index(
            "uq_circle_one_open_hotspot",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'hotspot' AND stage != 'ended'"),
            postgresql_where=sa.text("kind = 'hotspot' AND stage != 'ended'"),
        )

    op.create_table(
        "ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'admitted', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_ask_known_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_ask_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_ask_closed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ask_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ask_public_id")),
    )
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_ask_while_open",
            ["circle_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "charter_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_charter_version_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_charter_version_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_charter_version_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_version")),
        sa.UniqueConstraint("circle_id", "number", name=op.f("uq_charter_version_circle_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_charter_version_public_id")),
    )
    with op.batch_alter_table("charter_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_charter_version_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "circle_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("states_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_circle_change_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_circle_change_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_circle_change_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_circle_change_undone_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_circle_change_public_id")),
    )
    with op.batch_alter_table("circle_change", schema=None) as batch_op:
        batch_op.create_index("ix_circle_change_circle_id_made_at", ["circle_id", "made_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_circle_change_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "circle_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("inviter_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_normalised", sa.String(length=254), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'accepted', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_circle_invitation_known_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_circle_invitation_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["person.id"], name=op.f("fk_circle_invitation_inviter_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_circle_invitation_public_id")),
    )
    with op.batch_alter_table("circle_invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_circle_invitation_email_normalised"), ["email_normalised"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_circle_invitation_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(
            "ix_circle_invitation_inviter_id_sent_at", ["inviter_id", "sent_at"], unique=False
        )
        batch_op.create_index(
            "uq_circle_invitation_while_open",
            ["circle_id", "email_normalised"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("sat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_convener", sa.Boolean(), nullable=False),
        sa.Column("convenes", sa.Boolean(), nullable=False),
        sa.Column("hosts", sa.Boolean(), nullable=False),
        sa.Column("scribes", sa.Boolean(), nullable=False),
        sa.Column("base_host", sa.Double(), nullable=False),
        sa.Column("base_scribe", sa.Double(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 8", name=op.f("ck_seat_one_to_eight")),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_seat_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_seat_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("public_id", name=op.f("uq_seat_public_id")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_circle_id"), ["circle_id"], unique=False)
        batch_op.create_index("ix_seat_person_id_left_at", ["person_id", "left_at"], unique=False)
        batch_op.create_index(
            "uq_seat_number_while_open",
            ["circle_id", "number"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.create_index(
            "uq_seat_one_convener",
            ["circle_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL AND is_convener"),
            postgresql_where=sa.text("left_at IS NULL AND is_convener"),
        )
        batch_op.create_index(
            "uq_seat_person_while_open",
            ["circle_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "waiting_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_waiting_place_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_waiting_place_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
        sa.UniqueConstraint("circle_id", "person_id", name=op.f("uq_waiting_place_circle_id_person_id")),
    )
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_place_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_place_person_id"))

    op.drop_table("waiting_place")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seat_person_while_open",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_seat_one_convener",
            sqlite_where=sa.text("left_at IS NULL AND is_convener"),
            postgresql_where=sa.text("left_at IS NULL AND is_convener"),
        )
        batch_op.drop_index(
            "uq_seat_number_while_open",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index("ix_seat_person_id_left_at")
        batch_op.drop_index(batch_op.f("ix_seat_circle_id"))

    op.drop_table("seat")
    with op.batch_alter_table("circle_invitation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_circle_invitation_while_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_circle_invitation_inviter_id_sent_at")
        batch_op.drop_index(batch_op.f("ix_circle_invitation_expires_at"))
        batch_op.drop_index(batch_op.f("ix_circle_invitation_email_normalised"))

    op.drop_table("circle_invitation")
    with op.batch_alter_table("circle_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_circle_change_organisation_id"))
        batch_op.drop_index("ix_circle_change_circle_id_made_at")

    op.drop_table("circle_change")
    with op.batch_alter_table("charter_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_version_organisation_id"))

    op.drop_table("charter_version")
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ask_while_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_ask_person_id"))
        batch_op.drop_index(batch_op.f("ix_ask_expires_at"))

    op.drop_table("ask")
    with op.batch_alter_table("circle", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_circle_one_open_hotspot",
            sqlite_where=sa.text("kind = 'hotspot' AND stage != 'ended'"),
            postgresql_where=sa.text("kind = 'hotspot' AND stage != 'ended'"),
        )
        batch_op.drop_index("ix_circle_organisation_id_findable")

    op.drop_table("circle")
