"""Importing hospitals' workbooks: read, decide about every row, write batch by batch."""

from coord.contacts.importing.actions import forget_service_name, name_service, refuse_import, request_import
from coord.contacts.importing.actor import IMPORTER
from coord.contacts.importing.batches import BATCH, import_rows
from coord.contacts.importing.inputs import NameService, RequestImport
from coord.contacts.importing.outcome import fates
from coord.contacts.importing.people.plan import PeoplePlan, people_fates, plan_people
from coord.contacts.importing.place import import_places
from coord.contacts.importing.plan import Plan, plan_import
from coord.contacts.importing.reads import (
    ImportReport,
    import_card,
    import_content,
    import_report,
    imports,
    service_names,
)
from coord.contacts.importing.undoing import UNDONE_WITHIN, undo_import
from coord.contacts.importing.workbook import open_workbook

__all__ = [
    "BATCH",
    "IMPORTER",
    "UNDONE_WITHIN",
    "ImportReport",
    "NameService",
    "PeoplePlan",
    "Plan",
    "RequestImport",
    "fates",
    "forget_service_name",
    "import_card",
    "import_content",
    "import_places",
    "import_report",
    "import_rows",
    "imports",
    "name_service",
    "open_workbook",
    "people_fates",
    "plan_import",
    "plan_people",
    "refuse_import",
    "request_import",
    "service_names",
    "undo_import",
]  # fmt: skip
