"""The roll call of a group session: its form, its rows, what it sends."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from coord.clients import ClientCard, cards
from coord.contacts.codes import ServiceCode
from coord.contacts.group_reads import GroupCard
from coord.kernel.errors import NotFound
from coord.kernel.text import sort_key
from coord.placements import filter_choices
from coord.work import Unit
from web.desk import Desk, about, day_options, id_of
from web.forms import Form
from web.log_form import MINUTES, minute_options, raw_contact


def first_form(desk: Desk, group: GroupCard, key: str) -> Form:
    """Everybody ticked, today, the group's usual length."""
    length = str(group.duration_minutes)
    return Form.of(
        idempotency_key=key,
        program=desk.post.program_code,
        hospital=str(desk.post.hospital_id),
        occurred_on=desk.today.isoformat(),
        duration_minutes=length if length in MINUTES else "",
        duration_other="" if length in MINUTES else length,
        attendees=[str(member) for member in group.members],
    )


def raw_session(form: Form, group: GroupCard) -> dict[str, Any]:
    """What the input is parsed from: members without a tick are absent."""
    came = set(form.values("attendees"))
    return {
        **raw_contact(form),
        "group": str(group.id),
        "service_code": ServiceCode.GROUP_SESSION.value,
        "absentees": [str(member) for member in group.members if str(member) not in came],
    }


def _known_ids(texts: Sequence[str]) -> list[UUID]:
    ids = []
    for text in texts:
        try:
            ids.append(id_of(text))
        except NotFound:
            continue
    return ids


async def context(unit: Unit, desk: Desk, group: GroupCard, form: Form, found: Sequence[ClientCard]) -> dict[str, Any]:
    """What the template needs: one row a member, one a walk-in, the people that a search found."""
    walk_ins = [one for one in dict.fromkeys(_known_ids(form.values("walk_ins"))) if one not in group.members]
    known = await cards(unit, [*group.members, *walk_ins])
    members = sorted((one for one in group.members if one in known), key=lambda one: sort_key(known[one].name))
    rows = [(known[one], form.has("attendees", str(one))) for one in (*members, *walk_ins) if one in known]
    colleagues = await filter_choices(unit, desk.post.program_code, hospital=desk.post.hospital_id)
    present = sum(1 for _, came in rows if came)
    return {
        "desk": desk,
        "group": group,
        "form": form,
        "rows": rows,
        "walk_ins": [str(one) for one in walk_ins],
        "found": [(card, about(card, desk.today)) for card in found if card.id not in known],
        "present": present,
        # A guest of an earlier session who does not come again is missed by nobody.
        "absent": sum(1 for card, came in rows if not came and card.id in group.members),
        "days": day_options(desk.today),
        "minutes": minute_options(),
        "colleagues": [(str(w.id), w.name) for w in colleagues.workers if w.id != desk.post.worker_id],
    }
