"""Headers on every answer, and the refusal of requests that other sites send."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coord.settings import settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; manifest-src 'self'"
)
# GraphiQL's editor brings its icons as a font inside its style sheet.
EXPLORER_POLICY = f"{CONTENT_SECURITY_POLICY}; font-src 'self' data:"
_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Pure ASGI: the same headers on every answer, errors and files included."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_explorer = scope["path"] == "/graphql" and headers.get("content-type", "").startswith("text/html")
                headers["Content-Security-Policy"] = EXPLORER_POLICY if is_explorer else CONTENT_SECURITY_POLICY
                for name, value in _HEADERS.items():
                    headers[name] = value
                if settings().is_production:
                    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            await send(message)

        await self.app(scope, receive, complete if scope["type"] == "http" else send)


def is_foreign(headers: Headers, trusted: Sequence[str]) -> bool:
    """Whether a changing request was sent by another site's page.

    Browsers say so themselves (``Sec-Fetch-Site``, ``Origin``); a request without both comes from no
    browser. Requests with a bearer token and no cookie carry their own proof.
    """
    if "authorization" in headers and "cookie" not in headers:
        return False
    origin = headers.get("origin")
    if origin in trusted:
        return False
    if site := headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    if origin is None:
        return False
    # Behind a proxy the inner Host is not ours: only the trusted address counts.
    return settings().is_production or urlsplit(origin).netloc != headers.get("host")


class SameSiteOnly:
    """Pure ASGI: 403 for changing requests from other sites, so forms need no tokens."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        changes = scope["type"] == "http" and scope["method"] not in _SAFE_METHODS
        if changes and is_foreign(Headers(scope=scope), (settings().base_url,)):
            await PlainTextResponse("cross-site request refused", 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)
