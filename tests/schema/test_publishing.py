"""Releases, stories and the draft of a disclosure through the API: the same steps and refusals as on the pages."""

from typing import Any

import pytest

from coord.releases import ReleaseMove
from coord.releases.tables import Release
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from schema.ids import global_id
from tests.coord.clients.test_stories import TEXT, allow
from tests.coord.making import stored
from tests.coord.releases.making import OSCAR, QUARTER, build, lock, move, published, seen
from tests.schema.api import asking_as
from tests.world import LIN, cast

pytestmark = pytest.mark.anyio
MOVE = "mutation ($input: MoveReleaseInput!) { moveRelease(input: $input) { ... on ReleaseKept { release { state moves } } ... on Rejected { problems { code } } } }"
STORY = "... on StoryKept { story { id state moves text } } ... on Rejected { problems { field code } }"


async def test_a_quarter_is_ordered_once_and_followed(database: Database) -> None:
    await seen()
    await lock()
    order = "mutation ($input: OrderReleaseInput!) { orderRelease(input: $input) { ... on ReleaseOrdered { period } ... on Rejected { problems { field code } } } }"
    given = {"input": {"program": "DIP", "period": QUARTER}}
    async with asking_as(cast.ola) as ola, asking_as(cast.fatima) as fatima:
        assert await ola.data(order, **given) == {"orderRelease": {"period": QUARTER}}
        again = (await ola.data(order, **given))["orderRelease"]["problems"]
        waiting = await ola.data('{ releaseOrders(program: "DIP") { period stage reason } }')
        refused = await fatima.ask(order, **given)
        hidden = await fatima.ask('{ releaseOrders(program: "DIP") { period } }')
    assert again == [{"field": "period", "code": "RELEASE_ON_ITS_WAY"}]
    assert waiting == {"releaseOrders": [{"period": QUARTER, "stage": "WAITING", "reason": None}]}
    assert [one["errors"][0]["extensions"]["code"] for one in (refused, hidden)] == ["NOT_ALLOWED"] * 2
    assert len(await stored(OutboxJob, OutboxJob.job == "releases.build")) == 1


async def test_two_officers_bring_a_release_with_words_and_a_story_to_the_public(database: Database) -> None:
    await seen()
    await allow()
    async with asking_as(cast.sam) as sam, asking_as(cast.sun) as sun:
        write = f"mutation ($input: WriteStoryInput!) {{ writeStory(input: $input) {{ {STORY} }} }}"
        step = f"mutation ($input: MoveStoryInput!) {{ moveStory(input: $input) {{ {STORY} }} }}"
        said = {"client": global_id("Client", LIN), "title": "重新出门", "text": TEXT}
        story = (await sam.data(write, input=said))["writeStory"]["story"]
        named = (await sam.data(write, input={**said, "text": "林芳NORTH 出院后不敢出门，现在每周来小组。"}))[
            "writeStory"
        ]
        assert story["state"] == "WAITING"
        assert named["problems"] == [{"field": "text", "code": "NAMES_SOMEBODY"}]
        refused = await sam.ask(step, input={"story": story["id"], "move": "APPROVE"})
        assert refused["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
        assert [one["id"] for one in (await sun.data("{ waitingStories { id } }"))["waitingStories"]] == [story["id"]]
        approved = (await sun.data(step, input={"story": story["id"], "move": "APPROVE"}))["moveStory"]["story"]
        assert (approved["state"], approved["text"]) == ("APPROVED", TEXT)
    made = await build()
    assert made is not None
    release = global_id("Release", made)
    async with asking_as(cast.ola) as ola, asking_as(cast.fatima) as fatima:
        tellable = (await ola.data(f'{{ tellableStories(release: "{release}") {{ id text }} }}'))["tellableStories"]
        assert tellable == [{"id": story["id"], "text": TEXT}]
        for field, kind, more in (
            ("writeReleaseNotes", "WriteReleaseNotesInput", {"summary": "A quarter with much rain."}),
            ("chooseReleaseStories", "ChooseReleaseStoriesInput", {"stories": [story["id"]]}),
        ):
            document = f"mutation ($input: {kind}!) {{ {field}(input: $input) {{ ... on ReleaseKept {{ release {{ state }} }} }} }}"
            assert await ola.data(document, input={"release": release, **more}) == {
                field: {"release": {"state": "BUILT"}}
            }  # fmt: skip
        await moved(ola, release, "REVIEW", {"release": {"state": "REVIEWED", "moves": []}})
        await moved(ola, release, "PUBLISH", {"problems": [{"code": "ANOTHER_PERSON_MUST"}]})
        assert (await fatima.ask(f'{{ tellableStories(release: "{release}") {{ id }} }}'))["data"] is None
        await move(OSCAR, made, ReleaseMove.PUBLISH)
        shown = await fatima.data(
            'query { impactReport(program: "DIP", period: "2026Q3") { notes { text } stories { text } } }'
        )
        assert shown == {
            "impactReport": {"notes": [{"text": "A quarter with much rain."}], "stories": [{"text": TEXT}]}
        }


async def moved(who: Any, release: str, step: str, answer: dict[str, Any]) -> None:
    assert await who.data(MOVE, input={"release": release, "move": step}) == {"moveRelease": answer}


async def test_a_draft_is_checked_by_name_in_the_words_that_were_read(database: Database) -> None:
    await seen()
    await published()
    ask = 'query { disclosureDraft(program: "DIP", period: "2026Q3") { digest isChecked checks { checkedByName } sections { title lines } } }'
    check = "mutation ($input: CheckDisclosureDraftInput!) { checkDisclosureDraft(input: $input) { ... on DisclosureDraftChecked { draft { isChecked } } ... on Rejected { problems { code } } } }"
    async with asking_as(cast.ola) as ola, asking_as(cast.fatima) as fatima:
        draft = (await ola.data(ask))["disclosureDraft"]
        given = {"program": "DIP", "period": QUARTER}
        other = await ola.data(check, input={**given, "digest": "0" * 64})
        done = await ola.data(check, input={**given, "digest": draft["digest"]})
        after = (await ola.data(ask))["disclosureDraft"]
        refused = await fatima.ask(ask)
        unknown = await ola.ask(ask.replace("2026Q3", "2026Q1"))
    assert (draft["isChecked"], draft["checks"], bool(draft["sections"])) == (False, [], True)
    assert other["checkDisclosureDraft"] == {"problems": [{"code": "DRAFT_CHANGED"}]}
    assert done["checkDisclosureDraft"] == {"draft": {"isChecked": True}}
    assert (after["isChecked"], [one["checkedByName"] for one in after["checks"]]) == (True, [cast.ola.name])
    assert [one["errors"][0]["extensions"]["code"] for one in (refused, unknown)] == ["NOT_ALLOWED", "NOT_FOUND"]


async def test_releases_of_a_program_are_the_foundations(database: Database) -> None:
    await seen()
    await published()
    ask = '{ releases(program: "DIP") { period state recordCount } }'
    async with asking_as(cast.ola) as ola, asking_as(cast.fatima) as fatima, asking_as(cast.sam) as sam:
        found = (await ola.data(ask))["releases"]
        refused = [await one.ask(ask) for one in (fatima, sam)]
    assert [(one["period"], one["state"]) for one in found] == [(QUARTER, "PUBLISHED")]
    assert found[0]["recordCount"] > 0
    assert [one["errors"][0]["extensions"]["code"] for one in refused] == ["NOT_ALLOWED"] * 2
    assert len(await stored(Release)) == 1
