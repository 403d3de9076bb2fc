"""The signing key: kept, published, and the only one whose tokens count."""

from __future__ import annotations

import base64
import json
import re
import stat
import threading
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from mockserver.oauth.keys import FILE_NAME, ForeignTokenError, SigningKey, SigningKeyError
from tests.oauth.authorization_world import signing_key


@pytest.fixture(scope="module")
def stranger() -> SigningKey:
    """Return another key."""
    return SigningKey.generate()


def pem(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes | None = None
) -> bytes:
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )


def test_kid_is_64_hex_digits_of_the_public_key(stranger: SigningKey) -> None:
    """The same key always has the same id, another key another one."""
    assert re.fullmatch(r"[0-9a-f]{64}", signing_key().kid)
    assert stranger.kid != signing_key().kid


def test_header_reads_as_the_real_one() -> None:
    """The header has the three members in the order of the real service's tokens."""
    header, _, _ = signing_key().sign("{}").split(".")

    expected = f'{{"alg":"RS512","typ":"JWT","kid":"{signing_key().kid}"}}'
    assert expected == base64.urlsafe_b64decode(header + "==").decode()


def test_jwks_verifies_a_token() -> None:
    """A verifier that knows only the key set accepts the token."""
    jwks = signing_key().jwks()
    token = signing_key().sign('{"scope":"market:all"}')
    public = jwt.PyJWKSet.from_dict(jwks)[jwt.get_unverified_header(token)["kid"]]

    assert jwt.decode(token, public, algorithms=["RS512"]) == {"scope": "market:all"}
    assert list(jwks["keys"][0]) == ["kty", "n", "e", "ext", "kid", "alg", "use"]
    fixed = {"kty": "RSA", "e": "AQAB", "ext": True, "alg": "RS512", "use": "sig"}
    assert fixed.items() <= jwks["keys"][0].items()


def test_signature_is_deterministic_and_the_payload_untouched() -> None:
    """The same text gives the same token, and comes back byte by byte."""
    payload = '{ "a":\t"\\u00e9" }'
    key = signing_key()

    assert key._sign(payload) == key._sign(payload)
    assert key.verify(key.sign(payload)) == payload.encode()


def tampered(token: str) -> str:
    header, payload, signature = token.split(".")
    return f"{header}.{payload[:-2]}{'A' if payload[-2] != 'A' else 'B'}{payload[-1]}.{signature}"


@pytest.mark.parametrize(
    "token",
    ["", "a", "a.b", "a.b.c", "....", "é.é.é", "\ud800", "bnVsbA.bnVsbA.bnVsbA", "W10.W10.W10"],
)
def test_garbage_is_refused(token: str) -> None:
    """What is no JWT raises one kind of error."""
    with pytest.raises(ForeignTokenError):
        signing_key().verify(token)


def test_tokens_of_others_are_refused(stranger: SigningKey) -> None:
    """A wrong signature, another algorithm, another kid or none: refused."""
    key = signing_key()
    private = key.pem()
    public = key._public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS512", "kid": key.kid}).encode())
    for token in (
        stranger.sign("{}"),
        tampered(key.sign('{"scope":"market:all"}')),
        jwt.encode({}, private, algorithm="RS256", headers={"kid": key.kid}),
        jwt.encode({}, private, algorithm="RS512", headers={"kid": stranger.kid}),
        jwt.encode({}, private, algorithm="RS512"),
        jwt.encode({}, None, algorithm="none", headers={"kid": key.kid}),
        f"{header.decode().rstrip('=')}.e30.{base64.urlsafe_b64encode(public[:64]).decode()}",
    ):
        with pytest.raises(ForeignTokenError):
            key.verify(token)


def test_key_is_generated_once_and_kept_private(tmp_path: Path) -> None:
    """The second start finds the first one's key; nobody else may read it."""
    directory = tmp_path / "new" / "directory"
    first = SigningKey.kept_in(directory)

    assert first.kid == SigningKey.kept_in(directory).kid
    assert stat.S_IMODE((directory / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in directory.iterdir()] == [FILE_NAME]


def test_two_starts_at_once_get_one_key(tmp_path: Path) -> None:
    """Whoever writes second takes the first one's key."""
    kids = []
    threads = [
        threading.Thread(target=lambda: kids.append(SigningKey.kept_in(tmp_path).kid))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(kids) == 4
    assert len(set(kids)) == 1


def test_given_key_is_read(tmp_path: Path) -> None:
    """A PEM file from elsewhere signs as well."""
    path = tmp_path / "own.pem"
    path.write_bytes(signing_key().pem())

    assert SigningKey.read(path).kid == signing_key().kid


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param(b"", "not an unencrypted private key", id="empty"),
        pytest.param(b"-----BEGIN", "not an unencrypted private key", id="broken"),
        pytest.param(pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key", id="elliptic"),
        pytest.param(
            pem(ec.generate_private_key(ec.SECP256R1()), b"x"),
            "not an unencrypted private key",
            id="encrypted",
        ),
        pytest.param(
            pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - it is refused
            "at least 2048 bits",
            id="short",
        ),
    ],
)
def test_unusable_key_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """The user reads what is wrong with which file."""
    path = tmp_path / "own.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SigningKeyError, match=message) as refused:
        SigningKey.read(path)
    assert str(path) in str(refused.value)


def test_directory_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """A file where the data directory should be."""
    (tmp_path / "file").write_text("")

    with pytest.raises(SigningKeyError, match="cannot be written"):
        SigningKey.kept_in(tmp_path / "file")
