"""What needs a lawyer's word before real data: each setting and each fixed term, its value, its default, its law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coord.clients import disclosure
from coord.clients.consents import texts
from coord.clients.consents.rules import LONGEST, REMIND_BEFORE
from coord.clients.emergency.rules import LASTS, REVIEWED_WITHIN
from coord.rights.inputs import MOST_DAYS
from coord.rights.rules import PAUSE
from coord.settings import Settings, settings
from coord.work import Unit, read

_LAWS: Mapping[str, str] = {
    "guardian_under": "PIPL 28, 31; PIPA 22-2; GDPR 8",
    "names_per_hour": "PIPL 51; PIPA 29; GDPR 32",
    "exports_per_hour": "PIPL 51; PIPA 29; GDPR 32",
    "session_idle_minutes": "PIPL 51; PIPA 29; 45 CFR 164.312(a)(2)(iii)",
    "keep_outpatient_years": "医疗机构管理条例实施细则 53; PIPL 19, 47",
    "keep_inpatient_years": "医疗机构管理条例实施细则 53; 精神卫生法 47",
    "copy_private_notes": "45 CFR 164.501, 164.524(a)(1)(i); PIPL 45; PIPA 35",
    "region": "PIPL 38, 39, 40; PIPA 28-8; GDPR 44",
    "keep_audit_years": "45 CFR 164.316(b)(2), 164.528",
}
"""Settings by their field, with the law that they answer to."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask counsel: its key in the catalogs, what holds now, the default, where it comes from.

    ``setting`` is the variable that changes it; empty for what is fixed in the code.
    """

    key: str
    value: str
    default: str
    law: str
    setting: str = ""


def _fixed() -> Sequence[Question]:
    terms = (
        ("consent_longest", f"{LONGEST.days} d", "PIPL 14; 42 CFR 2.31(a)(7)"),
        ("consent_reminder", f"{REMIND_BEFORE.days} d", "PIPL 14, 15"),
        ("consent_texts", texts.VERSION, "PIPL 14, 17, 29; PIPA 22, 23; 42 CFR 2.31"),
        ("emergency_lasts", f"{LASTS.total_seconds() / 3600:.0f} h", "PIPL 13; PIPA 15; GDPR 9(2)(c)"),
        ("emergency_reviewed", f"{REVIEWED_WITHIN.total_seconds() / 3600:.0f} h", "PIPL 54; 45 CFR 164.312(b)"),
        ("hold_days", f"{MOST_DAYS} d", "精神卫生法 47; PIPL 45; GDPR 12(3)"),
        ("hold_pause", f"{PAUSE.days} d", "PIPL 45; GDPR 12(3)"),
    )
    return [Question(key, value, value, law) for key, value, law in terms]


@read("organization.manage")
async def counsel_questions(unit: Unit) -> Sequence[Question]:
    """Everything to be confirmed with counsel, settings first."""
    del unit
    known = {name: field for name, field in Settings.model_fields.items() if name in _LAWS}
    changeable = [
        Question(name, str(getattr(settings(), name)), str(field.default), _LAWS[name], f"COORD_{name.upper()}")
        for name, field in known.items()
    ]
    notice = Question(
        "disclosure_notice", disclosure.version(), disclosure.default_version(), "42 CFR 2.32; PIPL 23; PIPA 17",
        "COORD_DISCLOSURE_NOTICE_ZH, _EN, _KO",
    )  # fmt: skip
    return [*changeable, notice, *_fixed()]
