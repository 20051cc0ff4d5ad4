"""Where somebody can go: one list, filtered by what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass

from coord.access import Actor
from coord.settings import Mail, settings


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu: shown to those with ``permission``, not to those with ``instead``."""

    path: str
    word: str
    permission: str
    icon: str
    instead: str = ""


MAILBOX = "/development/mailbox"
# Most used first: the first four and "me" stand in the bottom bar of a phone.
PLACES: Sequence[Place] = (
    Place("/today", "nav.today", "contact.log", "today"),
    Place("/log", "nav.log", "contact.log", "log"),
    Place("/hospitals", "nav.hospitals", "hospital.follow", "hospital"),
    Place("/groups", "nav.groups", "group.create", "group"),
    Place("/clients", "nav.clients", "client.read_identity", "person", instead="client.lift_restriction"),
    Place("/referrals", "nav.referrals", "referral.list", "next"),
    Place("/cases", "nav.cases", "case.read", "case"),
    Place("/work", "nav.work", "work.list", "list"),
    Place("/alerts", "nav.alerts", "alert.list", "flag"),
    Place("/alerts/watch", "nav.watch", "alert.watch", "flag", instead="alert.list"),
    Place("/contacts", "nav.contacts", "contact.list", "list", instead="contact.log"),
    Place("/calendar", "nav.calendar", "month.remind", "today"),
    Place("/months", "nav.months", "month.list", "today"),
    Place("/directory", "nav.directory", "receiver.list", "hospital"),
    Place("/loop", "nav.loop", "hospital.follow", "next"),
    Place("/numbers", "nav.numbers", "measure.read", "chart"),
    Place("/grants", "nav.grants", "grant.read", "chart"),
    Place("/releases", "nav.releases", "release.list", "chart"),
    Place("/results", "nav.results", "result.list", "chart"),
    Place("/agreements", "nav.agreements", "agreement.list", "list"),
    Place("/disclosures", "nav.disclosures", "agreement.manage", "flag"),
    Place("/records", "nav.records", "contact.log", "list"),
    Place("/imports", "nav.imports", "contact.import", "upload"),
    Place("/review", "nav.review", "contact.review", "list"),
    Place("/stories", "nav.stories", "story.review", "list"),
    Place("/supervision", "nav.supervision", "supervision.list", "group"),
    Place("/caseload", "nav.caseload", "caseload.read", "chart"),
    Place("/quality", "nav.quality", "contact.review", "flag"),
    Place("/quality-panel", "nav.quality_panel", "contact.review", "chart"),
    Place("/evidence", "nav.evidence", "evidence.check", "list"),
    Place("/corrective-actions", "nav.corrective_actions", "corrective_action.list", "flag"),
    Place("/restrictions", "nav.restrictions", "client.lift_restriction", "lock"),
    Place("/emergency", "nav.emergency", "emergency.review", "lock"),
    Place("/settings", "nav.settings", "program.set", "list"),
    Place("/administration", "nav.administration", "person.list", "group"),
    Place("/assessments", "nav.assessments", "assessment.manage", "list"),
    Place("/breaches", "nav.breaches", "breach.manage", "lock"),
    Place(MAILBOX, "nav.mailbox", "mailbox.read", "mail"),
    Place("/me", "nav.me", "account.manage_own", "me"),
)
ON_PHONE = 4


def places_of(actor: Actor) -> Sequence[Place]:
    """The places that the actor can go to, most used first, their own account last."""
    held = [p for p in PLACES if actor.may(p.permission) and not (p.instead and actor.may(p.instead))]
    return [p for p in held if p.path != MAILBOX or settings().mail is Mail.MAILBOX]


def home_of(actor: Actor) -> str | None:
    """The work list of a person; None for those without one."""
    for permission, path in (
        ("group.create", "/today"),
        ("hospital.follow", "/hospitals"),
        ("contact.log", "/referrals"),
        ("client.lift_restriction", "/restrictions"),
        ("client.list", "/clients"),
        ("person.list", "/administration"),
        ("grant.read", "/grants"),
    ):
        if actor.may(permission):
            return path
    return None


def is_current(place: Place, path: str) -> bool:
    """Whether the page belongs to a place."""
    return path == place.path or path.startswith(place.path + "/")
