"""Erasing a person through the API: asking, agreeing as a second person, refusing, and where each request stands."""

from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from coord.clients.codes import ErasureBasis
from coord.kernel.errors import Invalid, NotConfirmed, Problem
from coord.rights.erasure import Asked, AskErasure, agree_to_erasure, ask_erasure, end_request, open_requests
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.paging import GIVEN
from schema.scalars import Date, DateTime

strawberry.enum(ErasureBasis, description="On which ground somebody is erased. 删除依据。")
_REQUEST = "ErasureRequest"
_Done = TypeVar("_Done")


@strawberry.type(description="A request to erase somebody that is not done yet. 尚未执行的删除申请。")
class ErasureRequest:
    """A request by the client's code: the file itself may be restricted."""

    id: strawberry.ID
    client_code: str = strawberry.field(description="Also while the file is restricted. 档案受限时仍显示编号。")
    basis: ErasureBasis
    asked_at: DateTime
    due_on: Date = strawberry.field(description="Not before: the law keeps the record until then. 法定保存期满日。")
    is_own: bool = strawberry.field(description="The viewer asked; somebody else has to agree. 由本人提出。")
    is_agreed: bool


@strawberry.input(description="Whom, and on which ground. 删除对象与依据。")
class AskErasureInput:
    """What ``AskErasure`` takes, with a global id."""

    client: strawberry.ID
    basis: ErasureBasis


@strawberry.type(description="The request, and until when the law keeps the record. 申请及最早执行日期。")
class ErasureMoved:
    """The answer to whatever was done about a request; ``due_on`` is null once it was ended."""

    request_id: strawberry.ID
    due_on: Date | None


ErasureResult = Annotated[ErasureMoved | Rejected, strawberry.union("ErasureResult")]


def _shown(asked: Asked) -> ErasureRequest:
    asked_at, due_on = _plain(asked.asked_at), _plain(asked.due_on)
    return ErasureRequest(
        id=strawberry.ID(global_id(_REQUEST, asked.id)), client_code=asked.code, basis=asked.basis,
        asked_at=asked_at, due_on=due_on, is_own=asked.is_own, is_agreed=asked.is_agreed,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """A moment or a day for a scalar of the schema."""
    return value


def _request(given: str) -> UUID:
    found = row_id("request", _REQUEST, given)
    if found is None:
        raise AssertionError("the schema lets no null through")
    return found


def _session(info: Info) -> UUID:
    """The browser's session; a token has none, so that it never proves who holds it. Raises ``Invalid``."""
    session = info.context.session_id
    if session is None:
        raise Invalid(Problem("", "NOT_CONFIRMED"))
    return session


async def _confirmed(done: Awaitable[_Done]) -> _Done:
    """Turn a proof that is too old into a refusal as data."""
    try:
        return await done
    except NotConfirmed:
        raise Invalid(Problem("", "NOT_CONFIRMED")) from None


async def erasure_requests(info: Info, client: strawberry.ID | None = GIVEN) -> list[ErasureRequest]:
    """Open requests of the own care, of one client if one is named."""
    whose = None if client is strawberry.UNSET else row_id("client", "Client", client)
    return [_shown(one) for one in await open_requests(info.context.unit, whose)]


async def ask(info: Info, given_input: Annotated[AskErasureInput, strawberry.argument(name="input")]) -> ErasureResult:
    """Ask for an erasure."""
    unit, given = info.context.unit, AskErasure.parse(raw(given_input, {"client": "Client"}))
    made = await _confirmed(ask_erasure(unit, _session(info), given))
    await unit.session.flush()
    due = next((_plain(one.due_on) for one in await open_requests(unit, given.client) if one.id == made), None)
    return ErasureMoved(request_id=strawberry.ID(global_id(_REQUEST, made)), due_on=due)


async def agree(info: Info, request: strawberry.ID) -> ErasureResult:
    """Agree as a second person."""
    due = _plain(await _confirmed(agree_to_erasure(info.context.unit, _session(info), _request(request))))
    return ErasureMoved(request_id=request, due_on=due)


async def end(info: Info, request: strawberry.ID) -> ErasureResult:
    """Refuse a request, or take it back."""
    await end_request(info.context.unit, _request(request))
    return ErasureMoved(request_id=request, due_on=None)
