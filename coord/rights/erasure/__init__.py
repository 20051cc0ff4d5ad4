"""Erasing a person: asked for, agreed to, done when nothing has to be kept any more, and done again after a restore."""

from coord.rights.erasure import access
from coord.rights.erasure.asking import (
    Asked,
    agree_to_erasure,
    ask_erasure,
    end_request,
    erase_due,
    open_requests,
)
from coord.rights.erasure.erasing import ERASER, erase
from coord.rights.erasure.inputs import AskErasure
from coord.rights.erasure.replaying import NotAList, note_erased, parsed, replay, tombstones

__all__ = [
    "ERASER",
    "AskErasure",
    "Asked",
    "NotAList",
    "access",
    "agree_to_erasure",
    "ask_erasure",
    "end_request",
    "erase",
    "erase_due",
    "note_erased",
    "open_requests",
    "parsed",
    "replay",
    "tombstones",
]
