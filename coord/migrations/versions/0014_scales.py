"""Scales and their scores, safety alerts and how far each has come."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime()

    op.create_table(
        "dispatcher_beat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("beat_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dispatcher_beat"),
        sa.UniqueConstraint("name", name="uq_dispatcher_beat_name"),
    )
    op.create_table(
        "scale_score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column(
            "scale",
            sa.Enum(
                "PHQ9",
                "GAD7",
                "WHO5",
                "CSSRS",
                "SSQ14",
                name="scale",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("COMPLETE", "INCOMPLETE", name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "band",
            sa.Enum(
                "MINIMAL",
                "MILD",
                "MODERATE",
                "MODERATELY_SEVERE",
                "SEVERE",
                "SCREEN_NEGATIVE",
                "SCREEN_POSITIVE",
                "TRIAGE_NONE",
                "TRIAGE_LOW",
                "TRIAGE_MODERATE",
                "TRIAGE_HIGH",
                name="band",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "raised_to",
            sa.Enum(
                "MINIMAL",
                "MILD",
                "MODERATE",
                "MODERATELY_SEVERE",
                "SEVERE",
                "SCREEN_NEGATIVE",
                "SCREEN_POSITIVE",
                "TRIAGE_NONE",
                "TRIAGE_LOW",
                "TRIAGE_MODERATE",
                "TRIAGE_HIGH",
                name="raised_to",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("prorated", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_scale_score_case_id_case_file"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_scale_score_client_id_client"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["service_contact.id"], name="fk_scale_score_contact_id_service_contact"
        ),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_scale_score_hospital_id_organization"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_scale_score_program_id_program"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["app_user.id"], name="fk_scale_score_recorded_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_scale_score"),
    )
    op.create_index("ix_scale_score_case_id", "scale_score", ["case_id"])
    op.create_index("ix_scale_score_client_id", "scale_score", ["client_id", "taken_on", "id"])
    op.create_index("ix_scale_score_contact_id", "scale_score", ["contact_id"])
    op.create_index("ix_scale_score_hospital_id", "scale_score", ["hospital_id", "taken_on"])
    op.create_index("ix_scale_score_program_id", "scale_score", ["program_id", "taken_on"])
    op.create_table(
        "safety_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("score_id", sa.Uuid(), nullable=True),
        sa.Column(
            "cause",
            sa.Enum(
                "PHQ9_ITEM_9",
                "CSSRS_TRIAGE",
                "WORKER_FLAG",
                "FOLLOW_UP_OVERDUE",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "urgency",
            sa.Enum("SAME_DAY", "IMMINENT", name="urgency", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by_name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_at", moment, nullable=True),
        sa.Column("exhausted_at", moment, nullable=True),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_by_name", sa.String(length=100), nullable=True),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_by_name", sa.String(length=100), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "SAFETY_PLAN_MADE",
                "CSSRS_DONE",
                "TRANSFERRED",
                "FALSE_ALARM",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_safety_alert_client_id_client"),
        sa.ForeignKeyConstraint(["closed_by_id"], ["app_user.id"], name="fk_safety_alert_closed_by_id_app_user"),
        sa.ForeignKeyConstraint(
            ["foundation_id"], ["organization.id"], name="fk_safety_alert_foundation_id_organization"
        ),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_safety_alert_hospital_id_organization"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["app_user.id"], name="fk_safety_alert_opened_by_id_app_user"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_safety_alert_program_id_program"),
        sa.ForeignKeyConstraint(["score_id"], ["scale_score.id"], name="fk_safety_alert_score_id_scale_score"),
        sa.ForeignKeyConstraint(["taken_by_id"], ["app_user.id"], name="fk_safety_alert_taken_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_safety_alert"),
        sa.UniqueConstraint("score_id", name="uq_safety_alert_score_id"),
    )
    op.create_index("ix_safety_alert_client_id", "safety_alert", ["client_id"])
    op.create_index("ix_safety_alert_foundation_id", "safety_alert", ["foundation_id"])
    op.create_index("ix_safety_alert_hospital_id", "safety_alert", ["hospital_id", "opened_at"])
    op.create_index(
        "ix_safety_alert_next_at",
        "safety_alert",
        ["next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("ix_safety_alert_opened_by_id", "safety_alert", ["opened_by_id"])
    op.create_index("ix_safety_alert_program_id", "safety_alert", ["program_id"])
    op.create_table(
        "scale_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("raise_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_scale_answers_hospital_id_organization"),
        sa.ForeignKeyConstraint(["id"], ["scale_score.id"], name="fk_scale_answers_id_scale_score"),
        sa.PrimaryKeyConstraint("id", name="pk_scale_answers"),
    )
    op.create_index("ix_scale_answers_hospital_id", "scale_answers", ["hospital_id"])
    op.create_table(
        "alert_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["safety_alert.id"], name="fk_alert_delivery_alert_id_safety_alert"),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["organization.id"], name="fk_alert_delivery_hospital_id_organization"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_alert_delivery_user_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_delivery"),
        sa.UniqueConstraint("alert_id", "level", "user_id", name="uq_alert_delivery_alert_id_level_user_id"),
    )
    op.create_index("ix_alert_delivery_hospital_id", "alert_delivery", ["hospital_id"])
    op.create_index("ix_alert_delivery_user_id", "alert_delivery", ["user_id"])
    op.create_table(
        "alert_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("reached_at", moment, nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["safety_alert.id"], name="fk_alert_step_alert_id_safety_alert"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_alert_step_hospital_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_step"),
        sa.UniqueConstraint("alert_id", "level", name="uq_alert_step_alert_id_level"),
    )
    op.create_index("ix_alert_step_hospital_id", "alert_step", ["hospital_id"])
    op.create_table(
        "alert_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "CARING_CONTACT",
                "APPOINTMENT",
                "APPOINTMENT_CHECK",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("done_at", moment, nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("overdue_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["safety_alert.id"], name="fk_alert_task_alert_id_safety_alert"),
        sa.ForeignKeyConstraint(["done_by_id"], ["app_user.id"], name="fk_alert_task_done_by_id_app_user"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_alert_task_hospital_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_task"),
        sa.UniqueConstraint("alert_id", "kind", name="uq_alert_task_alert_id_kind"),
    )
    op.create_index("ix_alert_task_due_at", "alert_task", ["due_at"])
    op.create_index("ix_alert_task_hospital_id", "alert_task", ["hospital_id"])
    op.create_table(
        "alert_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "FLAG",
                "PLAN",
                "RAISE_REASON",
                "OUTCOME",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["safety_alert.id"], name="fk_alert_words_alert_id_safety_alert"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_alert_words_hospital_id_organization"),
        sa.ForeignKeyConstraint(["written_by_id"], ["app_user.id"], name="fk_alert_words_written_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_words"),
    )
    op.create_index("ix_alert_words_alert_id", "alert_words", ["alert_id"])
    op.create_index("ix_alert_words_hospital_id", "alert_words", ["hospital_id"])


def downgrade() -> None:
    op.drop_table("alert_words")
    op.drop_table("alert_task")
    op.drop_table("alert_step")
    op.drop_table("alert_delivery")
    op.drop_table("scale_answers")
    op.drop_table("safety_alert")
    op.drop_table("scale_score")
    op.drop_table("dispatcher_beat")
