"""A published report on paper: one PDF from the same cells as the page and the other files."""

from coord.releases.paper.printing import report_pdf

__all__ = ["report_pdf"]
