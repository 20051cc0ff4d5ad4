"""Writing a story of a client: with their consent for it, and without anything that leads to them."""

from uuid import UUID, uuid4

from coord import audit
from coord.clients.access import in_care_of
from coord.clients.consents import GivenConsent, consents_of
from coord.clients.reads import cards
from coord.clients.stories.codes import StoryState
from coord.clients.stories.inputs import WriteStory
from coord.clients.stories.rules import consent_for_story, identity_in
from coord.clients.stories.tables import Story
from coord.clients.tables import Client
from coord.clients.tombstones import refuse_erased
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.organizations.tables import Organization
from coord.programs.tables import Program
from coord.work import Unit, action, read


@action("story.write")
async def write_story(unit: Unit, given: WriteStory) -> UUID:
    """Write a story, or write one anew that was sent back; somebody else decides about it.

    Raises ``NotFound`` for clients of others, ``Invalid`` where the words lead to somebody, ``Conflict`` without a consent
    for it, and for a story that was not sent back.
    """
    client = await unit.find(Client, given.client)
    if not in_care_of(unit.actor, client.hospital_id):
        raise NotFound
    refuse_erased(client)
    await refuse_identity(unit, client, given.title, given.text)
    consent = await needed_consent(unit, client)
    story = await _row(unit, given, client, consent.id)
    before = None if given.story is None else audit.facts(story)
    story.consent_id, story.state, story.title, story.text = consent.id, StoryState.WAITING, given.title, given.text
    story.written_at, story.written_by_id = unit.started_at, unit.actor.user_id
    story.decided_at = story.decided_by_id = story.reason = None
    unit.add(story)
    audit.record(unit, "story.write", story, before=before)
    return story.id


async def _row(unit: Unit, given: WriteStory, client: Client, consent: UUID) -> Story:
    if given.story is None:
        return Story(
            # By chance alone: everybody reads it, and one made of the clock would tell when it was written.
            id=uuid4(), client_id=client.id, program_id=client.program_id, hospital_id=client.hospital_id, consent_id=consent,
            title="", text="",
        )  # fmt: skip
    story = await unit.find(Story, given.story)
    if story.client_id != client.id:
        raise NotFound
    if story.state is not StoryState.RETURNED:
        raise Conflict(Problem("story", "STORY_NOT_IN_STATE", {"state": story.state.value}))
    return story


@read("client.read_identity")
async def refuse_identity(unit: Unit, client: Client, title: str, text: str) -> None:
    """Raises ``Invalid`` where words name the person, their code or their hospital, a day, or a way to reach somebody."""
    card = (await cards(unit, [client.id])).get(client.id)
    hospital = await unit.session.get(Organization, client.hospital_id)
    names = [*([card.name] if card else ()), client.code, *([hospital.name] if hospital else ())]
    problems = [one for field, words in (("title", title), ("text", text)) for one in identity_in(field, words, names)]
    if problems:
        raise Invalid(*problems)


@read("consent.list")
async def needed_consent(unit: Unit, client: Client) -> GivenConsent:
    """The consent by which a client's story may be told. Raises ``Conflict`` where there is none."""
    program = await unit.find(Program, client.program_id)
    given = (await consents_of(unit, [client.id])).get(client.id, ())
    today = local_date(unit.started_at, program.time_zone)
    found = consent_for_story(given, unit.started_at, today, client.birth_year)
    if found is None:
        raise Conflict(Problem("client", "NO_CONSENT_FOR_STORY"))
    return found
