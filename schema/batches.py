"""Several contacts in one mutation: each row stands for itself."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from coord.contacts.batch import log_contacts
from coord.contacts.codes import Source
from schema.contacts import LOG_IDS, LogServiceContactInput
from schema.errors import ProblemSaid, Rejected, spelled
from schema.ids import global_id
from schema.inputs import raw
from schema.looking import Info


@strawberry.input(description="Several services, each with a key of its own. 多条服务记录，每条自带幂等键。")
class LogServiceContactsInput:
    """The rows of a batch."""

    rows: list[LogServiceContactInput] = strawberry.field(description="At most 200. 最多 200 条。")


@strawberry.type(description="What became of one row. 单行结果。")
class BatchRow:
    """A contact, or what is wrong."""

    service_contact_id: strawberry.ID | None = strawberry.field(
        description="Null when the row was refused. 被拒时为 null。"
    )
    replayed: bool
    problems: list[ProblemSaid]


@strawberry.type(description="The rows in the order given. 按提交顺序返回。")
class ServiceContactsLogged:
    """The answer to a batch."""

    rows: list[BatchRow]


LogServiceContactsResult = Annotated[ServiceContactsLogged | Rejected, strawberry.union("LogServiceContactsResult")]


async def log_service_contacts(
    info: Info, given_input: Annotated[LogServiceContactsInput, strawberry.argument(name="input")]
) -> LogServiceContactsResult:
    """Log services, one a row; a row that is refused does not lose the others."""
    rows: Sequence[dict[str, Any]] = [raw(row, LOG_IDS) for row in given_input.rows]
    outcomes = await log_contacts(info.context.unit, rows, source=Source.API)
    words = info.context.words
    return ServiceContactsLogged(
        rows=[
            BatchRow(
                service_contact_id=strawberry.ID(global_id("ServiceContact", out.contact_id))
                if out.contact_id
                else None,
                replayed=out.replayed,
                problems=[
                    ProblemSaid(field=spelled(p.field), code=p.code, message=words.problem(p)) for p in out.problems
                ],
            )
            for out in outcomes
        ]
    )
