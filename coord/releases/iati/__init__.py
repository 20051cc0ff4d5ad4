"""A published report as an IATI 2.03 activity with results."""

from coord.releases.iati.writing import report_xml

__all__ = ["report_xml"]
