"""The money of agreements as files for other systems: 360Giving grants, and IATI with results and transactions."""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from coord.agreements.giving import grants_json
from coord.agreements.published import grants
from coord.releases.granted import newest_with_money
from coord.releases.iati import money_xml
from coord.work import begin
from web.forms import query_form
from web.foundation import scope_of
from web.page import PRIVATE
from web.routes import heavy
from web.session import actor_of


async def giving(request: Request) -> Response:
    """The signed agreements of a program that the viewer may see, as grants of 360Giving."""
    form = query_form(request)
    async with begin(actor_of(request), read_only=True) as unit:
        found = await grants(unit, (await scope_of(unit, form)).code)
    return _file(await anyio.to_thread.run_sync(grants_json, found), "application/json", "grants.json")


async def iati(request: Request) -> Response:
    """The newest published quarter as an IATI activity, with the money of the agreements that the viewer may see."""
    form = query_form(request)
    async with begin(actor_of(request), read_only=True) as unit:
        report, found = await newest_with_money(unit, (await scope_of(unit, form)).code)
    return _file(await anyio.to_thread.run_sync(money_xml, report, found), "application/xml", "iati.xml")


def _file(content: bytes, kind: str, name: str) -> Response:
    kept = {"Content-Disposition": f'attachment; filename="coord-{name}"'}
    return Response(content, media_type=kind, headers={**PRIVATE, **kept})


ROUTES = [heavy("/agreements/grants.json", giving), heavy("/agreements/iati.xml", iati)]
