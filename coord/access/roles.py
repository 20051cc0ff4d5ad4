"""One table: role -> permissions. A role is held at an organization."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at an organization."""

    ADMINISTRATOR = "ADMINISTRATOR"
    AGENCY_MANAGER = "AGENCY_MANAGER"
    API_CLIENT = "API_CLIENT"
    COMMUNITY_RECEIVER = "COMMUNITY_RECEIVER"
    EVALUATOR = "EVALUATOR"
    HOSPITAL_COORDINATOR = "HOSPITAL_COORDINATOR"
    PRIVACY_OFFICER = "PRIVACY_OFFICER"
    PROGRAM_OFFICER = "PROGRAM_OFFICER"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    SPONSOR_VIEWER = "SPONSOR_VIEWER"
    SUPERVISOR = "SUPERVISOR"


EVERYONE = frozenset({"account.manage_own"})
MEMBER = EVERYONE | {"checkpoint.list", "organization.list", "program.list", "release.read", "token.create"}
_CARE = MEMBER | {
    "alert.close",
    "alert.list",
    "alert.raise",
    "alert.take",
    "case.export",
    "case.list",
    "case.read",
    "client.access_log",
    "client.ask_erasure",
    "client.correct",
    "client.export",
    "client.hold_export",
    "client.list",
    "client.match",
    "client.merge",
    "client.read_identity",
    "client.record_discharge",
    "client.register",
    "client.restrict",
    "consent.list",
    "consent.record",
    "consent.withdraw",
    "contact.export",
    "contact.list",
    "contact.read_note",
    "group.list",
    "measure.read",
    "month.list",
    "placement.list",
    "score.list",
    "score.record",
    "service_name.list",
    "work.list",
    "worker.list",
}
_REFERRING = {"receiver.list", "referral.exchange", "referral.list", "referral.respond", "referral.send"}
# What an organization says of itself, and the foundation of any.
_DESCRIBING = frozenset({"receiver.edit", "receiver.list"})
_OVERSIGHT = MEMBER | {
    "case.list",
    "contact.export",
    "contact.list",
    "group.list",
    "hospital.follow",
    "measure.read",
    "month.list",
    "placement.list",
    "service_name.list",
    "worker.list",
}
# Who is given money sees its agreements and hands in what a payment waits for.
_FUNDED = frozenset({"agreement.list", "agreement.report"})
# Whom the chain of a safety alert reaches outside the care team: they see where and when, and take it on.
_ANSWERING = frozenset({"alert.list", "alert.take", "alert.watch"})


def roles_with(permission: str) -> list[Role]:
    """The roles that have a verb."""
    return [role for role, held in PERMISSIONS_OF.items() if permission in held]


PERMISSIONS_OF: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: MEMBER
    | _DESCRIBING
    | {
        "access.review",
        "account.manage_others",
        "alert.watch",
        "assessment.manage",
        "breach.manage",
        "emergency.review",
        "mailbox.read",
        "membership.end",
        "organization.manage",
        "person.invite",
        "person.list",
        "placement.list",
        "placement.manage",
        "program.manage",
        "program.set",
        "service_name.edit",
        "service_name.list",
        "user.create",
        "webhook.manage",
        "worker.list",
        "worker.manage",
    },
    Role.AGENCY_MANAGER: _OVERSIGHT | _DESCRIBING | _FUNDED,
    Role.API_CLIENT: MEMBER | {"measure.read", "placement.list", "worker.list"},
    # A community organization cares for its own people and for those whom others share with it.
    Role.COMMUNITY_RECEIVER: MEMBER
    | _DESCRIBING
    | _REFERRING
    | {
        "client.list",
        "client.read_identity",
        "client.register",
        # Who sends their own people on asks them first.
        "consent.list",
        "consent.record",
        "consent.withdraw",
        "contact.list",
        "contact.log",
        "contact.read_note",
        "contact.withdraw",
        "placement.list",
        "referral.review",
        "service_name.list",
        "worker.list",
    },
    # De-identified: contacts without notes and names, of the programs whose foundation asked for the evaluation.
    Role.EVALUATOR: MEMBER
    | {"case.list", "contact.list", "group.list", "measure.read", "placement.list", "result.list"},
    Role.HOSPITAL_COORDINATOR: _OVERSIGHT
    | _ANSWERING
    | _DESCRIBING
    | _FUNDED
    | _REFERRING
    | {
        "contact.import",
        "corrective_action.answer",
        "corrective_action.list",
        "emergency.open",
        "emergency.review",
        "month.review",
        "month.submit",
        "referral.override_consent",
        "referral.review",
    },
    # The legal role: restricted clients of its hospital and nobody else.
    Role.PRIVACY_OFFICER: MEMBER
    | {"client.access_log", "client.export", "client.lift_restriction", "client.list", "client.read_identity"},
    Role.PROGRAM_OFFICER: _OVERSIGHT
    | _ANSWERING
    | _DESCRIBING
    | _FUNDED
    | {
        "agreement.approve",
        "agreement.manage",
        "caseload.read",
        "client.list",
        "contact.import",
        "contact.return",
        "contact.review",
        "corrective_action.answer",
        "corrective_action.list",
        "corrective_action.manage",
        "evidence.check",
        "month.lock",
        "month.remind",
        "program.set",
        "referral.list",
        "release.build",
        "release.list",
        "release.move",
        "result.list",
        "result.manage",
        "service_name.edit",
        "supervision.list",
        "work.list",
    },
    Role.SOCIAL_WORKER: _CARE
    | _REFERRING
    | {
        "private_note.write",
        "case.work",
        "client.import",
        "contact.adjust",
        "contact.amend",
        "contact.import",
        "contact.log",
        "contact.withdraw",
        "corrective_action.answer",
        "corrective_action.list",
        "group.close",
        "group.create",
        "month.submit",
        "story.list",
        "story.write",
        "supervision.list",
    },
    Role.SPONSOR_VIEWER: MEMBER | {"agreement.list", "grant.read"},
    Role.SUPERVISOR: _CARE
    | _REFERRING
    | {
        "alert.watch",
        "case.review",
        "caseload.read",
        "contact.return",
        "contact.review",
        "client.erase",
        "emergency.open",
        "emergency.review",
        "month.review",
        "referral.override_consent",
        "referral.review",
        "story.list",
        "story.review",
        "story.write",
        "supervision.list",
        "supervision.record",
    },
}
