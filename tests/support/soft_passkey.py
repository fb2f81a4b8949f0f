"""A passkey in software: what a browser and its authenticator answer (WebAuthn), for tests that have neither."""

import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
COSE_TYPE, COSE_ALGORITHM, COSE_CURVE, COSE_X, COSE_Y = 1, 3, -1, -2, -3
EC2, ES256, P256 = 2, -7, 1

Asked = dict[str, Any]


@dataclass
class SoftPasskey:
    """One passkey of a person. Its fields may be changed, to answer as no honest one would."""

    host: str = "localhost"
    origin: str = "http://localhost:8000"
    sign_count: int = 0
    """0 stays 0, as with passkeys that several devices share; any other grows with each use."""
    verifies: bool = True
    """Whether it asks for a finger, a face or a PIN, and says so."""
    id: bytes = field(default_factory=lambda: token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: str = ""

    def create(self, asked: Asked) -> str:
        """The answer to `navigator.credentials.create`, as the page's script sends it."""
        self.user_handle = asked["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {
            COSE_TYPE: EC2,
            COSE_ALGORITHM: ES256,
            COSE_CURVE: P256,
            COSE_X: point.x.to_bytes(32, "big"),
            COSE_Y: point.y.to_bytes(32, "big"),
        }
        key = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + encode_cbor(cose)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(HAS_KEY) + key}
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", asked), attestationObject=encode_cbor(attested)
        )

    def get(self, asked: Asked) -> str:
        """The answer to `navigator.credentials.get`."""
        if self.sign_count:
            self.sign_count += 1
        data, client_data = self._data(0), self._client_data("webauthn.get", asked)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=signature,
            userHandle=base64url_to_bytes(self.user_handle),
        )

    def _client_data(self, kind: str, asked: Asked) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.id)
        told = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})
