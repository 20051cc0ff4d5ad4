"""What an administrator says anew about an organization, and what becomes of shares when a border is drawn."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from coord.audit.tables import AuditEntry
from coord.clients.tables import ClientShare
from coord.kernel.clock import today
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.organizations import ChangeOrganization, change_organization, own_organization
from coord.organizations.tables import Organization
from coord.referrals.borders import look_at_borders
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from schema.ids import global_id
from tests.coord.making import stored
from tests.coord.referrals.making import E, by_target, consent, post_at_center, referral, send
from tests.schema.api import asking_as
from tests.web.visit import fields_of, visiting
from tests.world import BUILDER, CAST, CENTER, NORTH, cast
from workers.jobs.referrals import _BORDER

pytestmark = pytest.mark.anyio
GIVEN = {"organization": str(CENTER), "name": "安和社区中心", "province": "湖北", "region": "KR"}
CHANGE = """
mutation ($input: ChangeOrganizationInput!) { changeOrganization(input: $input) {
  ... on OrganizationChanged { organizationId } ... on Rejected { problems { field code } } } }
"""


async def _changed(actor: Any = cast.adam, **changed: Any) -> Organization:
    async with begin(actor) as unit:
        return await change_organization(unit, ChangeOrganization.parse({**GIVEN, **changed}))


async def _center() -> Organization:
    row: Organization
    (row,) = await stored(Organization, Organization.id == CENTER)
    return row


async def test_all_of_it_changes_but_the_code_and_is_found_by_its_new_name(database: Database) -> None:
    code = (await _center()).code
    await _changed()
    row = await _center()
    assert (row.code, row.name, row.province, row.region, row.city) == (code, "安和社区中心", "湖北", "KR", None)
    assert "anhe" in row.search_text.replace(" ", "")
    (entry,) = await stored(AuditEntry)
    assert (entry.verb, entry.subject_id) == ("organization.change", CENTER)
    assert [job.job for job in await stored(OutboxJob)] == ["referrals.borders"]


async def test_the_same_country_asks_for_no_look(database: Database) -> None:
    await _changed(region="")
    assert await stored(OutboxJob) == []


@pytest.mark.parametrize("name", [one for one in CAST if one != "adam"])
async def test_nobody_else_changes_one(database: Database, name: str) -> None:
    before = (await _center()).name
    for act in (_changed, _read):
        with pytest.raises(NotAllowed):
            await act(getattr(cast, name))
    assert (await _center()).name == before


async def _read(actor: Any) -> None:
    async with begin(actor, read_only=True) as unit:
        await own_organization(unit, CENTER)


async def test_one_of_another_directory_is_like_one_that_never_was(database: Database) -> None:
    async with begin(BUILDER) as unit:
        (await unit.find(Organization, CENTER)).foundation_id = NORTH
    for key in (CENTER, uuid.uuid4()):
        with pytest.raises(NotFound):
            await _changed(organization=str(key))
    assert await stored(AuditEntry) == []


@pytest.mark.parametrize(
    ("wrong", "expected"), [({"region": "korea"}, "region"), ({"name": ""}, "name"), ({"city": "x" * 41}, "city")]
)
async def test_what_does_not_fit_is_named(database: Database, wrong: dict[str, str], expected: str) -> None:
    with pytest.raises(Invalid) as refused:
        await _changed(**wrong)
    assert [problem.field for problem in refused.value.problems] == [expected]


async def test_the_page_shows_what_is_known_keeps_what_was_typed_and_saves(database: Database) -> None:
    path = f"/administration/organizations/{CENTER}"
    async with visiting("adam") as adam:
        assert path in (await adam.get("/administration")).text
        page = await adam.get(path)
        form = {name: values[0] for name, values in fields_of(page, path).items() if values}
        assert form["name"] == (await _center()).name
        wrong = await adam.post(path, data={**form, "city": "首尔市", "region": "korea"})
        assert (wrong.status_code, "首尔市" in wrong.text, "korea" in wrong.text) == (422, True, True)
        assert (await adam.post(path, data={**form, "region": "KR"})).status_code == 303
    assert (await _center()).region == "KR"
    async with visiting("ola") as ola:
        assert (await ola.get(path)).status_code == 403


async def test_the_api_does_the_same(database: Database) -> None:
    given = {**GIVEN, "organization": global_id("Organization", CENTER)}
    async with asking_as(cast.adam) as api:
        wrong = (await api.data(CHANGE, input={**given, "region": "Korea"}))["changeOrganization"]
        assert [one["field"] for one in wrong["problems"]] == ["region"]
        made = (await api.data(CHANGE, input=given))["changeOrganization"]
        document = "query ($id: ID!) { node(id: $id) { ... on Organization { name region } } }"
        assert (await api.data(document, id=made["organizationId"]))["node"] == {"name": GIVEN["name"], "region": "KR"}


async def _shared() -> ClientShare:
    await post_at_center()
    await consent()
    made = await send(referral())
    await by_target(made, E.ACCEPT)
    return await _share()


async def _share() -> ClientShare:
    share: ClientShare
    (share,) = await stored(ClientShare)
    return share


async def _look(organization: uuid.UUID = CENTER) -> None:
    async with begin(_BORDER) as unit:
        await look_at_borders(unit, organization)


@pytest.mark.parametrize("moved", [CENTER, NORTH])
async def test_a_share_across_the_new_border_ends_whoever_moved(database: Database, moved: uuid.UUID) -> None:
    assert (await _shared()).ended_at is None
    await _look()
    assert (await _share()).ended_at is None
    await _changed(organization=str(moved))
    await _look(moved)
    assert (await _share()).ended_at is not None
    assert "share.end_at_border" in [entry.verb for entry in await stored(AuditEntry)]


async def test_with_a_consent_for_the_border_it_lasts_as_long_as_that(database: Database) -> None:
    await _shared()
    ends = today("Asia/Shanghai") + timedelta(days=30)
    await consent(purpose="CROSS_BORDER", expires_on=str(ends))
    await _changed()
    await _look()
    share = await _share()
    assert share.ended_at is None
    assert share.until_at is not None
    assert share.until_at.date() <= ends + timedelta(days=1)
