"""Random requests of a viewer: documents from the schema, pages, files and forms of every route, one in five a change.

What earlier answers said (ids, cursors, links, forms) is asked again, beside what is foreign, absent or malformed.
"""

import base64
import html
import json
import random
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

from starlette.routing import Route

from coord.contacts.codes import ServiceCode
from coord.kernel.sealing import Ring
from coord.settings import settings
from schema.app import core
from schema.ids import global_id
from tests.coord.making import DEMANDED
from tests.interference.documents import Value, Writer
from tests.interference.hidden import IDS
from tests.interference.rows import CODES, NAMES
from tests.interference.viewers import BY_TOKEN
from tests.world import CHEN, LIN, NORTH, NORTH_GROUP, PROGRAM, PROGRAM_ID, SOUTH, SOUTH_ZHAO, fixed
from web.asgi import build

_KNOWN = (LIN, CHEN, SOUTH_ZHAO, NORTH, SOUTH, NORTH_GROUP, PROGRAM_ID, fixed("nobody"))
# Figures about the process and its servers, about no rows; ways in, which a stranger uses; the way out.
_NOT_ASKED = ("/healthz", "/readyz", "/metrics", "/graphql", "/static", "/setup", "/sign-", "/invitation", "/language")
_REGISTRARS = ("sam", "nia", "sun")
_MOST = 40
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CURSOR = re.compile(r'"(?:cursor|endCursor|startCursor)":"([^"]+)"|[?&](?:amp;)?after=([^"&]+)')
_GLOBAL = re.compile(r'"id":"([^"]+)"')
_LINK = re.compile(r'href="(/[^"#]*)"')
_FORM = re.compile(r'<form[^>]*?method="post"[^>]*?action="(/[^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_INPUT = re.compile(r'<(?:input|select|textarea)[^>]*?name="([^"]+)"[^>]*?(?:value="([^"]*)")?[^>]*>')


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    path: str
    json: Mapping[str, object] | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    file: bytes = b""

    @property
    def changes(self) -> bool:
        """Whether it may leave something behind that a viewer sees."""
        return (self.json is None and self.method == "POST") or "mutation" in str(self.json)


@dataclass
class Told:
    """What answers so far have told."""

    uuids: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    forms: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def hear(self, body: str) -> None:
        """Keep the first of each kind."""
        self.uuids = [*dict.fromkeys([*self.uuids, *_UUID.findall(body)])][:_MOST]
        self.ids = [*dict.fromkeys([*self.ids, *_GLOBAL.findall(body)])][:_MOST]
        self.cursors = [*dict.fromkeys([*self.cursors, *(a or b for a, b in _CURSOR.findall(body))])][:_MOST]
        links = [link for link in map(html.unescape, _LINK.findall(body)) if not link.startswith(_NOT_ASKED)]
        self.links = [*dict.fromkeys([*self.links, *links])][:_MOST]
        for action, inside in _FORM.findall(body):
            if not action.startswith(_NOT_ASKED):
                given = {name: html.unescape(value or "") for name, value in _INPUT.findall(inside)}
                self.forms = [*self.forms, (html.unescape(action), given)][:_MOST]


@lru_cache(maxsize=1)
def _paths(method: str) -> Sequence[str]:
    found = [route.path for route in build().routes if isinstance(route, Route) and method in (route.methods or ())]
    return [path for path in found if not path.startswith(_NOT_ASKED) and path != "/"]


_pages, _forms = lru_cache(maxsize=2)(_paths), lru_cache(maxsize=2)(_paths)


class Asker:
    """Draws the requests of one viewer."""

    def __init__(self, viewer: str, rng: random.Random) -> None:
        """Nothing was heard yet."""
        self.viewer, self.rng, self.told = viewer, rng, Told()
        self._writer = Writer(rng, self._scalars())

    def ask(self) -> Ask:
        """The next request."""
        chosen: Sequence[tuple[Callable[[], Ask], int]] = (
            (self._query, 5), (self._mutation, 1), (self._page, 2), (self._named, 3), (self._followed, 1),
            (self._search, 2), (self._post, 1), (self._filled, 1),
            (self._registered if self.viewer in _REGISTRARS else self._page, 3),
        )  # fmt: skip
        kinds, weights = zip(*(chosen[:2] if self.viewer in BY_TOKEN else chosen), strict=True)
        (kind,) = self.rng.choices(kinds, weights)
        found: Ask = kind()
        return found

    def _uuid(self) -> str:
        return str(self.rng.choice((self.rng.choice(_KNOWN), self.rng.choice(IDS), *self._some(self.told.uuids))))

    def _some(self, heard: Sequence[str]) -> Sequence[str]:
        """One of what was heard, twice: it is the likeliest to lead somewhere."""
        return (self.rng.choice(heard),) * 2 if heard else ()

    def _global(self) -> str:
        kinds = [each.name for each in core.get_possible_types(core.type_map["Node"])]  # type: ignore[arg-type]
        made = global_id(self.rng.choice(kinds), uuid.UUID(self._uuid()))
        return self.rng.choice((made, made, made, "nonsense", *self._some(self.told.ids), *self._some(self.told.ids)))

    def _words(self, name: str) -> str:
        if name in {"after", "before"}:
            return self.rng.choice((*(self._some(self.told.cursors) or ("nonsense",)), "WyJ4Il0"))
        if name == "program":
            return self.rng.choice((PROGRAM, PROGRAM, PROGRAM, "OTHER"))
        return self.rng.choice((*NAMES, *CODES, PROGRAM, "NORTH", "SOUTH", "mm", "林", "zmq", "000", "0901", "H001"))

    def _day(self, name: str = "") -> str:
        if name in {"from", "to"}:
            return "2026-01-01" if name == "from" else "2026-12-31"
        return f"2026-09-{self.rng.randint(1, 9):02d}"

    def _scalars(self) -> Mapping[str, Value]:
        def quoted(draw: Callable[[str], str]) -> Value:
            return lambda name: json.dumps(draw(name), ensure_ascii=False)

        return {
            "ID": quoted(lambda _: self._global()),
            "UUID": quoted(lambda _: str(uuid.UUID(int=self.rng.getrandbits(128), version=4))),
            "String": quoted(lambda name: "2026-09" if name == "month" else self._words(name)),
            "Date": quoted(self._day),
            "DateTime": quoted(lambda _: "2026-09-03T10:00:00+08:00"),
            "Decimal": quoted(lambda _: "12.5"),
            "Int": lambda name: str(self.rng.randint(1, 5) if name == "first" else self.rng.choice((0, 1, 20, 45))),
            "Float": lambda _: "1.5",
            "Boolean": lambda _: self.rng.choice(("true", "false")),
        }

    def _query(self) -> Ask:
        return Ask("POST", "/graphql", {"query": self._writer.query()})

    def _mutation(self) -> Ask:
        if self.rng.random() < 0.5:
            return Ask("POST", "/graphql", {"query": self._writer.mutation()})
        given = {
            "idempotencyKey": str(uuid.UUID(int=self.rng.getrandbits(128), version=4)), "program": PROGRAM,
            "client": self._global(), "serviceCode": "CASE_CONTACT", "occurredOn": self._day(), "durationMinutes": 20,
        }  # fmt: skip
        told = "__typename ... on Rejected { problems { field code message } } ... on ServiceContactLogged {"
        return Ask("POST", "/graphql", {
            "query": f"mutation ($g: LogServiceContactInput!) {{ logServiceContact(input: $g) {{ {told} serviceContact {{"
                     " id client { code } } } } }",
            "variables": {"g": given},
        })  # fmt: skip

    def _path(self, pattern: str) -> str:
        path = pattern
        for part, value in {
            "{kind}": self.rng.choice(("csv", "xlsx")), "{ending}": "csv",
            "{code}": self.rng.choice(("H001", "H002", "H009")),
        }.items():  # fmt: skip
            path = path.replace(part, value)
        while "{" in path:
            start, end = path.index("{"), path.index("}")
            path = path[:start] + self._uuid() + path[end + 1 :]
        return path

    def _typed(self, name: str) -> str:
        """A value for a field of this name."""
        known: Mapping[str, Callable[[], str]] = {
            "program": lambda: PROGRAM, "month": lambda: "2026-09", "from": lambda: "2026-01-01",
            "to": lambda: "2026-12-31", "service_code": lambda: self.rng.choice(list(ServiceCode)),
            "email": lambda: self.rng.choice(("other1@demo.example", "nia@demo.example", "new1@demo.example")),
            "duration_minutes": lambda: "30", "starts_on": self._day, "occurred_on": self._day, "opened_on": self._day,
            "idempotency_key": lambda: str(uuid.UUID(int=self.rng.getrandbits(128), version=4)), "role": lambda: "SUPERVISOR",
            "kind": lambda: "HOSPITAL", "province": lambda: "北京",
        }  # fmt: skip
        if name in known:
            return known[name]()
        named = any(part in name for part in ("name", "code", "search", "q", "note", "reason"))
        return self._words(name) if named else self.rng.choice((self._uuid(), self._uuid(), self._words(name)))

    def _page(self) -> Ask:
        """Any page or file, narrowed to what may or may not exist."""
        names = self.rng.sample(("q", "program", "client", "from", "to", "hospital", "after", "month", "kind"), 2)
        asked = {name: self._typed(name) for name in names[: self.rng.randint(0, 2)]}
        return Ask("GET", f"{self._path(self.rng.choice(_pages('GET')))}?{urlencode(asked)}")

    def _search(self) -> Ask:
        """People by what somebody types, or a list as a whole."""
        if self.rng.random() < 0.6:
            return Ask("GET", f"/clients?found={self._sealed(self.rng.choice((*CODES, *CODES, self._words(''))))}")
        return Ask("GET", self.rng.choice(("/records", "/contacts", "/quality", "/numbers", "/hospitals", "/groups")))

    def _sealed(self, text: str) -> str:
        """What the page of a search would make of a text, the same for every world."""
        kept = Ring(settings().sealing_ring).seal(
            text.encode("utf-8", "replace"), f"web.search.{fixed(f'user/{self.viewer}')}"
        )
        return base64.urlsafe_b64encode(kept).decode().rstrip("=")

    def _named(self) -> Ask:
        """The page of a person who may be somebody else's, may not be there, or what is written about them."""
        path = self.rng.choice(
            ("/clients/{}", "/clients/{}", "/clients/{}/access", "/log?client={}", "/records?client={}")
        )
        return Ask("GET", path.format(self._uuid()))

    def _followed(self) -> Ask:
        """A link of an earlier page."""
        return Ask("GET", self.rng.choice(self.told.links)) if self.told.links else self._page()

    def _post(self) -> Ask:
        """Any form's address, with fields that it may know."""
        names = ("program", "client", "hospital", "organization", "worker", "code", "name", "email", "role", "starts_on",
                 "kind", "idempotency_key", "service_code", "occurred_on", "duration_minutes", "reason")  # fmt: skip
        given = {name: self._typed(name) for name in names if self.rng.random() < 0.8}
        path = self._path(self.rng.choice(_forms("POST")))
        if path == "/imports":
            return Ask("POST", path, form=given, file=self._workbook())
        return Ask("POST", path, form=given)

    def _filled(self) -> Ask:
        """A form of an earlier page, some of its fields changed."""
        if not self.told.forms:
            return self._page()
        action, given = self.rng.choice(self.told.forms)
        changed = {
            name: value if value and self.rng.random() < 0.6 else self._typed(name) for name, value in given.items()
        }
        return Ask("POST", action, form=changed)

    def _registered(self) -> Ask:
        """A person, under a code that may be taken elsewhere, or under the next free one."""
        form = {"idempotency_key": self._typed("idempotency_key"), "program": PROGRAM, "name": self.rng.choice(NAMES),
                "code": self.rng.choice((*CODES, "", "", "")), **DEMANDED}  # fmt: skip
        return Ask("POST", "/clients/new", form=form)

    def _workbook(self) -> bytes:
        rows = [
            f"{self.rng.choice((*CODES, 'NORTH-0001', 'SOUTH-0001'))},2026-09-0{n},30,个案面谈" for n in range(1, 4)
        ]
        return "\n".join(("编号,日期,时长,服务", *rows)).encode()


class Series:
    """The requests of one viewer in all worlds: drawn while the first one answers, the same in the others."""

    def __init__(self, viewer: str, rng: random.Random) -> None:
        """None yet."""
        self._asker = Asker(viewer, rng)
        self.asked: list[Ask] = []

    def ask(self, number: int) -> Ask:
        """The request of a number."""
        if number == len(self.asked):
            self.asked.append(self._asker.ask())
        return self.asked[number]

    def hear(self, number: int, body: str) -> None:
        """What the first world says; later ones say the same, or are found out."""
        if number == len(self.asked) - 1:
            self._asker.told.hear(body)
