"""In production nothing is answered without encryption: pages lead to their https address, everything else is refused."""

from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from coord.settings import settings
from web.security import OF_THE_OPERATOR, refusal

_PATH_CHARACTERS = "/:@!$&'()*+,;=~"


def _is_page(scope: Scope) -> bool:
    """Whether a person looks at it in a browser: nobody else is led anywhere, so that no client keeps on without TLS."""
    is_asked_for = scope["method"] in {"GET", "HEAD"} and "text/html" in Headers(scope=scope).get("accept", "")
    return is_asked_for and not scope["path"].startswith(("/graphql", "/api/"))


class HttpsOnly:
    """Pure ASGI: what came without TLS, as the proxy says, ends here; a proxy that says nothing is not believed."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, lead to the https address or refuse."""
        is_open = scope["type"] == "http" and scope["scheme"] != "https" and scope["path"] not in OF_THE_OPERATOR
        if not is_open or not settings().is_production:
            await self.app(scope, receive, send)
        elif _is_page(scope) and "x-forwarded-proto" in Headers(scope=scope):
            # A proxy that does not tell how it was reached would be led in a circle: it gets the refusal.
            query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
            target = f"{settings().base_url}{quote(scope['path'], safe=_PATH_CHARACTERS)}{query}"
            await RedirectResponse(target, 308, {"Cache-Control": "no-store"})(scope, receive, send)
        else:
            await refusal(scope, 403, "not_encrypted")(scope, receive, send)
