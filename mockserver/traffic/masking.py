"""Masks for secrets, in all that is shown of an exchange.

Everything that leaves the journal passes here: what is masked is decided by the name of a member,
parameter or header, wherever it stands, and by what looks like a token, or like the userinfo of a
URL, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote_plus

import orjson

from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.effort import spend
from mockserver.userinfo import MASK, without_userinfo

#: Words that end the name of a secret: of a member, a parameter, and, with hyphens, of a header.
SECRET_WORDS = (
    "password", "passwd", "secret", "token", "assertion", "authorization", "cookie", "api_key",
    "private_key", "secret_key", "backend_auth", "cvc", "cvv", "card_number",
)  # fmt: skip
#: Levels of a body that is shown as JSON: those of any that the API reads, and of any it writes.
DEEPEST_SHOWN = DEEPEST + 20
UNREADABLE = object()
#: Bytes of JSON that it takes one step of work to mask; text takes one for each.
A_STEP = 4
SECRET = re.compile(rf"(?:.*_)?(?:{'|'.join(SECRET_WORDS)})", re.IGNORECASE)
#: Of tokeninfo, whose ``token`` is an object about the token.
DESCRIPTIONS = frozenset({"token"})
#: Secret in an authorization code flow, an everyday word anywhere else.
CODE = "code"

# The patterns below look at hostile text of any length: none of them may look back or repeat freely
# before it has met a word that few texts contain.
_WORDS = "|".join(SECRET_WORDS)
TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?")
_VALUE = r"""(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^&\r\n]*)"""
#: In text that is no JSON (any more): a secret name, and its value up to where it surely ends.
ASSIGNMENT = re.compile(
    rf"""((?:{_WORDS})["'\]]{{0,3}}\s{{0,9}}[:=]\s{{0,9}}){_VALUE}""", re.IGNORECASE | re.DOTALL
)
CODE_ASSIGNMENT = re.compile(
    rf"""((?<!\w)code["']?\s{{0,9}}[:=]\s{{0,9}}){_VALUE}""", re.IGNORECASE | re.DOTALL
)
MULTIPART = re.compile(
    rf"""(name="?(?:[\w-]{{0,60}}(?:{_WORDS})|code)"?[^\r\n]{{0,200}}"""
    r"""(?:\r?\n[^\r\n]{1,200}){0,4}\r?\n\r?\n).*?(?=\r?\n--|\Z)""",
    re.IGNORECASE | re.DOTALL,
)
ESCAPED = re.compile(r"\\u00([0-7][0-9a-fA-F])")


def is_secret(name: str) -> bool:
    """Say whether the value under a name is nobody's business."""
    return SECRET.fullmatch(name.replace("-", "_")) is not None


def masked_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return headers with the secrets masked, the scheme of an authorization kept."""
    return [(name, _masked_header(name, value)) for name, value in headers]


def _masked_header(name: str, value: str) -> str:
    if is_secret(name):
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {MASK}" if space and scheme.isalpha() else MASK
    if name.lower() == "host":
        value = without_userinfo(f"http://{value}").removeprefix("http://")
    return masked_url(value, code=True) if name.lower() in ("location", "referer") else _text(value)


def masked_url(url: str, *, code: bool = False) -> str:
    """Return a URL with secret parameters masked, in its fragment too.

    Args:
        url: the URL.
        code: whether a parameter of that name is an authorization code.
    """
    rest, hash_, fragment = url.partition("#")
    base, mark, query = rest.partition("?")
    shown = (masked_form(part, code=code) for part in (query, fragment))
    return _text(base) + mark + next(shown) + hash_ + next(shown)


def masked_form(text: str, *, code: bool = False) -> str:
    """Return a form, or a query string, with the values of secret parameters masked."""
    return "&".join(_masked_pair(pair, code=code) for pair in text.split("&"))


def _masked_pair(pair: str, *, code: bool) -> str:
    name, equals, value = pair.partition("=")
    # Of filter[q][reset_password_token_eq], every segment counts, with its predicate.
    segments = re.split(r"[\[\]]+", unquote_plus(name))
    secret = any(
        is_secret(segment) or is_secret(segment.rpartition("_")[0]) for segment in segments
    )
    secret = secret or (code and segments == [CODE])
    return f"{name}={MASK}" if equals and secret else _text(name) + equals + _parameter(value)


def _parameter(value: str) -> str:
    """Return the value of a parameter, which may be an escaped URL."""
    shown, decoded = _text(value), unquote_plus(value) if "%" in value else ""
    masked = without_userinfo(decoded)
    return shown if masked == decoded else quote(_text(masked), safe="*")


def masked_body(body: bytes, *, code: bool = False) -> Any:
    """Return a body as JSON, or as text where it is none, secrets masked; ``None`` when empty.

    Args:
        body: as it was sent, perhaps cut.
        code: whether a member of that name is an authorization code.

    Raises:
        Refusal: 400, the bodies of one request are too much work.
    """
    if not body:
        return None
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = UNREADABLE
    if document is UNREADABLE or is_deeper_than(document, DEEPEST_SHOWN):
        spend(len(body))
        return masked_text(body.decode("utf-8", "replace"), code=code)
    spend(len(body) // A_STEP)
    return masked(document, code=code)


def masked(value: Any, *, code: bool = False) -> Any:
    """Return a JSON value with the secrets in it masked."""
    if isinstance(value, Mapping):
        return {name: _member(name, inner, code=code) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(item, code=code) for item in value]
    return _text(value) if isinstance(value, str) else value


def _member(name: str, value: Any, *, code: bool) -> Any:
    described = name in DESCRIPTIONS and isinstance(value, Mapping)
    if (is_secret(name) and not described) or (code and name == CODE):
        return _hidden(value)
    return masked(value, code=code)


def _hidden(value: Any) -> Any:
    """Return a secret's shape; true, false and null give nothing away."""
    if isinstance(value, Mapping):
        return {name: _hidden(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return value if value is None or isinstance(value, bool) else MASK


def masked_text(text: str, *, code: bool = False) -> str:
    """Return text that is no JSON with everything masked that could be a secret."""
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    text = MULTIPART.sub(rf"\1{MASK}", text)
    text = masked_form(text, code=code)
    if code:
        text = CODE_ASSIGNMENT.sub(rf"\1{MASK}", text)
    return ASSIGNMENT.sub(rf"\1{MASK}", text)


def masked_path(path: str) -> str:
    """Return a path, which may hold a token or a URL of somebody's own."""
    return _text(path)


def _text(text: str) -> str:
    return without_userinfo(TOKEN.sub(MASK, text) if "eyJ" in text else text)
