"""Releases: frozen, protected figures, and the reports that are made of them."""

from coord.releases import access as _access
from coord.releases.building import build_release
from coord.releases.codes import CountStatus, ReleaseMove, ReleaseState
from coord.releases.inputs import ImpactQuery, MoveRelease, OrderRelease
from coord.releases.moving import move_release
from coord.releases.ordering import order_release
from coord.releases.reads import ImpactReport, impact_report, published_periods, release_preview, releases

__all__ = [
    "CountStatus", "ImpactQuery", "ImpactReport", "MoveRelease", "OrderRelease", "ReleaseMove", "ReleaseState",
    "build_release", "impact_report", "move_release", "order_release", "published_periods", "release_preview",
    "releases",
]  # fmt: skip
_ = _access
