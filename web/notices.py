"""What one has been told: the bell's page. Each notice leads to the page of its subject."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from coord.notices import mark_all_read, mark_read, my_notices
from coord.organizations import ORGANIZATIONS
from coord.work import begin
from web.desk import id_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

# The page of each kind of subject; a kind without a page of its own leads back to the list.
PAGES: Mapping[str, str] = {
    "assessment": "/assessments",
    "breach": "/breaches/{id}",
    "case": "/cases/{id}",
    "cases": "/cases?of=all&show=over",
    "client": "/clients/{id}",
    "contact": "/records/{id}/amend",
    "corrective_action": "/corrective-actions/{id}",
    "disclosures": "/disclosures",
    "emergency": "/emergency",
    "erasure": "/clients/{id}/erasure",
    "figures": "/numbers",
    "months": "/months",
    "referral": "/referrals/{id}",
    "release": "/releases/{id}",
    "safety_alert": "/alerts/{id}",
    "webhook": "/administration/webhooks/{id}",
}


async def page(request: Request) -> Response:
    """All notices, unread ones first."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        told = await my_notices(unit)
        ids = [notice.organization_id for notice in told if notice.organization_id]
        known = await ORGANIZATIONS.by_ids(unit, ("name",), ids) if ids else {}
    about = {key: row["name"] for key, row in known.items()}
    return render(request, "notices/page.html", {"told": told, "about": about})


async def open_one(request: Request) -> Response:
    """It is read now: on to what it is about."""
    async with begin(actor_of(request)) as unit:
        notice = await mark_read(unit, id_of(request.path_params["notice"]))
    return go(request, PAGES.get(notice.subject, "/notices").format(id=notice.subject_id))


async def read_all(request: Request) -> Response:
    """Nothing is new any more."""
    async with begin(actor_of(request)) as unit:
        await mark_all_read(unit)
    return go(request, "/notices", said="notice.done")


ROUTES = [
    signed_in("/notices", page),
    signed_in("/notices/read", read_all, "POST"),
    signed_in("/notices/{notice}/open", open_one, "POST"),
]
