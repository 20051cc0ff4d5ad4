"""Releases: frozen, protected figures, and the reports that are made of them."""

from coord.releases import access as _access
from coord.releases.building import build_release
from coord.releases.codes import CountStatus, ReleaseMove, ReleaseState
from coord.releases.inputs import ImpactQuery, MoveRelease, OrderRelease, RestateRelease, WriteNotes
from coord.releases.moving import move_release, write_notes
from coord.releases.ordering import order_release
from coord.releases.reads import ImpactReport, impact_report, published_periods, release_preview, releases
from coord.releases.restating import order_restatement, restate_release

__all__ = [
    "CountStatus", "ImpactQuery", "ImpactReport", "MoveRelease", "OrderRelease", "ReleaseMove", "ReleaseState",
    "RestateRelease", "WriteNotes", "build_release", "impact_report", "move_release", "order_release",
    "order_restatement", "published_periods", "release_preview", "releases", "restate_release", "write_notes",
]  # fmt: skip
_ = _access
