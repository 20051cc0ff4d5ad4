"""A mail server in a thread: as much of SMTP (RFC 5321) as a mail needs, remembering the ids of what it took."""

import asyncio
import threading
from collections import Counter

_ID = b"Message-ID: "


class PostOffice:
    """Takes every mail on a port of this machine."""

    def __init__(self) -> None:
        """Closed."""
        self.taken: Counter[str] = Counter()
        self.port = 0
        self._open = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="post office", daemon=True)

    def start(self) -> None:
        """Open it; returns when it listens."""
        self._thread.start()
        self._open.wait(10)

    def stop(self) -> None:
        """Close it, with everything that still listens or talks."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._open.set()
        self._loop.run_forever()
        server.close()
        for talk in asyncio.all_tasks(self._loop):
            talk.cancel()
        self._loop.run_until_complete(server.wait_closed())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        try:
            while line := (await reader.readline()).strip().upper():
                if line == b"DATA":
                    writer.write(b"354 go on\r\n")
                    self._keep(await reader.readuntil(b"\r\n.\r\n"))
                    writer.write(b"250 taken\r\n")
                else:
                    writer.write(b"221 bye\r\n" if line == b"QUIT" else b"250 fine\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The sender was killed in the middle of it.
        finally:
            writer.close()

    def _keep(self, mail: bytes) -> None:
        self.taken.update(line.decode() for line in mail.splitlines() if line.startswith(_ID))
