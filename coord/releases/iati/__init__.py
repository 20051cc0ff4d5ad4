"""A published report as an IATI 2.03 activity with results, and with the money of its agreements."""

from coord.releases.iati.writing import money_xml, report_xml

__all__ = ["money_xml", "report_xml"]
