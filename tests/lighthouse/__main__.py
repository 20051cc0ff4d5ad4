"""``python -m tests.lighthouse http://127.0.0.1:8000/impact/DIP``: the accessibility of pages, on a phone and a desktop.

With ``--install`` Lighthouse is fetched first, as its lock names it.
"""

import click

from tests.lighthouse.scoring import FORMS, install, missing, scores_of


@click.command()
@click.argument("addresses", nargs=-1)
@click.option("--install", "fetch", is_flag=True, help="Fetch Lighthouse first.")
def main(addresses: tuple[str, ...], *, fetch: bool) -> None:
    """Score pages; exits 1 unless each has 1.00."""
    if fetch:
        install()
    if not addresses:
        return
    if why := missing():
        raise click.ClickException(why)
    found = [(form, *one) for form in FORMS for one in scores_of(form, addresses).items()]
    for form, address, score in found:
        click.echo(f"{form:<8} {score.score}  {address} {' '.join(score.failed)}{score.error or ''}")
    if any(score.score != 1 for _, _, score in found):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
