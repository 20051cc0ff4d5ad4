"""The directory of organizations."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.paging import Page, PageRequest
from coord.kernel.text import printable, typed
from coord.organizations.tables import Organization, OrganizationKind
from coord.work import Unit, read
from coord.work.listing import Listing, Sort

ORGANIZATIONS = Listing(
    "organization.list",
    Organization,
    {
        "id": Organization.id,
        "code": Organization.code,
        "name": Organization.name,
        "kind": Organization.kind,
        "foundation_id": Organization.foundation_id,
        "province": Organization.province,
        "city": Organization.city,
        "district": Organization.district,
        "region": Organization.region,
        "fictional": Organization.fictional,
    },
    [Sort(col(Organization.code), str), Sort(col(Organization.id), UUID)],
)


def matching(search: str | None) -> Sequence[object]:
    """Conditions for a name, pinyin, initials or code typed by somebody."""
    text = typed(search)
    return [col(Organization.search_text).contains(text, autoescape=True)] if text else []


@read("organization.list")
async def organizations(
    unit: Unit,
    wanted: Iterable[str],
    request: PageRequest,
    *,
    kind: OrganizationKind | None = None,
    search: str | None = None,
) -> Page[RowMapping]:
    """Organizations by code, of one kind and matching a search if given."""
    where = [*matching(search)]
    if kind is not None:
        where.append(col(Organization.kind) == kind)
    return await ORGANIZATIONS.page(unit, wanted, where, request)


@read("organization.list")
async def organization_by_code(unit: Unit, code: str) -> RowMapping:
    """One organization by its code.

    Raises ``NotFound``, and ``Invalid`` when the code stands in several directories that the actor sees.
    """
    statement = ORGANIZATIONS.select(ORGANIZATIONS.paths).where(col(Organization.code) == printable(code))
    found = (await unit.session.run(statement.limit(2))).mappings().all()
    if not found:
        raise NotFound
    if len(found) > 1:
        raise Invalid(Problem("code", "AMBIGUOUS_CODE"))
    return found[0]
