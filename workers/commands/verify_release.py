"""``coord verify-release``."""

import sys
from pathlib import Path

import click

from coord.audit.signing import NotACheckpoint, PublicKeys, public_keys, read_keys
from coord.releases.verifying import faults_of, faults_of_stories
from workers.commands.common import say, spoken

_EXAMPLE = """\b
Example:
  coord verify-release coord-2026Q3.json --keys keys.json
"""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _keys(path: Path | None) -> PublicKeys:
    """The keys that somebody kept, else those of the settings."""
    if path is None:
        return public_keys()
    try:
        return read_keys(path.read_text(encoding="utf-8-sig"))
    except (NotACheckpoint, UnicodeDecodeError):
        click.echo(f"Error: {spoken()('command.verify.bad_keys', file=path)}", err=True)
        sys.exit(2)


@click.command("verify-release", epilog=_EXAMPLE)
@click.argument("file", type=_FILE)
@click.option(
    "--keys", type=_FILE, help="Public keys as /checkpoints/keys.json gives them; else those of the settings."
)
@click.option("--stories", type=_FILE, help="The stories.json of the same report, to be held against it.")
def verify_release(file: Path, keys: Path | None, stories: Path | None) -> None:
    """Check offline that a report's JSON file says what was signed when it was published."""
    faults = list(faults_of(file.read_bytes(), _keys(keys)))
    if stories is not None and not faults:
        faults += faults_of_stories(stories.read_bytes(), file.read_bytes())
    if faults:
        click.echo(f"Error: {spoken()('command.release.fault', file=file, faults=', '.join(faults))}", err=True)
        sys.exit(1)
    say("command.release.whole", file=file)
