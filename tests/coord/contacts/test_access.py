"""Who sees a contact that was withdrawn, or an event that is held together."""

from datetime import UTC, datetime

import pytest

from coord.access import Role
from coord.access.rows import rule_of
from coord.contacts.access import visible_contacts, visible_presence
from coord.contacts.attachments.tables import ContactAttachment
from coord.contacts.tables import (
    Absence,
    ContactImport,
    CoWorker,
    EventHost,
    ImportFile,
    Presence,
    QualityFlag,
    ServiceContact,
)
from tests.coord.access.small_world import OWN, SIBLING, changed, held, made, of_somebody_else, seen

HANGING = (CoWorker, EventHost, Absence, QualityFlag)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_withdrawn_contact_is_gone_with_all_that_hangs_on_it_and_still_the_hospitals() -> None:
    worker = held(Role.SOCIAL_WORKER)
    with changed(ServiceContact, OWN, withdrawn_at=NOON):
        assert seen(ServiceContact, visible_contacts, worker) == set()
        assert seen(ServiceContact, rule_of(ServiceContact).sees, worker) == {OWN}
        assert seen(ServiceContact, rule_of(ServiceContact).writes, worker) == {OWN}
        assert [seen(model, rule_of(model).rows, worker) for model in (*HANGING, ContactAttachment)] == [set()] * 5
    assert [seen(model, rule_of(model).rows, worker) for model in (*HANGING, ContactAttachment)] == [{OWN}] * 5


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.SOCIAL_WORKER, "hospital"), (Role.HOSPITAL_COORDINATOR, "hospital"), (Role.AGENCY_MANAGER, "agency"),
    ],
)  # fmt: skip
def test_a_joint_host_reads_an_event_and_writes_nothing_in_it(role: Role, place: str) -> None:
    with changed(EventHost, SIBLING, organization_id=made(OWN, place)):
        actor = held(role)
        for model in (ServiceContact, *HANGING):
            assert SIBLING in seen(model, rule_of(model).rows, actor), model
        assert SIBLING in seen(ServiceContact, rule_of(ServiceContact).sees, actor)
        assert SIBLING in seen(Presence, visible_presence, actor)
        assert SIBLING not in seen(ServiceContact, rule_of(ServiceContact).writes, actor)
        assert SIBLING not in seen(Presence, rule_of(Presence).writes, actor)
    assert SIBLING not in seen(ServiceContact, visible_contacts, held(role))


def test_who_only_oversees_hosts_nothing() -> None:
    with changed(EventHost, SIBLING, organization_id=made(OWN, "foundation")):
        assert "EVENTS_HOSTED" not in dict(held(Role.EVALUATOR).scopes)


def test_files_are_given_back_to_who_brought_them_alone() -> None:
    files = rule_of(ImportFile).rows
    assert seen(ImportFile, files, held()) == {OWN}
    assert seen(ImportFile, files, of_somebody_else(held(Role.SOCIAL_WORKER))) == set()
    with changed(ContactImport, SIBLING, requested_by_id=made(OWN, "app_user")):
        assert seen(ImportFile, files, held()) == {OWN, SIBLING}
