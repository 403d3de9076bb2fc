"""The only place that signs and verifies: one RSA key for all access tokens.

authentication.md §10.

The signature is RSASSA-PKCS1-v1_5 with SHA-512, JWS algorithm RS512 (RFC 7518 §3.3). It is
deterministic: the same payload always gives the same token.
"""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import jwt
import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

ALGORITHM = "RS512"
KEY_SIZE = 2048
PUBLIC_EXPONENT = 65537
#: The name of the key's file in the data directory.
FILE_NAME = "signing_key.pem"
#: Tokens that are asked for again are not signed again.
REMEMBERED = 512

_RS512 = RSAAlgorithm(RSAAlgorithm.SHA512)
_JWS = jwt.PyJWS(algorithms=[ALGORITHM])


class SigningKeyError(Exception):
    """The key cannot be read or stored; the message is one sentence for the user."""


class SigningKey:
    """A private key and its public half.

    Attributes:
        kid: the key id, 64 hexadecimal digits that depend on the public key alone.
    """

    def __init__(self, private_key: rsa.RSAPrivateKey) -> None:
        """Take a key of at least 2048 bits."""
        self._private_key = private_key
        self._public_key = private_key.public_key()
        self.kid = _kid(self._public_key)
        # In this order: the real service's header reads so.
        header = orjson.dumps({"alg": ALGORITHM, "typ": "JWT", "kid": self.kid})
        self._header = base64url_encode(header)
        self.sign = lru_cache(maxsize=REMEMBERED)(self._sign)

    @classmethod
    def generate(cls) -> SigningKey:
        """Return a new key; takes a tenth of a second or more."""
        return cls(rsa.generate_private_key(PUBLIC_EXPONENT, KEY_SIZE))

    @classmethod
    def read(cls, path: Path) -> SigningKey:
        """Return the key in a PEM file.

        Raises:
            SigningKeyError: no such file, or no unencrypted RSA private key of 2048 bits or more.
        """
        try:
            # The file is the user's own, and validating a key takes a tenth of the start.
            key = serialization.load_pem_private_key(
                path.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True
            )
        except OSError as error:
            message = f"The signing key {path} cannot be read: {error.strerror}."
            raise SigningKeyError(message) from error
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            message = f"The signing key {path} is not an unencrypted private key in PEM form."
            raise SigningKeyError(message) from error
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < KEY_SIZE:
            message = f"The signing key {path} is not an RSA key of at least {KEY_SIZE} bits."
            raise SigningKeyError(message)
        return cls(key)

    @classmethod
    def kept_in(cls, directory: Path) -> SigningKey:
        """Return the key of a data directory, generated the first time.

        Tokens so survive a restart. Of two processes that start at once, both get the same key.

        Raises:
            SigningKeyError: the key cannot be read or written.
        """
        path = directory / FILE_NAME
        if not path.exists():
            try:
                directory.mkdir(parents=True, exist_ok=True)
                _store(cls.generate().pem(), path)
            except OSError as error:
                message = f"The signing key {path} cannot be written: {error.strerror}."
                raise SigningKeyError(message) from error
        return cls.read(path)

    def pem(self) -> bytes:
        """Return the private key as unencrypted PKCS #8 PEM."""
        return self._private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def jwks(self) -> dict[str, Any]:
        """Return the JSON Web Key Set with the public key, as ``/.well-known/jwks.json``."""
        public = RSAAlgorithm.to_jwk(self._public_key, as_dict=True)
        key = {"kty": "RSA", "n": public["n"], "e": public["e"], "ext": True}
        return {"keys": [{**key, "kid": self.kid, "alg": ALGORITHM, "use": "sig"}]}

    def _sign(self, payload: str) -> str:
        """Return the token with the payload, which goes into it byte by byte as given."""
        signing_input = self._header + b"." + base64url_encode(payload.encode())
        signature = _RS512.sign(signing_input, self._private_key)
        return (signing_input + b"." + base64url_encode(signature)).decode()

    def verify(self, token: str) -> bytes:
        """Return the payload of a token that this key has signed.

        Raises:
            jwt.PyJWTError: not a JWT, of another key or algorithm, or the signature is wrong.
        """
        try:
            found = _JWS.decode_complete(token, self._public_key, algorithms=[ALGORITHM])
        except UnicodeEncodeError as error:
            raise jwt.DecodeError(str(error)) from error
        if found["header"].get("kid") != self.kid:
            message = "unknown kid"
            raise jwt.InvalidTokenError(message)
        payload: bytes = found["payload"]
        return payload


def _kid(public_key: rsa.RSAPublicKey) -> str:
    encoded = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return sha256(encoded).hexdigest()


def _store(pem: bytes, path: Path) -> None:
    """Write a whole file, readable by its owner alone, unless somebody else has just done so."""
    descriptor, name = mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
