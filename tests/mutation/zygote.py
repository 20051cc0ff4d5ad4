"""Runs the tests of a file once for each mutant of it: ``python -m tests.mutation.zygote``, mutants on standard input.

One process imports what the tests need; each mutant is a fork of it that imports the file anew, with the changed source
in the place of its own, and runs the tests. So a mutant also acts while its module is imported, and nothing of one is
left for the next. Of the kernel of access nothing is there before, since everything hangs on it. Answers one line for each: its number and what became of it.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
from typing_extensions import override

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds until tests that do not end count as failed."""
_QUIET = ("-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT), "--import-mode=importlib", "--noconftest",
          "--assert=plain", "-p", "no:cacheprovider", "-p", "no:unraisableexception")  # fmt: skip
SURVIVED, KILLED, HUNG = "survived", "killed", "hung"


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module a source that is not in its file."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.source = source

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        assert found is not None
        found.loader = self
        return found

    @override
    def exec_module(self, module: ModuleType) -> None:
        assert module.__file__ is not None
        exec(compile(self.source, module.__file__, "exec"), module.__dict__)  # noqa: S102  the mutant


def module_of(file: str) -> str:
    """The module in a file."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _forget(target: str) -> None:
    """Forget the target and the rules that it gave.

    What hangs on it keeps what it had: fast tests of a file ask that file's own functions and rules.
    """
    sys.modules.pop(target, None)
    rows = sys.modules.get("coord.access.rows")
    if rows is not None:
        rules = rows._rules  # noqa: SLF001  the register of rules
        area = target.rpartition(".")[0]
        for model in [model for model in rules if model.__module__ == f"{area}.tables"]:
            del rules[model]


def _run(target: str, source: str, tests: Sequence[str]) -> int:
    """Run the tests with the changed source, in this process."""
    sys.meta_path.insert(0, _Changed(target, source))
    _forget(target)
    importlib.import_module(target)
    return int(pytest.main([*_QUIET, *tests]))


def outcome(target: str, source: str, tests: Sequence[str], log: Path | None = None) -> str:
    """What becomes of a mutant, in a process of its own."""
    child = os.fork()
    if child == 0:
        out = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        signal.alarm(PATIENCE)
        code = 1
        try:
            code = _run(target, source, tests)
        except BaseException:  # noqa: BLE001  a mutant may end in any way; this process ends here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return HUNG if os.WTERMSIG(status) == signal.SIGALRM else KILLED
    return SURVIVED if os.WEXITSTATUS(status) == 0 else KILLED


def _import_the_rest(target: str) -> None:
    """What every mutant of the target needs and does not hang on it."""
    names: tuple[str, ...]
    if target.startswith("coord.access"):
        # Everything hangs on these: only what others wrote is kept.
        names = ("sqlalchemy.ext.asyncio", "sqlmodel", "pydantic_settings", "cryptography.fernet", "rfc8785", "babel",
                 "argon2", "orjson", "structlog", "alembic", "aiosqlite", "psycopg", "pypinyin")  # fmt: skip
    else:
        names = ("coord.migrations.tables", "tests.coord.access.matrix", "tests.coord.access.small_world")
    for name in names:
        importlib.import_module(name)
    small = sys.modules.get("tests.coord.access.small_world")
    if small is not None:
        small.connection()


def main() -> None:
    """Read what to do, try the file as it is, then each mutant."""
    order = json.loads(sys.stdin.readline())
    target, tests = module_of(order["file"]), order["tests"]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _import_the_rest(target)
    log = Path(order["log"])
    if outcome(target, (ROOT / order["file"]).read_text("utf-8"), tests, log) != SURVIVED:
        sys.stdout.write(f"the tests fail without any mutant:\n{log.read_text('utf-8')}")
        sys.exit(2)
    for line in sys.stdin:
        mutant = json.loads(line)
        begun = time.monotonic()
        told = {"number": mutant["number"], "outcome": outcome(target, mutant["source"], tests)}
        sys.stdout.write(json.dumps(told | {"seconds": round(time.monotonic() - begun, 2)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
