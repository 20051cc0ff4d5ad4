"""Shapes that several areas need: a client has contacts, a contact has a client."""

from coord.measures import person_times_of
from schema.organizations import ORGANIZATION
from schema.placements import WORKER
from schema.programs import PROGRAM
from schema.rows import Derived, Shape

IDENTITY = Shape("ClientIdentity", ("name", "phone"), flat=True)
CLIENT = Shape(
    "Client",
    ("code", "birth_year", "district", "stage"),
    needs={
        "identity": ("id",),
        "record": ("id",),
        "lacks": ("id",),
        "discharges": ("id",),
        "service_contacts": ("id",),
        "consents": ("id",),
    },
)
CONTACT = Shape(
    "ServiceContact",
    (
        "occurred_on", "started_at", "duration_minutes", "service_code", "setting", "stage", "phase", "target",
        "attendance", "status", "recorded_at", "certificates",
    ),
    objects={"client": CLIENT, "worker": WORKER, "hospital": ORGANIZATION, "program": PROGRAM},
    needs={"flags": ("id",), "process": ("id",), "attachments": ("id",)},
    derived={
        "person_times": Derived(person_times_of, ("occurred_on", "service_code", "target", "heads_present")),
    },
)  # fmt: skip
