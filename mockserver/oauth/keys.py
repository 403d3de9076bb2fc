"""The only place that signs and verifies: one RSA key for all access tokens.

authentication.md §10.

The signature is RSASSA-PKCS1-v1_5 with SHA-512, JWS algorithm RS512 (RFC 7518 §3.3). It is
deterministic: the same payload always gives the same token.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA512

ALGORITHM = "RS512"
KEY_SIZE = 2048
PUBLIC_EXPONENT = 65537
#: The name of the key's file in the data directory.
FILE_NAME = "signing_key.pem"
#: Tokens that are asked for again are not signed again.
REMEMBERED = 512


class ForeignTokenError(ValueError):
    """A text is no token of this key."""


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
        self._header = _encoded(header)
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
        from jwt.algorithms import RSAAlgorithm  # noqa: PLC0415 - takes a tenth of the start

        public = RSAAlgorithm.to_jwk(self._public_key, as_dict=True)
        key = {"kty": "RSA", "n": public["n"], "e": public["e"], "ext": True}
        return {"keys": [{**key, "kid": self.kid, "alg": ALGORITHM, "use": "sig"}]}

    def _sign(self, payload: str) -> str:
        """Return the token with the payload, which goes into it byte by byte as given."""
        signed = b".".join((self._header, _encoded(payload.encode())))
        signature = self._private_key.sign(signed, PKCS1v15(), SHA512())
        return b".".join((signed, _encoded(signature))).decode()

    def verify(self, token: str) -> bytes:
        """Return the payload of a token that this key has signed.

        All of them have the same header, so that nobody else's has to be understood, nor an
        algorithm that it names.

        Raises:
            ForeignTokenError: not a JWT, of another key or algorithm, or the signature is wrong.
        """
        try:
            signed, _, signature = token.encode("ascii").rpartition(b".")
            header, _, payload = signed.partition(b".")
            if header == self._header:
                self._public_key.verify(_decoded(signature), signed, PKCS1v15(), SHA512())
                return _decoded(payload)
        except (ValueError, InvalidSignature) as error:
            message = "no token, or not signed so"
            raise ForeignTokenError(message) from error
        message = "of another key, or none"
        raise ForeignTokenError(message)


def _encoded(data: bytes) -> bytes:
    """Return data as JSON Web Signatures have it (RFC 7515 §2)."""
    return urlsafe_b64encode(data).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))


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
