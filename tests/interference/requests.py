"""Random requests of a viewer: paths through the schema, pages of every route, one in five changes something."""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

from starlette.routing import Route

from schema.ids import global_id
from tests.interference.hidden import CODES, IDS, NAMES
from tests.schema.walking import documents, everything_of_a_node
from tests.world import CHEN, LIN, NORTH, NORTH_GROUP, PROGRAM, SOUTH, SOUTH_ZHAO, fixed
from web.asgi import build

_KINDS = ("Organization", "Program", "Worker", "Placement", "Client", "ServiceContact")
_KNOWN = (LIN, CHEN, SOUTH_ZHAO, NORTH, SOUTH, NORTH_GROUP, fixed("nobody"))
# Figures about the process and its servers, about no rows.
_NOT_ASKED = ("/healthz", "/readyz", "/metrics", "/graphql", "/static", "/setup", "/sign-in", "/invitation")


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    path: str
    json: Mapping[str, object] | None = None
    form: Mapping[str, str] = field(default_factory=dict)


def _id(rng: random.Random) -> uuid.UUID:
    return rng.choice((*_KNOWN, *IDS))


def _search(rng: random.Random) -> str:
    return rng.choice((*NAMES, *CODES, "NORTH", "SOUTH", "mm", "林", "zmq", "000", "0901"))


def _graphql(document: str, **variables: object) -> Ask:
    return Ask("POST", "/graphql", {"query": document, "variables": variables})


_walk = lru_cache(maxsize=1)(documents)
_everything = lru_cache(maxsize=None)(everything_of_a_node)


def _path_through_the_schema(rng: random.Random) -> Ask:
    return _graphql(rng.choice(_walk()))


def _one_node(rng: random.Random) -> Ask:
    kind = rng.choice(_KINDS)
    given = rng.choice((global_id(kind, _id(rng)), global_id(rng.choice(_KINDS), _id(rng)), "nonsense"))
    return _graphql(f"query ($id: ID!) {{ node(id: $id) {_everything(kind)} }}", id=given)


def _found_clients(rng: random.Random) -> Ask:
    asked = (
        "query ($s: String, $n: Int) { clients(search: $s, first: $n) { totalCount pageInfo { hasNextPage endCursor }"
    )
    return _graphql(
        f"{asked} edges {{ cursor node {{ id code identity {{ name }} }} }} }} }}", s=_search(rng), n=rng.randint(1, 5)
    )


def _narrowed(rng: random.Random) -> Ask:
    kind, name = rng.choice((("Organization", "hospital"), ("Client", "client")))
    asked = (
        f"query ($v: ID!) {{ serviceContacts(first: 2, filter: {{{name}: $v}}) {{ totalCount pageInfo {{ endCursor }}"
    )
    return _graphql(f"{asked} edges {{ node {{ id client {{ code }} }} }} }} }}", v=global_id(kind, _id(rng)))


def _logged(rng: random.Random) -> Ask:
    """A contact with anybody."""
    given = {
        "idempotencyKey": str(uuid.UUID(int=rng.getrandbits(128), version=4)), "program": PROGRAM,
        "client": global_id("Client", _id(rng)), "serviceCode": "CASE_CONTACT", "occurredOn": "2026-09-04",
        "durationMinutes": rng.choice((20, 45)),
    }  # fmt: skip
    return _graphql(
        "mutation ($g: LogServiceContactInput!) { logServiceContact(input: $g) { __typename ... on Rejected { problems {"
        " field code message } } ... on ServiceContactLogged { replayed serviceContact { id client { code } } } } }",
        g=given,
    )


def _registered(rng: random.Random) -> Ask:
    """A person, under a code that may be taken elsewhere, or under the next free one."""
    key = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    form = {"idempotency_key": key, "program": PROGRAM, "name": rng.choice(NAMES), "code": rng.choice((*CODES, "", ""))}
    return Ask("POST", "/clients/new", form=form)


def _case(rng: random.Random) -> Ask:
    return Ask("POST", f"/clients/{_id(rng)}/case", form={"opened_on": "2026-09-01"})


@lru_cache(maxsize=1)
def _pages() -> Sequence[str]:
    paths = [route.path for route in build().routes if isinstance(route, Route) and "GET" in (route.methods or ())]
    return [path for path in paths if not path.startswith(_NOT_ASKED)]


def _page(rng: random.Random) -> Ask:
    """Any page, its parts filled with what may or may not exist."""
    path = rng.choice(_pages())
    for part, value in {
        "{kind}": rng.choice(("csv", "xlsx")), "{ending}": "csv", "{code}": rng.choice(("H001", "H002", "H009")),
    }.items():  # fmt: skip
        path = path.replace(part, value)
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + str(_id(rng)) + path[end + 1 :]
    known = {
        "search": _search(rng), "month": "2026-09", "program": PROGRAM, "client": str(_id(rng)),
        "from": "2026-01-01", "to": "2026-12-31", "hospital": rng.choice((str(_id(rng)), "H001")),
    }  # fmt: skip
    chosen = {name: known[name] for name in rng.sample(sorted(known), rng.randint(0, 3))}
    return Ask("GET", f"{path}?{urlencode(chosen)}")


_ASKED: Sequence[tuple[Callable[[random.Random], Ask], int]] = (
    (_path_through_the_schema, 3), (_one_node, 3), (_found_clients, 3), (_narrowed, 2), (_page, 5),
    (_logged, 2), (_registered, 2), (_case, 1),
)  # fmt: skip


def requests_of(rng: random.Random, number: int) -> Sequence[Ask]:
    """A series of requests."""
    kinds, weights = zip(*_ASKED, strict=True)
    return [kind(rng) for kind in rng.choices(kinds, weights, k=number)]
