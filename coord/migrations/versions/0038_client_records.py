"""The record of a client: facts of the form, sealed with the client's key; which of them were corrected."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_FIELDS = ("NAME", "PHONE", "BIRTH_YEAR", "GENDER", "DISTRICT")
_MORE = (
    "ALIAS", "BIRTH_DATE", "ID_TYPE", "ID_NUMBER_END", "MRN", "INSURANCE_TYPE", "HOUSEHOLD_TYPE", "DIAGNOSIS",
    "FIRST_DIAGNOSED_ON", "GUARDIAN", "EMERGENCY_CONTACT", "SOURCE", "SOURCE_ORG",
)  # fmt: skip
_SEALED = ("alias", "birth_date", "id_number_end", "id_number_hash", "mrn", "diagnosis", "guardian", "emergency_contact")


def _codes(column: str, name: str, *codes: str) -> sa.Column:
    kind = sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=True)


def _allow_fields(*names: str) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("client_correction") as batch:
        batch.drop_constraint(op.f("ck_client_correction_corrected_field"), type_="check")
        batch.create_check_constraint(op.f("ck_client_correction_corrected_field"), f"field IN ({listed})")


def upgrade() -> None:
    op.create_table(
        "client_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in _SEALED),
        _codes("id_type", "id_type", "ID_CARD", "PASSPORT", "RESIDENCE_PERMIT", "OTHER"),
        _codes(
            "insurance_type", "insurance_type",
            "EMPLOYEE", "RESIDENT", "MEDICAL_AID", "COMMERCIAL", "SELF_PAID", "OTHER",
        ),
        _codes(
            "household_type", "household_type",
            "ORDINARY", "NEAR_MINIMUM_INCOME", "EXPENDITURE_POVERTY", "EXTREME_HARDSHIP", "MINIMUM_INCOME", "OTHER",
        ),
        sa.Column("first_diagnosed_on", sa.Date(), nullable=True),
        _codes(
            "source", "case_source",
            "PUBLICITY", "FOUND_BY_WORKER", "SELF_REFERRED", "RECOMMENDED", "COMMUNITY", "GOVERNMENT", "ORGANIZATION",
            "OTHER",
        ),
        sa.Column("source_org", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["client.id"], name="fk_client_record_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_client_record"),
    )  # fmt: skip
    _allow_fields(*_FIELDS, *_MORE)


def downgrade() -> None:
    listed = ", ".join(f"'{name}'" for name in _FIELDS)
    op.execute(f"DELETE FROM client_correction WHERE field NOT IN ({listed})")  # noqa: S608  constants of this file
    _allow_fields(*_FIELDS)
    op.drop_table("client_record")
