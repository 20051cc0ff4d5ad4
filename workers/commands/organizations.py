"""``coord organization add``: the first entries of an empty installation."""

import click

from coord.organizations import AddOrganization, OrganizationKind, add_organization, organization_by_code
from coord.work import begin
from workers.commands.common import OPERATOR, need_current_schema, run, say

_EXAMPLE = """\b
Example:
  coord organization add --code F01 --name 明灯公益基金会 --kind FOUNDATION --province 北京
  coord organization add --code H001 --name 北岸医院 --kind HOSPITAL --foundation F01
"""


@click.group()
def organization() -> None:
    """Foundations, hospitals, agencies and others."""


@organization.command("add", epilog=_EXAMPLE)
@click.option("--code", required=True, help="Short and unique, such as H001.")
@click.option("--name", required=True, help="The full name.")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in OrganizationKind]))
@click.option("--foundation", help="Code of the foundation in whose directory it stands; a foundation opens its own.")
@click.option("--province")
@click.option("--city")
def add(*, code: str, foundation: str | None, **facts: str | None) -> None:
    """Add an organization to the directory."""
    need_current_schema()

    async def work() -> None:
        async with begin(OPERATOR) as unit:
            directory = (await organization_by_code(unit, foundation))["id"] if foundation else None
            await add_organization(unit, AddOrganization.parse({"code": code, "foundation_id": directory, **facts}))

    run(work)
    say("command.organization.added", code=code, name=facts["name"])
