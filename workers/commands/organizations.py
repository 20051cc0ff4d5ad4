"""``coord organization add``: the first entries of an empty installation."""

import click

from coord.organizations import AddOrganization, OrganizationKind, add_organization
from coord.work import begin
from workers.commands.common import OPERATOR, need_current_schema, run, say

_EXAMPLE = """\b
Example:
  coord organization add --code F01 --name 明灯公益基金会 --kind FOUNDATION --province 北京
"""


@click.group()
def organization() -> None:
    """Foundations, hospitals, agencies and others."""


@organization.command("add", epilog=_EXAMPLE)
@click.option("--code", required=True, help="Short and unique, such as H001.")
@click.option("--name", required=True, help="The full name.")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in OrganizationKind]))
@click.option("--province")
@click.option("--city")
def add(*, code: str, name: str, kind: str, province: str | None, city: str | None) -> None:
    """Add an organization to the directory."""
    need_current_schema()

    async def work() -> None:
        raw = {"code": code, "name": name, "kind": kind, "province": province, "city": city}
        async with begin(OPERATOR) as unit:
            await add_organization(unit, AddOrganization.parse(raw))

    run(work)
    say("command.organization.added", code=code, name=name)
