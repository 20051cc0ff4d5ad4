"""When data of people got out: who saw whom, by when whom to tell, and what to write."""

from coord.rights.breach import access
from coord.rights.breach.inputs import RecordBreach, Told, WhoSaw
from coord.rights.breach.looking import WITNESS, Report, Seen, seen, who_saw
from coord.rights.breach.recording import BreachShown, breach, breaches, hospitals_of, note_told, record_breach, remind

__all__ = [
    "WITNESS",
    "BreachShown",
    "RecordBreach",
    "Report",
    "Seen",
    "Told",
    "WhoSaw",
    "access",
    "breach",
    "breaches",
    "hospitals_of",
    "note_told",
    "record_breach",
    "remind",
    "seen",
    "who_saw",
]
