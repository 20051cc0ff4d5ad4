"""``python -m tests.audits``: what the public audit of GraphQL over HTTP says of a server, one line each.

With ``--install`` the audit is fetched first, as its lock names it. The address and a token of somebody who may
introspect are given: ``python -m tests.audits http://127.0.0.1:8000 coord_…``.
"""

import click

from tests.audits.auditing import audits_of, install, missing


@click.command()
@click.argument("address", required=False)
@click.argument("token", required=False)
@click.option("--install", "fetch", is_flag=True, help="Fetch the audit first.")
def main(address: str | None, token: str | None, *, fetch: bool) -> None:
    """Audit a server; exits 1 unless every audit is met."""
    if fetch:
        install()
    if address is None or token is None:
        return
    if why := missing():
        raise click.ClickException(why)
    found = audits_of(address, token)
    for audit in found:
        click.echo(f"{audit.status:<6} {audit.id}  {audit.name}")
    met = sum(audit.status == "ok" for audit in found)
    click.echo(f"{met} of {len(found)} met")
    if met < len(found):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
