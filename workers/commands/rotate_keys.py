"""``coord rotate-keys``."""

import click

from coord.access import system
from coord.clients.private.rotating import rotate_private_keys
from coord.clients.rotating import rotate_client_keys
from coord.contacts.rotating import rotate_note_keys
from coord.identity.factor.rotating import rotate_factors
from coord.kernel.sealing import CannotOpen
from coord.referrals.rotating import rotate_referral_keys
from coord.webhooks.rotating import rotate_webhook_secrets
from coord.work import begin
from workers.commands.common import need_current_schema, run, say, stop

_KEEPER = system("key rotation", "seals with the newest keys what older ones sealed", "key.rotate")
_WRAPPED = {
    rotate_client_keys: "command.rotate.clients",
    rotate_note_keys: "command.rotate.notes",
    rotate_private_keys: "command.rotate.private",
    rotate_referral_keys: "command.rotate.referrals",
}
_EXAMPLE = """\b
Example:
  COORD_VAULT_KEYS="new,old" coord rotate-keys
"""


async def _work() -> None:
    async with begin(_KEEPER) as unit:
        say("command.rotate.factors", number=await rotate_factors(unit))
        say("command.rotate.webhooks", number=await rotate_webhook_secrets(unit))
    for rotate, said in _WRAPPED.items():
        after, turned = None, 0
        while True:
            async with begin(_KEEPER) as unit:
                number, after = await rotate(unit, after)
            turned += number
            say(said, number=turned)
            if after is None:
                break


@click.command("rotate-keys", epilog=_EXAMPLE)
def rotate_keys() -> None:
    """Seal with the newest keys what older ones sealed. People go on working; it may be stopped and run again."""
    need_current_schema()
    try:
        run(_work)
    except CannotOpen:
        stop("command.rotate.key_missing")
    say("command.rotate.done")
