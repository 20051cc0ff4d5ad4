"""A report for a sponsor in one file: every kind of it, with a receipt of what was signed. Pure."""

import hashlib
import io
import json
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from coord.language import Words
from coord.releases.files import KINDS, report_file
from coord.releases.reads import ImpactReport
from coord.releases.storytelling import stories_json

KIND = "coord-sponsor-pack-1"
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def report_pack(report: ImpactReport, words: Words) -> bytes:
    """A ZIP of the report's files and ``receipt.json``: the hash of each file, and each quarter's signature."""
    stem = f"{report.program.code}-{report.period}"
    files = {f"{stem}.{kind}": report_file(report, kind, words) for kind in KINDS}
    if report.stories:
        files[f"{stem}-stories.json"] = stories_json(report)
    receipt = json.dumps(receipt_of(report, files), ensure_ascii=False, indent=2, sort_keys=True).encode()
    kept = io.BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as pack:
        for name, content in {**files, "receipt.json": receipt}.items():
            pack.writestr(ZipInfo(name, _NO_TIME), content)
    return kept.getvalue()


def receipt_of(report: ImpactReport, files: Mapping[str, bytes]) -> Mapping[str, object]:
    """What the pack holds: SHA-256 of each file; of each quarter its release, digest, key and signature (Ed25519)."""
    return {
        "kind": KIND,
        "program": report.program.code,
        "period": report.period,
        "released_at": report.released_at.isoformat(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "releases": [
            {"id": str(one.id), "period": one.released.quarter, "digest": one.digest, "key": one.key,
             "signature": one.signature}
            for one in report.parts
        ],
    }  # fmt: skip
