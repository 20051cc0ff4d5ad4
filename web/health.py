"""Is it alive, can it serve: for load balancers and people who look after the server."""

import redis.asyncio as redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coord.kernel.errors import Unavailable
from coord.outcomes.watching import is_stale
from coord.settings import settings
from coord.work.engine import ping
from web.observing import metrics
from web.routes import public

_PATIENCE = 2.0


async def healthz(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(_: Request) -> Response:
    """503 while the database is away.

    A queue that is away is reported but loses nothing: jobs wait in the database until it is back. Alerts are
    "stale" when no dispatcher took a turn in the last minute.
    """
    database, queue = await _database(), await _queue()
    ready = database == "ok"
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


ROUTES = [public("/healthz", healthz), public("/readyz", readyz), public("/metrics", metrics)]
