"""People and organizations of one's directory: who works where, invitations, new organizations."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from coord.access.roles import Role
from coord.audit.checkpoints import is_late, standing
from coord.clients.emergency import overdue_reviews
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid
from coord.organizations import (
    AddOrganization,
    OrganizationKind,
    add_organization,
)
from coord.people import Invite, count_people, directory, end_membership, invitations, invite, people, revoke_invitation
from coord.people.actions import send_again
from coord.people.reviewing import present_quarter, reviews
from coord.programs.calendars import missing_calendars
from coord.settings import Mail, settings
from coord.work import begin
from web.administering import choices, tabs
from web.desk import id_of, options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.paging import pages_of
from web.routes import signed_in
from web.searching import FOUND, leading, searched
from web.session import actor_of
from web.words import speak


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation just made: whom it is for, and the link that is shown once."""

    email: str
    url: str
    is_mailed: bool


async def page(request: Request) -> Response:
    """Everybody and everything of the directories that the actor administers."""
    return await _page(request)


async def _page(
    request: Request,
    *,
    invited: Form | None = None,
    added: Form | None = None,
    status: int = 200,
    link: Link | None = None,
) -> Response:
    speak(language_of(request))
    asked = query_form(request)
    text = searched(request)
    async with begin(actor_of(request), read_only=not text) as unit:
        chosen = id_of(asked.value("organization")) if asked.value("organization") else None
        late_reviews = await overdue_reviews(unit)
        pages = pages_of(asked, await count_people(unit, chosen, text), "/administration", _kept(asked))
        persons = await people(unit, chosen, text, skip=(pages.page - 1) * pages.size, limit=pages.size)
        waiting = await invitations(unit)
        calendars = await missing_calendars(unit)
        places, due, quarter = await directory(unit), await reviews(unit), present_quarter(unit)
    trail = await standing()
    context = {
        "tabs": tabs("/administration"),
        "late_reviews": late_reviews,
        "calendars": calendars,
        "trail_fits": trail.fits,
        "trail_is_late": is_late(trail, now()),
        "people": persons,
        "pages": pages,
        "waiting": waiting,
        "directory": places,
        "place_options": choices(places),
        "shown_at": asked,
        "typed": text,
        "roles": options("role", Role),
        "kinds": options("organization_kind", OrganizationKind),
        # What is chosen most, and does least harm when it is left as it is.
        "invite_form": invited or Form.of(role=Role.SOCIAL_WORKER.value),
        "add_form": added or Form.of(kind=OrganizationKind.HOSPITAL.value),
        "link": link,
        "quarter": quarter,
        "open_roles": sum(place.open for place in due),
    }
    return render(request, "administration/page.html", context, status=status)


def _kept(asked: Form) -> dict[str, str]:
    """What the address of another page of the list keeps."""
    return {name: asked.value(name) for name in (FOUND, "organization") if asked.value(name)}


async def make_invitation(request: Request) -> Response:
    """Invite somebody. The link stands on this one answer and nowhere else."""
    form = await read_form(request)
    try:
        given = Invite.parse(form.raw(Invite))
        async with begin(actor_of(request)) as unit:
            secret = await invite(unit, given)
    except Invalid as refusal:
        return await _page(request, invited=form.refused(refusal), status=422)
    return await _page(request, status=201, link=_link(given.email, secret))


def _link(email: str, secret: str) -> Link:
    return Link(email, f"{settings().base_url}/invitation/{secret}", is_mailed=settings().mail is not Mail.OFF)


async def invite_again(request: Request) -> Response:
    """Mail a new link, which is shown once like the first."""
    async with begin(actor_of(request)) as unit:
        email, secret = await send_again(unit, id_of(request.path_params["invitation"]))
    return await _page(request, status=201, link=_link(email, secret))


async def take_back(request: Request) -> Response:
    """Revoke an invitation."""
    async with begin(actor_of(request)) as unit:
        await revoke_invitation(unit, id_of(request.path_params["invitation"]))
    return go(request, "/administration", said="people.revoked")


async def end_role(request: Request) -> Response:
    """End a membership at once."""
    async with begin(actor_of(request)) as unit:
        await end_membership(unit, id_of(request.path_params["membership"]))
    return go(request, "/administration", said="people.membership_ended")


async def new_organization(request: Request) -> Response:
    """Add an organization to the directory."""
    form = await read_form(request)
    actor = actor_of(request)
    foundation = next(iter(actor.administers()), None)
    try:
        given = AddOrganization.parse({**form.raw(AddOrganization), "foundation_id": foundation})
        async with begin(actor) as unit:
            await add_organization(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, added=form.refused(refusal), status=422)
    return go(request, "/administration", said="people.organization_added", name=given.name)


ROUTES = [
    signed_in("/administration", page),
    signed_in("/administration/search", leading("/administration"), "POST"),
    signed_in("/administration/invitations", make_invitation, "POST"),
    signed_in("/administration/invitations/{invitation}/revoke", take_back, "POST"),
    signed_in("/administration/invitations/{invitation}/again", invite_again, "POST"),
    signed_in("/administration/memberships/{membership}/end", end_role, "POST"),
    signed_in("/administration/organizations", new_organization, "POST"),
]
