"""The refusal of requests that other sites send, and of those that were meant for another host."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from coord.kernel.incidents import warn
from coord.settings import settings
from web.page import language_of
from web.words import speak

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_API = "/graphql"
# Asked by machines that know a process by its address; what these answer depends on no host.
OF_THE_OPERATOR = frozenset({"/healthz", "/readyz", "/metrics"})
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_USUAL_PORTS = {"https": ":443", "http": ":80"}


def _is_this_machine(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in _THIS_MACHINE
    except ValueError:
        return False


def is_our_host(host: str) -> bool:
    """Whether a Host header is the configured one; while developing, any port of this machine is ours as well."""
    ours = urlsplit(settings().base_url)
    asked = host.lower().removesuffix(_USUAL_PORTS.get(ours.scheme, ""))
    if asked == ours.netloc.lower().removesuffix(_USUAL_PORTS.get(ours.scheme, "")):
        return True
    return not settings().is_production and _is_this_machine(host.lower())


def _is_api(scope: Scope) -> bool:
    """Whether the request reaches the API: a route's pattern also takes its path with a line feed at the end."""
    return str(scope["path"]).rstrip("\n") == _API


def _is_our_origin(origin: str, host: str) -> bool:
    if origin == settings().base_url:
        return True
    # The Host was checked before: while developing it may be another port of this machine.
    return not settings().is_production and origin == f"http://{host}" and _is_this_machine(host)


def is_foreign(headers: Headers, *, reads: bool = False) -> bool:
    """Whether a request was sent by another site's page; ``reads`` for a question that changes nothing.

    Browsers say so themselves (``Sec-Fetch-Site``, else ``Origin``). Without both, a cookie was brought along by
    something that cannot be told from a browser, and is not believed. A bearer token without a cookie carries its own
    proof: no browser adds it by itself.
    """
    has_cookie = "cookie" in headers
    if "authorization" in headers and not has_cookie:
        return False
    if (site := headers.get("sec-fetch-site")) is not None:
        return site != "same-origin" and not (site == "none" and reads)
    if (origin := headers.get("origin")) is not None:
        return not _is_our_origin(origin, headers.get("host", ""))
    return has_cookie


def _is_checked(scope: Scope, headers: Headers) -> bool:
    """Every change; and questions to the API that a cookie answers for. Its page holds nothing and opens from anywhere."""
    if scope["method"] not in _SAFE_METHODS:
        return True
    opens_page = "text/html" in headers.get("accept", "") and "query" not in Request(scope).query_params
    return _is_api(scope) and "cookie" in headers and not opens_page


def refusal(scope: Scope, status: int, name: str) -> Response:
    """One sentence in the reader's language, or an error of the API; the log has a line of it."""
    warn("refused", reason=name.upper())
    request = Request(scope)
    sentence = speak(language_of(request))(f"refused.{name}")
    if _is_api(scope):
        error = {"message": sentence, "extensions": {"code": name.upper()}}
        return JSONResponse({"errors": [error]}, status)
    return PlainTextResponse(sentence, status)


class OwnHostOnly:
    """Pure ASGI: 400 for a Host that is not ours, so that no link or cache is made for a stranger's."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] == "http" and scope["path"] not in OF_THE_OPERATOR:
            hosts = Headers(scope=scope).getlist("host")
            if len(hosts) != 1 or not is_our_host(hosts[0]):
                await refusal(scope, 400, "wrong_host")(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SameSiteOnly:
    """Pure ASGI: 403 for what other sites' pages send, so forms need no tokens."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            reads = scope["method"] in _SAFE_METHODS
            if _is_checked(scope, headers) and is_foreign(headers, reads=reads):
                await refusal(scope, 403, "cross_site")(scope, receive, send)
                return
        await self.app(scope, receive, send)
