"""In whose name rows are written: a narrow part of the system, for the person who brought the file."""

from coord.access import system

IMPORTER = system(
    "import",
    "imports a workbook for the hospital that was chosen when it was brought",
    "client.import",
    "client.list",
    "contact.import",
    "organization.list",
    "placement.list",
    "program.list",
    "worker.list",
    "worker.manage",
)
