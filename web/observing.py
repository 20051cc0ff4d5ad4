"""Request ids, one log line per request without personal data, and metrics."""

import re
import time
from uuid import uuid4

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger("web")
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Any word may stand in a request's place for the method; a metric is made for those that mean something.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
REQUESTS = Counter("coord_requests_total", "Answered requests", ["method", "route", "status"])
SECONDS = Histogram("coord_request_seconds", "Time to the end of the answer", ["method", "route"])


def route_of(scope: Scope) -> str:
    """The route's pattern: real paths hold ids and would make a metric per person."""
    route = scope.get("route")
    pattern = getattr(route, "path", None)
    return "/static" if pattern is None and scope["path"].startswith("/static/") else pattern or "unknown"


class Observed:
    """Pure ASGI: an id for each request, one log line and two metrics at its end."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and observe the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started, status = time.perf_counter(), 500

        async def mark(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, mark)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        REQUESTS.labels(method, route, str(status)).inc()
        SECONDS.labels(method, route).observe(seconds)
        if scope["path"] not in _QUIET and route != "/static":
            actor = scope.get("state", {}).get("actor_id")
            who = {} if actor is None else {"actor": str(actor)}
            _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000), **who)


async def metrics(_: Request) -> Response:
    """What Prometheus reads."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
