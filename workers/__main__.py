"""``python -m workers``: the commands, for child processes that must run the same Python."""

from workers.commands import main

main(prog_name="coord")
