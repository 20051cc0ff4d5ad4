"""Is it alive, can it serve: for load balancers and people who look after the server."""

import redis.asyncio as redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coord.identity.networks import is_inside
from coord.kernel.errors import NotFound, Unavailable
from coord.outcomes.watching import is_stale
from coord.settings import settings
from coord.work.engine import ping
from web.observing import metrics
from web.routes import public
from web.security import is_our_host

_PATIENCE = 2.0


async def healthz(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


def _may_watch(request: Request) -> bool:
    """Whether a request comes from a network of the operator's, and in production not by the public name of the house."""
    given = settings()
    address = request.client.host if request.client else ""
    is_public = given.is_production and is_our_host(request.headers.get("host", ""))
    return not is_public and is_inside(address, given.monitored_from)


async def watched_metrics(request: Request) -> Response:
    """What Prometheus reads. Raises ``NotFound`` for everybody else."""
    if not _may_watch(request):
        raise NotFound
    return await metrics(request)


async def readyz(request: Request) -> Response:
    """503 while the database is away; what is wrong is said to the operator's networks only.

    A queue that is away is reported but loses nothing: jobs wait in the database until it is back. Alerts are
    "stale" when no dispatcher took a turn in the last minute.
    """
    database = await _database()
    ready = database == "ok"
    if not _may_watch(request):
        return JSONResponse({"status": "ok" if ready else "unavailable"}, 200 if ready else 503)
    queue = await _queue()
    found = {"status": "ok" if ready else "unavailable", "database": database, "queue": queue}
    if ready:
        found["alerts"] = "stale" if await is_stale() else "ok"
    return JSONResponse(found, 200 if ready else 503)


async def _database() -> str:
    try:
        await ping(seconds=_PATIENCE)
    except Unavailable:
        return "unavailable"
    return "ok"


async def _queue() -> str:
    url = settings().redis_url
    if not url:
        return "embedded"
    client = redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
    try:
        await client.ping()
    except (RedisError, OSError):
        return "unavailable"
    finally:
        await client.aclose()
    return "ok"


ROUTES = [public("/healthz", healthz), public("/readyz", readyz), public("/metrics", watched_metrics)]
