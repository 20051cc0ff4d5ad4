"""The composition root of the web process: lists of routes, middleware and handlers make the app."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from coord.kernel.logs import set_up_logs
from coord.kernel.memory import keep_what_is_loaded
from coord.work import engine
from schema.asgi import routes as api_routes
from web import (
    access_log,
    accounts,
    administration,
    agreement_files,
    agreement_forms,
    agreements,
    alerts,
    amending,
    assessments,
    attachments,
    batch,
    breaches,
    calendar_page,
    case_forms,
    case_moving,
    cases,
    checkpoints,
    client_record,
    clients,
    confirming,
    consents,
    consents_due,
    contacts,
    corrective_actions,
    counsel,
    directory,
    discharges,
    disclosure_drafts,
    disclosures,
    doubles,
    drill,
    emergency,
    erasure,
    evidence,
    exporting,
    grants,
    group_page,
    groups,
    health,
    home,
    hospitals,
    impact,
    import_rows,
    imports,
    invitation,
    link,
    log,
    loop,
    mailbox,
    me,
    month_file,
    months,
    my_security,
    my_tokens,
    notices,
    numbers,
    organization,
    passkeys,
    posts,
    private_notes,
    program_settings,
    programs,
    quality,
    quality_panel,
    record_reviews,
    records,
    referral_following,
    referral_links,
    referral_moves,
    referral_sending,
    referrals,
    releases,
    resetting,
    restrictions,
    result_forms,
    results,
    review,
    rights,
    scale_withdrawal,
    scales,
    second_factor,
    service_names,
    setup,
    sign_in,
    stories,
    subject_copy,
    supervision,
    today,
    undo,
    watch,
    webhooks,
    work,
)
from web.assets import PublicFiles
from web.errors import HANDLERS, Failures
from web.headers import SecurityHeaders
from web.https import HttpsOnly
from web.observing import Observed
from web.routes import Access
from web.security import OwnHostOnly, SameSiteOnly

# What a worker does in a month; the file of a month before its page, whose address would take it.
_CASEWORK = (
    *undo.ROUTES,
    *groups.ROUTES,
    *cases.ROUTES,
    *case_moving.ROUTES,
    *attachments.ROUTES,
    *case_forms.ROUTES,
    *records.ROUTES,
    *work.ROUTES,
    *batch.ROUTES,
    *group_page.ROUTES,
    *amending.ROUTES,
    *month_file.ROUTES,
    *months.ROUTES,
)

# What a person may ask for, and what the law asks of those who keep their data.
_RIGHTS = (
    *access_log.ROUTES,
    *rights.ROUTES,
    *restrictions.ROUTES,
    *subject_copy.ROUTES,
    *erasure.ROUTES,
    *assessments.ROUTES,
    *private_notes.ROUTES,
    *stories.ROUTES,
    *breaches.ROUTES,
    *consents_due.ROUTES,
    *counsel.ROUTES,
)


def _told() -> Sequence[BaseRoute]:
    """Notices and their mails, safety alerts, and the scales that open them; the watch before any one alert."""
    return [*notices.ROUTES, *mailbox.ROUTES, *watch.ROUTES, *alerts.ROUTES, *scales.ROUTES]


_REFERRALS = [
    *referral_sending.ROUTES,
    *referral_links.ROUTES,
    *referral_moves.ROUTES,
    *referral_following.ROUTES,
    *referrals.ROUTES,
]
_BROUGHT = [*service_names.ROUTES, *imports.ROUTES, *import_rows.ROUTES]
_SUPERVISING = [*quality.ROUTES, *record_reviews.ROUTES, *program_settings.ROUTES, *supervision.ROUTES]

_CLIENTS = (*clients.ROUTES, *client_record.ROUTES, *discharges.ROUTES, *scale_withdrawal.ROUTES)


# Forms first: their addresses are words where a page has an id.
_FUNDING = [
    *agreement_files.ROUTES,
    *agreement_forms.ROUTES,
    *agreements.ROUTES,
    *disclosure_drafts.ROUTES,
    *disclosures.ROUTES,
    *calendar_page.ROUTES,
    *quality_panel.ROUTES,
    *evidence.ROUTES,
    *corrective_actions.ROUTES,
    *result_forms.ROUTES,
    *results.ROUTES,
    *impact.ROUTES,
    *grants.ROUTES,
    *releases.ROUTES,
]


def routes(api: Sequence[BaseRoute] | None = None) -> Sequence[BaseRoute]:
    """Every route of the process, each area's list in turn; the GraphQL door's may be given."""
    return [
        *home.ROUTES,
        *health.ROUTES,
        *sign_in.ROUTES,
        *setup.ROUTES,
        *second_factor.ROUTES,
        *passkeys.ROUTES,
        *confirming.ROUTES,
        *today.ROUTES,
        *log.ROUTES,
        *doubles.ROUTES,
        *_CASEWORK,
        *_CLIENTS,
        *_RIGHTS,
        *checkpoints.ROUTES,
        *emergency.ROUTES,
        *consents.ROUTES,
        *directory.ROUTES,
        *_REFERRALS,
        *administration.ROUTES,
        *organization.ROUTES,
        *webhooks.ROUTES,
        *programs.ROUTES,
        *posts.ROUTES,
        *review.ROUTES,
        *accounts.ROUTES,
        *invitation.ROUTES,
        *link.ROUTES,
        *resetting.ROUTES,
        *me.ROUTES,
        *my_security.ROUTES,
        *my_tokens.ROUTES,
        *_told(),
        *hospitals.ROUTES,
        *contacts.ROUTES,
        *loop.ROUTES,
        *numbers.ROUTES,
        *_FUNDING,
        *drill.ROUTES,
        *exporting.ROUTES,
        *_SUPERVISING,
        *_BROUGHT,
        *_api(api_routes() if api is None else api),
        PublicFiles(),
    ]


def _api(found: Sequence[BaseRoute]) -> Sequence[BaseRoute]:
    """The routes of the GraphQL door, which states its access in words: doors do not import each other."""
    for route in found:
        vars(route)["access"] = Access(vars(route)["access"])
    return found


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    set_up_logs()
    keep_what_is_loaded()
    yield
    await engine.database().dispose()


def build(api: Sequence[BaseRoute] | None = None) -> Starlette:
    """The application. It opens the database on the first request and survives without it."""
    return Starlette(
        routes=routes(api),
        middleware=[
            Middleware(Observed),
            Middleware(SecurityHeaders),
            Middleware(OwnHostOnly),
            Middleware(HttpsOnly),
            Middleware(SameSiteOnly),
            Middleware(GZipMiddleware, minimum_size=1024),
            Middleware(Failures),
        ],
        exception_handlers=dict(HANDLERS),
        lifespan=_lifespan,
    )


app = build()
