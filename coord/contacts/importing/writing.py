"""Writing accepted rows of services, with the clients and workers whom they name for the first time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from coord import audit
from coord.clients import register_by_code
from coord.clients.actions import register_from_sheet
from coord.clients.inputs import SheetClient
from coord.contacts.codes import Source
from coord.contacts.importing.place import Place, stored_keys
from coord.contacts.importing.plan import Plan, PlannedRow, as_contact
from coord.contacts.importing.rows import Entry, Person
from coord.contacts.inputs import LogContact
from coord.contacts.sealing import seal_notes
from coord.contacts.tables import ContactImport, ServiceContact
from coord.contacts.writing import Post, contact_row, rows_beside
from coord.kernel.errors import Conflict, Problem
from coord.programs.month_locks import locked_months
from coord.work import Unit, action
from coord.work.inserting import insert_new
from coord.workforce import AddWorker, add_worker, workers_by_name

_MAX_WORKER_CODE = 48


@dataclass(frozen=True, slots=True)
class _Known:
    """Ids behind the codes and names of a batch."""

    clients: Mapping[str, UUID]
    hospital_workers: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row's contact before it is written."""

    line: int
    given: LogContact
    contact: ServiceContact


async def _refuse_locked(unit: Unit, place: Place, month: str) -> None:
    """The month was open when the rows were planned; planned anew, they are refused one by one."""
    if await locked_months(unit, place.program.id, place.hospital_id, [month], for_writing=True):
        raise Conflict(Problem("month", "MONTH_LOCKED", {"month": month}))


@action("contact.import")
async def write_contacts(unit: Unit, plan: Plan, rows: Sequence[PlannedRow], job: ContactImport) -> set[int]:
    """Write the rows that are not there yet; the lines of those that are."""
    place, month = plan.place, plan.month
    stored = await stored_keys(unit, place.hospital_id, {row.key for row in rows})
    if any(row.key not in stored for row in rows):
        await _refuse_locked(unit, place, month)
    entries = [row.entry for row in rows if row.entry is not None and row.key not in stored]
    known = _Known(await _clients(unit, place, entries), await _hospital_workers(unit, place, entries))
    already = {row.line for row in rows if row.key in stored}
    fresh = [_drafted(unit, place, row, known, job) for row in rows if row.line not in already]
    return already | await _insert(unit, fresh)


def _drafted(unit: Unit, place: Place, row: PlannedRow, known: _Known, job: ContactImport) -> _Draft:
    """The contact of a row, not yet in the unit."""
    entry = row.entry
    if entry is None:
        raise AssertionError("an accepted row has its entry")
    posts = [_post(place, name, entry, known) for name in entry.workers]
    client = known.clients.get(entry.person.code, job.id)
    helpers = [post.worker_id for post in posts[1:]]
    given = as_contact(entry, place.program.code, row.key, client=client, co_workers=helpers)
    contact = contact_row(given, posts[0], unit, Source.IMPORT)
    contact.import_key, contact.recorded_by_id = row.key, job.requested_by_id
    return _Draft(row.line, given, contact)


async def _insert(unit: Unit, drafts: Sequence[_Draft]) -> set[int]:
    """Put contacts into the unit with all that hangs on them; the lines that another import has just written."""
    await seal_notes(unit, [(draft.contact, draft.given.note) for draft in drafts])
    inserted = {contact.id for contact in await insert_new(unit, [draft.contact for draft in drafts])}
    for draft in drafts:
        if draft.contact.id in inserted:
            unit.add(*rows_beside(draft.contact, draft.given))
            audit.record(unit, "contact.log", draft.contact)
    if inserted:
        # One job for all of them: a job each would take longer than the import.
        unit.later("contacts.flag_quality", contact=" ".join(map(str, sorted(inserted))))
    return {draft.line for draft in drafts if draft.contact.id not in inserted}


def _post(place: Place, name: str, entry: Entry, known: _Known) -> Post:
    post = place.post(name, entry.occurred_on)
    if post is None:
        return Post(place.program.id, place.hospital_id, None, known.hospital_workers[name])
    agency = None if post.employer_id == place.hospital_id else post.employer_id
    return Post(place.program.id, place.hospital_id, agency, post.worker_id)


async def _clients(unit: Unit, place: Place, entries: Iterable[Entry]) -> Mapping[str, UUID]:
    """The clients behind the codes; those not yet known are registered, without recorded consent."""
    people: dict[str, Person] = {}
    for person in (entry.person for entry in entries if entry.person.code):
        if person.code not in people or (person.name and not people[person.code].name):
            people[person.code] = person
    known = await register_by_code(unit, place.hospital_id, list(people)) if people else {}
    # In one order everywhere: two imports at once wait for each other instead of dead-locking.
    unknown = sorted(people.keys() - known.keys())
    if unknown:
        sheet_clients = [_sheet_client(people[code]) for code in unknown]
        known |= await register_from_sheet(unit, place.program.id, place.hospital_id, sheet_clients)
    if raced := people.keys() - known.keys():
        # Registered by somebody else at this very moment.
        known |= await register_by_code(unit, place.hospital_id, sorted(raced))
    return known


def _sheet_client(person: Person) -> SheetClient:
    return SheetClient(code=person.code, name=person.name or None, gender=person.gender, birth_year=person.birth_year)


async def _hospital_workers(unit: Unit, place: Place, entries: Iterable[Entry]) -> Mapping[str, UUID]:
    """Workers without a post here: people of the hospital itself, added when met for the first time."""
    names = dict.fromkeys(name for entry in entries for name in entry.workers if name not in place.posts)
    known = await workers_by_name(unit, [place.hospital_id], list(names)) if names else {}
    for name in sorted(names.keys() - known.keys()):
        known |= await _new_worker(unit, place, name)
    return known


async def _new_worker(unit: Unit, place: Place, name: str) -> Mapping[str, UUID]:
    """A worker of the hospital, under a code that tells where the name was met."""
    readable = f"{place.hospital_code}-{name}"
    for code in (readable, f"{readable[:37]}-{sha256(name.encode()).hexdigest()[:10]}"):
        if len(code) > _MAX_WORKER_CODE:
            continue
        try:
            added = await add_worker(unit, AddWorker(code=code, display_name=name, employer_id=place.hospital_id))
        except Conflict:
            # Added by another import at this very moment, or the code is somebody else's.
            if known := await workers_by_name(unit, [place.hospital_id], [name]):
                return known
        else:
            return {name: added.id}
    raise Conflict(Problem("worker", "CODE_TAKEN"))
