"""Tools with an environment of their own, beside the product's: what they need is not what it needs."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FOLDER = ROOT / ".ci" / ".tools" / "bin"


class NotChecked(Exception):
    """A tool that could not run: nothing is known, which is not the same as nothing found."""


def tool(name: str) -> Path:
    """A tool of ``.ci/tools.lock``. Raises ``NotChecked`` where it is not installed."""
    if (_FOLDER / name).exists():
        return _FOLDER / name
    raise NotChecked(f"{name} is not installed: .ci/install-tools")
