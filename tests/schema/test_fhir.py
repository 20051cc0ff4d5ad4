"""The FHIR door: who comes in, in which form answers go out, and what a stranger learns."""

from typing import Any

import httpx2
import pytest
from lxml import etree

from coord.access import TokenScope
from coord.exchange.documents import MAX_BYTES, to_json, to_xml
from coord.referrals.tables import Referral
from coord.work.engine import Database
from schema.budget import Budget
from schema.fhir import PRICE_IN, PRICE_OUT
from schema.ids import global_id
from tests.coord.exchange.making import export, resource
from tests.coord.making import signed_in, stored
from tests.coord.referrals.making import E, by_source, by_target, consent, post_at_center, referral, send, sent
from tests.schema.api import asking_as, door, token_of
from tests.world import cast

pytestmark = pytest.mark.anyio
FHIR_JSON, FHIR_XML = "application/fhir+json", "application/fhir+xml"
NS = "{http://hl7.org/fhir}"


def _bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **more}


async def _post(client: httpx2.AsyncClient, token: str, content: bytes, kind: str = FHIR_JSON) -> httpx2.Response:
    headers = _bearer(token, **{"Content-Type": kind})
    return await client.post("/api/fhir/referrals", content=content, headers=headers)


async def test_a_bundle_comes_as_json_and_as_xml(database: Database) -> None:
    made = await sent()
    expected = await export(made, cast.sam)
    async with asking_as(cast.sam) as api:
        plain = await api.http.get(f"/referrals/{made}/fhir", headers=api.headers)
        as_xml = await api.http.get(f"/referrals/{made}/fhir?format=xml", headers=api.headers)
        accepted = await api.http.get(f"/referrals/{made}/fhir", headers={**api.headers, "Accept": FHIR_XML})
        asked = await api.data("query($id: ID!) { referralBundle(id: $id) }", id=global_id("Referral", made))
    assert (plain.status_code, plain.json()) == (200, expected)
    assert plain.headers["content-type"] == f"{FHIR_JSON}; fhirVersion=4.0; charset=utf-8"
    assert plain.headers["cache-control"] == "no-store"
    assert (as_xml.content, accepted.content) == (to_xml(expected), to_xml(expected))
    assert asked["referralBundle"].encode() == to_json(expected)


async def test_strangers_and_wrong_ids_get_an_outcome(database: Database) -> None:
    made = await sent()
    async with door() as client:
        nobody = await client.get(f"/referrals/{made}/fhir")
        token = await token_of(cast.nia)
        foreign = await client.get(f"/referrals/{made}/fhir", headers=_bearer(token))
        invented = await client.get("/referrals/7/fhir", headers=_bearer(token))
        above = await client.get(f"/referrals/{made}/fhir?format=xml", headers=_bearer(await token_of(cast.ola)))
    assert [a.status_code for a in (nobody, foreign, invented, above)] == [401, 404, 404, 403]
    assert foreign.json() == invented.json()
    assert nobody.json()["issue"][0]["code"] == "login"
    assert etree.fromstring(above.content).tag == f"{NS}OperationOutcome"


async def test_a_token_that_may_only_read_brings_nothing(database: Database) -> None:
    made = await sent()
    bundle = to_json(await export(made, cast.sam))
    token = await token_of(cast.sam, scopes=[TokenScope.READ])
    async with door() as client:
        assert (await client.get(f"/referrals/{made}/fhir", headers=_bearer(token))).status_code == 200
        assert (await _post(client, token, bundle)).status_code == 403


async def test_a_new_referral_answers_201_and_again_200(database: Database) -> None:
    await post_at_center()
    await consent()
    template: Any = await export(await send(referral(need="HOUSING", draft="true")), cast.sam)
    for kind in ("ServiceRequest", "Task"):
        resource(template, kind)["identifier"] = [{"system": "urn:partner", "value": "1"}]
    resource(template, "ServiceRequest")["code"]["coding"][0]["code"] = "EMPLOYMENT"
    token = await token_of(cast.sam)
    async with door() as client:
        first = await _post(client, token, to_json(template))
        again = await _post(client, token, to_xml(template), FHIR_XML)
        found = await client.get(first.headers["location"], headers=_bearer(token))
    assert (first.status_code, again.status_code, found.json()) == (201, 200, first.json())
    assert (first.headers["location"], again.json()) == (again.headers["location"], first.json())


async def test_every_problem_is_said_with_its_place(database: Database) -> None:
    made = await sent()
    bundle: Any = await export(made, cast.sam)
    resource(bundle, "Task").update(intent="plan")
    resource(bundle, "Task").pop("focus")
    token = await token_of(cast.sam)
    async with door() as client:
        refused = await _post(client, token, to_json(bundle))
        not_fhir = await _post(client, token, b"x", "text/plain")
        too_long = await _post(client, token, b" " * (MAX_BYTES + 1))
        other = await _post(client, token, to_json(bundle), f"{FHIR_JSON}; fhirVersion=5.0")
    assert [issue["expression"] for issue in refused.json()["issue"]] == [
        ["entry[1].resource.intent"], ["entry[1].resource.focus"],
    ]  # fmt: skip
    assert [a.status_code for a in (refused, not_fhir, too_long, other)] == [422, 415, 413, 422]


async def test_a_move_that_comes_too_late_is_a_conflict_or_a_problem_and_changes_nothing(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    accepted: Any = await export(made, await signed_in("cai"))
    await by_source(made, E.WITHDRAW, reason_code="CLIENT_MOVED")
    token = await token_of(cast.cai)
    async with door() as client:
        late = await _post(client, token, to_json(accepted))
    assert late.status_code == 422


async def test_the_rate_limit_holds_here_too(database: Database) -> None:
    made = await sent()
    bundle = to_json(await export(made, cast.sam))
    async with asking_as(cast.sam, Budget(PRICE_OUT + PRICE_IN, clock=lambda: 0.0)) as api:
        codes = [(await api.http.get(f"/referrals/{made}/fhir", headers=api.headers)).status_code]
        codes += [(await _post(api.http, api.token, bundle)).status_code for _ in range(2)]
        waiting = await api.http.get(f"/referrals/{made}/fhir", headers=api.headers)
        shared = await api.post({"query": "{ viewer { name } }"})
    assert codes == [200, 200, 429]
    assert (waiting.status_code, waiting.headers["retry-after"] != "0", shared.status_code) == (429, True, 429)


@pytest.mark.parametrize("name", ["ola", "fatima", "adam", "petra"])
async def test_only_who_handles_referrals_brings_or_takes_a_bundle(database: Database, name: str) -> None:
    """Overseeing, administering and paying for a program are no reason to write into it."""
    made = await sent()
    bundle = to_json(await export(made, cast.sam))
    before = await stored(Referral)
    async with asking_as(await signed_in(name)) as api:
        brought = await _post(api.http, api.token, bundle)
        taken = await api.http.get(f"/referrals/{made}/fhir", headers=api.headers)
    assert (brought.status_code, taken.status_code) == (403, 403)
    assert brought.json()["issue"][0]["code"] == "forbidden"
    assert [row.updated_at for row in await stored(Referral)] == [row.updated_at for row in before]
