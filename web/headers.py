"""Headers on every answer, errors and files included."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coord.settings import settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; manifest-src 'self'; "
    "object-src 'none'"
)
# GraphiQL's editor brings its icons as a font inside its style sheet.
EXPLORER_POLICY = f"{CONTENT_SECURITY_POLICY}; font-src 'self' data:"
# Answers of the API and files are never shown as pages; should a browser try, it may do nothing.
FILE_POLICY = "default-src 'none'; sandbox"
TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"
_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TEXT = ("text/", "application/json", "application/graphql-response+json", "image/svg+xml")
_FIRST_ERROR = 400


def _policy(path: str, kind: str) -> str:
    """The policy of an answer: pages, and our own scripts and styles, may use each other; files may nothing."""
    if path == "/graphql" and kind.startswith("text/html"):
        return EXPLORER_POLICY
    is_file = bool(kind) and not kind.startswith("text/html") and not path.startswith("/static/")
    return FILE_POLICY if is_file else CONTENT_SECURITY_POLICY


class SecurityHeaders:
    """Pure ASGI: completes the headers of whatever is answered."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), scope["path"], message["status"])
            await send(message)

        await self.app(scope, receive, complete if scope["type"] == "http" else send)


def _complete(headers: MutableHeaders, path: str, status: int) -> None:
    kind = headers.get("content-type", "").lower()
    headers["Content-Security-Policy"] = _policy(path, kind)
    for name, value in _HEADERS.items():
        headers[name] = value
    if settings().is_production:
        headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
    if kind.startswith(_TEXT) and "charset=" not in kind:
        headers["Content-Type"] = f"{headers['content-type']}; charset=utf-8"
    # What says nothing about being kept is not kept, and an error never is.
    if status >= _FIRST_ERROR or "cache-control" not in headers:
        headers["Cache-Control"] = "no-store"
