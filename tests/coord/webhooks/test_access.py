"""Who manages an endpoint: the administrators of its organization, and of the foundation of its directory."""

import pytest

from coord.access import Actor, Grant, Role
from coord.access.rows import rule_of
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.coord.access.small_world import OWN, SIBLING, TENANT, made, seen


def _held(place: str, what: str, role: Role = Role.ADMINISTRATOR) -> Actor:
    return Actor.of(made(OWN, "somebody"), "N", "en", [Grant(made(place, what), role, made(place, "foundation"))])


@pytest.mark.parametrize("model", [WebhookEndpoint, WebhookDelivery])
def test_endpoints_are_managed_from_their_organization_and_from_their_foundation(model: type) -> None:
    rows = rule_of(model).rows
    assert seen(model, rows, _held(OWN, "hospital")) == {OWN}
    assert seen(model, rows, _held(OWN, "foundation")) == {OWN, SIBLING}
    assert seen(model, rows, _held(TENANT, "foundation")) == {TENANT}
    for role in (Role.PROGRAM_OFFICER, Role.HOSPITAL_COORDINATOR):
        assert seen(model, rows, _held(OWN, "hospital", role)) == set()
