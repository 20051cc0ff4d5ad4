"""What people say when they bring a workbook, or a word for a service."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.contacts.codes import ImportKind, ServiceCode
from coord.contacts.inputs import Code
from coord.kernel.inputs import Blank, Input, Line, Month


class RequestImport(Input):
    """A workbook for one hospital; without a month the title's is taken. People belong to no month."""

    kind: ImportKind = ImportKind.CONTACTS

    program: Code
    hospital: UUID
    month: Annotated[Month | None, Blank] = None
    dry_run: bool = False
    file_name: Annotated[Line, Field(min_length=1, max_length=200)]


class NameService(Input):
    """A hospital's word for a service."""

    name: Annotated[Line, Field(min_length=1, max_length=60)]
    service_code: ServiceCode
