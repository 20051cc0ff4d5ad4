"""Referrals: the loop with its events, clocks, packets, feedback and reviews."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_STATES = (
    "DRAFT",
    "SENT",
    "RECEIVED",
    "ACCEPTED",
    "DECLINED",
    "RETURNED",
    "FORWARDED",
    "FIRST_CONTACT_DONE",
    "UNREACHABLE",
    "ASSESSED",
    "IN_SERVICE",
    "FEEDBACK_SENT",
    "CLOSED",
    "WITHDRAWN",
    "EXPIRED",
    "FAILED",
)


_ROLES = (
    "ADMINISTRATOR", "AGENCY_MANAGER", "COMMUNITY_RECEIVER", "HOSPITAL_COORDINATOR", "PROGRAM_OFFICER", "SOCIAL_WORKER",
    "SPONSOR_VIEWER", "SUPERVISOR",
)  # fmt: skip
_ROLES_OF_LATER = ("API_CLIENT", "EVALUATOR")


def _allow_roles(*roles: str) -> None:
    """Which roles a membership may hold; the first tables knew fewer than there are."""
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("membership") as batch:
        batch.drop_constraint(op.f("ck_membership_role"), type_="check")
        batch.create_check_constraint(op.f("ck_membership_role"), f"role IN ({listed})")


def upgrade() -> None:
    _allow_roles(*_ROLES, *_ROLES_OF_LATER)
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("SOCIAL", "CLINICAL", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "DOWN", "UP", "LATERAL", "SELF", name="direction", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "urgency",
            sa.Enum(
                "EMERGENCY", "URGENT", "ROUTINE", name="urgency", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "need",
            sa.Enum(
                "COMMUNITY_REHABILITATION",
                "PSYCHIATRIC_CARE",
                "COUNSELING",
                "CASE_MANAGEMENT",
                "PEER_SUPPORT",
                "FAMILY_SUPPORT",
                "FINANCIAL_AID",
                "EMPLOYMENT",
                "EDUCATION",
                "LEGAL_AID",
                "HOUSING",
                name="need",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("age_band", sa.String(length=8), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("contact_prohibited", sa.Boolean(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "relation",
            sa.Enum(
                "FORWARDED",
                "NEXT_PROVIDER",
                "REREFERRAL",
                "COUNTER_REFERRAL",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_at", _moment(), nullable=True),
        sa.Column("received_at", _moment(), nullable=True),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("accepted_at", _moment(), nullable=True),
        sa.Column("first_contact_id", sa.Uuid(), nullable=True),
        sa.Column("first_contact_at", _moment(), nullable=True),
        sa.Column("feedback_at", _moment(), nullable=True),
        sa.Column("closed_at", _moment(), nullable=True),
        sa.Column("updated_at", _moment(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "ENGAGED",
                "DECLINED_BY_CLIENT",
                "NOT_ELIGIBLE",
                "LOST",
                "COMPLETED",
                "READMITTED",
                "DECEASED",
                "OTHER",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_referral_client_id_client"),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name="fk_referral_consent_id_consent"),
        sa.ForeignKeyConstraint(["created_by_id"], ["app_user.id"], name="fk_referral_created_by_id_app_user"),
        sa.ForeignKeyConstraint(
            ["first_contact_id"], ["service_contact.id"], name="fk_referral_first_contact_id_service_contact"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["referral.id"], name="fk_referral_parent_id_referral"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_referral_program_id_program"),
        sa.ForeignKeyConstraint(["source_id"], ["organization.id"], name="fk_referral_source_id_organization"),
        sa.ForeignKeyConstraint(["target_id"], ["organization.id"], name="fk_referral_target_id_organization"),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name="fk_referral_worker_id_worker"),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
        sa.UniqueConstraint("source_id", "code", name="uq_referral_source_id_code"),
    )
    op.create_index("ix_referral_client_id", "referral", ["client_id"], unique=False)
    op.create_index("ix_referral_parent_id", "referral", ["parent_id"], unique=False)
    op.create_index("ix_referral_program", "referral", ["program_id", "id"], unique=False)
    op.create_index("ix_referral_sent", "referral", ["program_id", "sent_on"], unique=False)
    op.create_index("ix_referral_source", "referral", ["source_id", "id"], unique=False)
    op.create_index("ix_referral_target", "referral", ["target_id", "id"], unique=False)
    op.create_index("ix_referral_updated", "referral", ["program_id", "updated_at", "id"], unique=False)
    op.create_index(
        "uq_referral_open",
        "referral",
        ["client_id", "need", "target_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('ACCEPTED', 'ASSESSED', 'DRAFT', 'FEEDBACK_SENT', 'FIRST_CONTACT_DONE', 'IN_SERVICE', 'RECEIVED', 'RETURNED', 'SENT', 'UNREACHABLE')"
        ),
        postgresql_where=sa.text(
            "state IN ('ACCEPTED', 'ASSESSED', 'DRAFT', 'FEEDBACK_SENT', 'FIRST_CONTACT_DONE', 'IN_SERVICE', 'RECEIVED', 'RETURNED', 'SENT', 'UNREACHABLE')"
        ),
    )
    op.create_table(
        "referral_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "PHONE",
                "VISIT",
                "MESSAGE",
                "RELATIVE",
                "LETTER",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_attempt_referral_id_referral"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_referral_attempt_user_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_attempt"),
    )
    op.create_index("ix_referral_attempt_referral_id", "referral_attempt", ["referral_id"], unique=False)
    op.create_table(
        "referral_clock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "clock",
            sa.Enum(
                "T1",
                "T2",
                "T3",
                "T4",
                "T6",
                "T8",
                "T9",
                name="clock",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("stopped_at", _moment(), nullable=True),
        sa.Column("next_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_clock_referral_id_referral"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_clock"),
        sa.UniqueConstraint("referral_id", "clock", "round", name="uq_referral_clock_referral_id_clock_round"),
    )
    op.create_index(
        "ix_referral_clock_next",
        "referral_clock",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("stopped_at IS NULL"),
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "referral_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "SEND",
                "RECEIVE",
                "ACCEPT",
                "UNDO_ACCEPT",
                "DECLINE",
                "RETURN",
                "FORWARD",
                "RECORD_CONTACT",
                "REPORT_UNREACHABLE",
                "ASSESS",
                "START_SERVICE",
                "SEND_FEEDBACK",
                "ACKNOWLEDGE",
                "WITHDRAW",
                "EXPIRE",
                "FAIL",
                name="event",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_state",
            sa.Enum(*_STATES, name="from_state", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(*_STATES, name="to_state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("SOURCE", "TARGET", "SYSTEM", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "reason_code",
            sa.Enum(
                "NO_CAPACITY",
                "OUTSIDE_AREA",
                "NOT_ELIGIBLE",
                "SERVICE_NOT_OFFERED",
                "NEEDS_HIGHER_CARE",
                "MISSING_CONSENT",
                "MISSING_INFORMATION",
                "UNCLEAR_NEED",
                "CLIENT_DECLINED",
                "CLIENT_MOVED",
                "CONSENT_WITHDRAWN",
                "SENT_BY_MISTAKE",
                "DECEASED",
                "PROVIDER_CLOSED",
                "OTHER",
                name="reason_code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_referral_event_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_event_referral_id_referral"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_referral_event_user_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_event"),
    )
    op.create_index("ix_referral_event_referral_id", "referral_event", ["referral_id"], unique=False)
    op.create_table(
        "referral_feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "ENGAGED",
                "DECLINED_BY_CLIENT",
                "NOT_ELIGIBLE",
                "LOST",
                "COMPLETED",
                "READMITTED",
                "DECEASED",
                "OTHER",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_feedback_referral_id_referral"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_referral_feedback_user_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_feedback"),
    )
    op.create_index("ix_referral_feedback_referral_id", "referral_feedback", ["referral_id"], unique=False)
    op.create_table(
        "referral_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_referral_key_client_id_client"),
        sa.ForeignKeyConstraint(["id"], ["referral.id"], name="fk_referral_key_id_referral"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_key"),
    )
    op.create_index("ix_referral_key_client_id", "referral_key", ["client_id"], unique=False)
    op.create_table(
        "referral_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _moment(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> asked_by_id", name="ck_referral_override_two_people"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["app_user.id"], name="fk_referral_override_approved_by_id_app_user"
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["app_user.id"], name="fk_referral_override_asked_by_id_app_user"),
        sa.ForeignKeyConstraint(["id"], ["referral.id"], name="fk_referral_override_id_referral"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_override"),
    )
    op.create_table(
        "referral_packet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["referral.id"], name="fk_referral_packet_id_referral"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_packet"),
    )
    op.create_table(
        "referral_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", _moment(), nullable=False),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["referral.id"], name="fk_referral_review_child_id_referral"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["app_user.id"], name="fk_referral_review_decided_by_id_app_user"),
        sa.ForeignKeyConstraint(["id"], ["referral.id"], name="fk_referral_review_id_referral"),
        sa.ForeignKeyConstraint(["source_id"], ["organization.id"], name="fk_referral_review_source_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_review"),
    )
    op.create_index("ix_referral_review_source_id", "referral_review", ["source_id"], unique=False)
    op.create_table(
        "referral_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "HALF",
                "LATE",
                "BREACH",
                "COORDINATOR",
                "FOUNDATION",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["referral_clock.id"], name="fk_referral_reminder_clock_id_referral_clock"
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_reminder_referral_id_referral"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_reminder"),
        sa.UniqueConstraint("clock_id", "level", name="uq_referral_reminder_clock_id_level"),
    )
    op.create_index("ix_referral_reminder_referral_id", "referral_reminder", ["referral_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM membership WHERE role IN ('API_CLIENT', 'EVALUATOR')")
    _allow_roles(*_ROLES)
    for table in (
        "referral_reminder",
        "referral_review",
        "referral_packet",
        "referral_override",
        "referral_key",
        "referral_feedback",
        "referral_event",
        "referral_clock",
        "referral_attempt",
        "referral",
    ):
        op.drop_table(table)
