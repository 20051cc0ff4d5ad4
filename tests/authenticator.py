"""A passkey in software: makes keys and signs as a device does (Web Authentication, level 2), for tests."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

_PRESENT, _VERIFIED, _NEW_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey. What a test changes is what a broken, copied or hostile device would do."""

    origin: str = "http://localhost"
    host: str = "localhost"
    verifies: bool = True
    count: int = 0
    counts: bool = True
    handle: bytes | None = None
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str, **client: Any) -> str:
        """The answer to a request for a new passkey."""
        asked = json.loads(options)
        self.handle = base64url_to_bytes(asked["user"]["id"])
        told = self._client("webauthn.create", asked["challenge"], **client)
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(_NEW_KEY) + self._credential()}
        return self._answer(
            {"clientDataJSON": told, "attestationObject": encode_cbor(made), "transports": ["internal"]}
        )

    def get(self, options: str, **client: Any) -> str:
        """The answer to a question."""
        told = self._client("webauthn.get", json.loads(options)["challenge"], **client)
        self.count += self.counts
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        answer: dict[str, Any] = {"clientDataJSON": told, "authenticatorData": data, "signature": signature}
        if self.handle is not None:
            answer["userHandle"] = self.handle
        return self._answer(answer)

    def _client(self, kind: str, question: str, **changed: Any) -> bytes:
        return json.dumps({"type": kind, "challenge": question, "origin": self.origin, **changed}).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _credential(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return bytes(16) + len(self.id).to_bytes(2, "big") + self.id + encode_cbor(cose)

    def _answer(self, response: dict[str, Any]) -> str:
        shown = {name: bytes_to_base64url(v) if isinstance(v, bytes) else v for name, v in response.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": shown})
