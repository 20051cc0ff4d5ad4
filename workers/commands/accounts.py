"""``coord user create`` and ``coord token create``."""

from collections.abc import Sequence
from uuid import UUID

import click

from coord.access import Role, TokenScope
from coord.identity import CreateToken, CreateUser, create_user, issue_token
from coord.identity.factor import reset_factor
from coord.organizations import organization_by_code
from coord.work import begin
from workers.commands.common import OPERATOR, need_current_schema, run, say, stop

_USER_EXAMPLE = """\b
Example:
  coord user create --email lin@example.org --name 林晓 --role SOCIAL_WORKER --organization H001
"""
_EXAMPLE_FOR_TOKENS = """\b
Example:
  coord token create --email lin@example.org --name "monthly report" --days 30
"""


@click.group()
def user() -> None:
    """People who sign in."""


@click.group()
def token() -> None:
    """Tokens for programs that read the API."""


@user.command("create", epilog=_USER_EXAMPLE)
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True, help="How pages call the person.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What the person is there.")
@click.option("--organization", "code", help="Code of the organization.")
@click.option("--language", default="zh-CN", show_default=True, type=click.Choice(["zh-CN", "en", "ko"]))
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when left out.")
def create_user_(*, email: str, name: str, role: str | None, code: str | None, language: str, password: str) -> None:
    """Create a person, with a role at an organization."""
    if (role is None) != (code is None):
        stop("command.user.role_needs_organization")
    need_current_schema()

    async def work() -> None:
        async with begin(OPERATOR) as unit:
            place: UUID | None = (await organization_by_code(unit, code))["id"] if code else None
            raw = {"email": email, "name": name, "password": password, "language": language}
            await create_user(unit, CreateUser.parse({**raw, "organization_id": place, "role": role}))

    run(work)
    say("command.user.created", email=email)


@user.command(
    "reset-factor",
    epilog="\b\nExample:\n  coord user reset-factor --email lin@example.org --reason 'phone lost, called back'\n",
)
@click.option("--email", required=True, help="Whose authenticator is lost.")
@click.option("--reason", required=True, help="How you know that it is this person; it stands on the trail.")
def reset_factor_(email: str, reason: str) -> None:
    """Forget a lost authenticator, and end all sessions of its owner."""
    need_current_schema()

    async def work() -> None:
        async with begin(OPERATOR) as unit:
            await reset_factor(unit, email, reason)

    run(work)
    say("command.user.factor_reset", email=email)


@token.command("create", epilog=_EXAMPLE_FOR_TOKENS)
@click.option("--email", required=True, help="Whose rights the token has.")
@click.option("--name", required=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="How long it works.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value.lower() for scope in TokenScope]),
    multiple=True,
    default=[scope.value.lower() for scope in TokenScope],
    show_default=True,
    help="What it may do; give it again for both.",
)
@click.option(
    "--network", "networks", multiple=True, help="From where it works, such as 203.0.113.0/24; from anywhere."
)
def create_token_(*, email: str, name: str, days: int, scopes: Sequence[str], networks: Sequence[str]) -> None:
    """Make an API token. It is printed once and stored nowhere."""
    need_current_schema()

    async def work() -> str:
        async with begin(OPERATOR) as unit:
            raw = {
                "name": name,
                "days": days,
                "scopes": [scope.upper() for scope in scopes],
                "networks": list(networks),
            }
            return await issue_token(unit, email, CreateToken.parse(raw))

    click.echo(run(work))
