"""A report as a file for machines: every table of it, and each quarter as it was signed. Pure."""

from collections.abc import Mapping
from typing import Any

import rfc8785

from coord.releases.parts import SignedRelease
from coord.releases.reads import ImpactReport
from coord.releases.serving import Answer, Group, ProtectedCount, ProtectedRate, Published

KIND = "coord-impact-report-1"


def report_json(report: ImpactReport) -> bytes:
    """Canonical JSON (RFC 8785): the same releases give the same bytes, a year later too."""
    return rfc8785.dumps(
        {
            "kind": KIND,
            "program": {"code": report.program.code, "name": report.program.name},
            "period": report.period,
            "counting_rule_version": report.rules_version,
            "released_at": report.released_at.isoformat(),
            "releases": [_part(part) for part in report.parts],
            **tables_of(report.answer),
        }
    )


def _part(part: SignedRelease) -> Mapping[str, Any]:
    """A quarter with everything that its signature covers."""
    return {
        "id": str(part.id), "digest": part.digest, "key": part.key, "signature": part.signature, **part.said,
    }  # fmt: skip


def tables_of(answer: Answer) -> Mapping[str, Any]:
    """The tables of a report as its file says them."""
    return {
        "rows": [_row(row) for row in answer.rows],
        "profile": [_row(row) for row in answer.profile],
        "suppressed_cells": answer.suppressed,
        "total": _figures(answer.total),
    }


def _row(row: Group) -> Mapping[str, Any]:
    return {"key": [{"code": code, "name": name} for code, name in row.key], "figures": _figures(row.figures)}


def _figures(published: Published) -> Mapping[str, Any]:
    return {name: _figure(figure) for name, figure in published.items()}


def _figure(figure: ProtectedCount | ProtectedRate) -> Mapping[str, Any]:
    if isinstance(figure, ProtectedCount):
        return {"value": figure.value, "status": figure.status.value}
    return {
        "numerator": _figure(figure.numerator), "denominator": _figure(figure.denominator),
        "percent": figure.percent, "status": figure.status.value,
    }  # fmt: skip
