"""The command line: ``coord``."""

import click

from workers.commands.accounts import token, user
from workers.commands.breach import who_saw
from workers.commands.common import Commands
from workers.commands.demo import demo
from workers.commands.dispatch import dispatch
from workers.commands.doctor import doctor
from workers.commands.erasures import erased_ids, replay_erasures
from workers.commands.imports import imports
from workers.commands.migrate import migrate
from workers.commands.organizations import organization
from workers.commands.rebuild_rollups import rebuild_rollups
from workers.commands.report import report
from workers.commands.rotate_keys import rotate_keys
from workers.commands.seed import seed
from workers.commands.serve import serve
from workers.commands.verify_audit import verify_audit
from workers.commands.verify_release import verify_release
from workers.commands.work import work

_EXAMPLE = "\b\nTry it:\n  coord demo\n"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EXAMPLE)
@click.version_option(package_name="coord", prog_name="coord")
def main() -> None:
    """One place where a foundation, its hospitals, agencies and sponsors run a program together."""


for command in (
    demo,
    serve,
    work,
    dispatch,
    migrate,
    seed,
    imports,
    organization,
    erased_ids,
    replay_erasures,
    who_saw,
    user,
    token,
    verify_audit,
    verify_release,
    report,
    rotate_keys,
    rebuild_rollups,
    doctor,
):
    main.add_command(command)

__all__ = ["main"]
