"""The composition root of the web process: lists of routes, middleware and handlers make the app."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from coord.work import engine
from schema.asgi import routes as api_routes
from web import (
    administration,
    clients,
    contacts,
    drill,
    exporting,
    groups,
    health,
    home,
    hospitals,
    import_rows,
    imports,
    invitation,
    log,
    me,
    my_security,
    numbers,
    quality,
    records,
    second_factor,
    service_names,
    setup,
    sign_in,
    today,
    undo,
)
from web.errors import HANDLERS, Failures
from web.observing import Observed, set_up_logs
from web.routes import Access
from web.security import SameSiteOnly, SecurityHeaders

STATIC = Path(__file__).parent / "static"


class PublicFiles(Mount):
    """Our own scripts and styles: the same for everybody."""

    access = Access.PUBLIC


def routes() -> Sequence[BaseRoute]:
    """Every route of the process, each area's list in turn."""
    return [
        *home.ROUTES,
        *health.ROUTES,
        *sign_in.ROUTES,
        *setup.ROUTES,
        *second_factor.ROUTES,
        *today.ROUTES,
        *log.ROUTES,
        *undo.ROUTES,
        *groups.ROUTES,
        *clients.ROUTES,
        *records.ROUTES,
        *administration.ROUTES,
        *invitation.ROUTES,
        *me.ROUTES,
        *my_security.ROUTES,
        *hospitals.ROUTES,
        *contacts.ROUTES,
        *numbers.ROUTES,
        *drill.ROUTES,
        *exporting.ROUTES,
        *quality.ROUTES,
        *service_names.ROUTES,
        *imports.ROUTES,
        *import_rows.ROUTES,
        *_api(),
        PublicFiles("/static", StaticFiles(directory=STATIC), name="static"),
    ]


def _api() -> Sequence[BaseRoute]:
    """The routes of the GraphQL door, which states its access in words: doors do not import each other."""
    found = api_routes()
    for route in found:
        vars(route)["access"] = Access(vars(route)["access"])
    return found


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    set_up_logs()
    yield
    await engine.database().dispose()


def build() -> Starlette:
    """The application. It opens the database on the first request and survives without it."""
    return Starlette(
        routes=routes(),
        middleware=[
            Middleware(Observed),
            Middleware(SecurityHeaders),
            Middleware(SameSiteOnly),
            Middleware(GZipMiddleware, minimum_size=1024),
            Middleware(Failures),
        ],
        exception_handlers=dict(HANDLERS),
        lifespan=_lifespan,
    )


app = build()
