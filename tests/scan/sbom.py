"""``python -m tests.scan.sbom``: the parts of a release as CycloneDX 1.6, from the lock and the list of vendored files."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from tests.scan.tools import ROOT

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==([^\s;]+)")
_VENDORED = re.compile(r"^\| \S+ \| (\S+) \| (\S+) \| [^|]+ \| (\w{64}) \|$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:(\w{64})")


def components(lock: str) -> Iterator[dict[str, Any]]:
    """One component for each pin, with the hashes that its files may have."""
    for block in re.split(r"\n(?=\S)", lock.strip()):
        if pin := _PIN.match(block):
            name, version = pin[1].lower().replace("_", "-"), pin[2]
            hashes = [{"alg": "SHA-256", "content": found} for found in _HASH.findall(block)]
            yield _component("py" + "pi", name, version, hashes)


def _component(kind: str, name: str, version: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    url = f"pkg:{kind}/{name}@{version}"
    return {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url, "hashes": hashes}


def vendored(page: str) -> Iterator[dict[str, Any]]:
    """One component for each package whose files stand in our tree, with the hashes of these files."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for name, version, digest in _VENDORED.findall(page):
        found.setdefault((name, version), []).append({"alg": "SHA-256", "content": digest})
    for (name, version), hashes in found.items():
        yield _component("npm", name, version, hashes)


def document(lock: str) -> dict[str, Any]:
    """The whole list."""
    page = (ROOT / "web" / "static" / "vendored.md").read_text("utf-8")
    ours = {"type": "application", "bom-ref": "coord", "name": "coord"}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": ours}}
    return {**head, "components": [*components(lock), *vendored(page)]}


if __name__ == "__main__":
    json.dump(document((ROOT / "requirements.lock").read_text("utf-8")), sys.stdout, indent=1)
