"""One attempt of a webhook: resolved, judged, connected to the very address that was judged, signed, posted.

No redirects, ten seconds altogether, and of the answer nothing but its status.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

from typing_extensions import override

from coord.kernel.clock import now
from coord.settings import settings
from coord.webhooks.addresses import check_url, is_allowed
from coord.webhooks.codes import DeliveryError
from coord.webhooks.delivering import Answer, Parcel
from coord.webhooks.signing import headers

PATIENCE = 10.0
_PORTS = {"https": 443, "http": 80}


class Refused(Exception):
    """The attempt ends before there is an answer."""

    def __init__(self, error: DeliveryError) -> None:
        """With why."""
        super().__init__(error.value)
        self.error = error


def resolved(host: str, port: int) -> str:
    """The address to connect to. Raises ``Refused`` when there is none, or when any of them must not be asked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(DeliveryError.NOT_FOUND) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_allowed(one, loopback=settings().webhook_loopback) for one in addresses):
        raise Refused(DeliveryError.FORBIDDEN_ADDRESS)
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged, under the name that was asked for."""

    def __init__(self, url: SplitResult, address: str) -> None:
        self._url, self._address = url, address
        port = url.port or _PORTS[url.scheme]
        super().__init__(str(url.hostname), port, timeout=PATIENCE)

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=PATIENCE)
        self.sock: Any = plain
        if self._url.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=str(self._url.hostname))

    def cut(self) -> None:
        """End it from another thread: whoever answers drop by drop has had their time."""
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def deliver(parcel: Parcel) -> Answer:
    """Post one parcel; every way in which it can go wrong is an answer too."""
    began = time.monotonic()
    try:
        status, error = _post(parcel), None
    except Refused as refused:
        status, error = None, refused.error
    except ssl.SSLError:
        status, error = None, DeliveryError.NOT_SECURE
    except TimeoutError:
        status, error = None, DeliveryError.TOO_SLOW
    except http.client.HTTPException:
        status, error = None, DeliveryError.NO_ANSWER
    except OSError:
        status, error = None, DeliveryError.NO_CONNECTION
    return Answer(status, int((time.monotonic() - began) * 1000), error)


def _post(parcel: Parcel) -> int:
    if any(check_url(parcel.url, loopback=settings().webhook_loopback)):
        raise Refused(DeliveryError.FORBIDDEN_ADDRESS)
    url = urlsplit(parcel.url)
    connection = _Pinned(url, resolved(str(url.hostname), url.port or _PORTS[url.scheme]))
    end = threading.Timer(PATIENCE, connection.cut)
    end.daemon = True
    end.start()
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        signed = headers(parcel.secret, str(parcel.id), now(), parcel.body)
        connection.request("POST", path, parcel.body, {**signed, "Connection": "close"})
        return connection.getresponse().status
    finally:
        end.cancel()
        connection.close()
