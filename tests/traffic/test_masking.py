"""Secrets: wherever they stand in an exchange, nothing that leaves the journal shows them."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import unquote, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.traffic.exchange import Exchange
from mockserver.traffic.har_and_curl import curl_lines, har
from mockserver.traffic.journal import BODY_LIMIT
from mockserver.traffic.masking import masked, masked_body, masked_form, masked_text
from tests.exchanges import exchange, journal

SECRET = "hunter2-correct-horse"
JWT = "eyJhbGciOiJSUzUxMiJ9.eyJvcmciOiJhY21lIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = (
    '--b\r\nContent-Disposition: form-data; name="client_id"\r\n\r\nabc\r\n'
    '--b\r\nContent-Disposition: form-data; name="client_secret"\r\n'
    f"Content-Type: text/plain\r\n\r\n{SECRET}\r\n--b--\r\n"
)


def shown(one: Exchange) -> str:
    """Return everything the journal can show of an exchange."""
    kept = journal(one).find()
    outputs: list[Any] = [kept[0].serialized(), har(kept), list(curl_lines(kept))]
    return json.dumps(outputs)


def token(**fields: Any) -> Exchange:
    return exchange("POST", "/oauth/token", **fields)


SECRETIVE = {
    "bearer": exchange(headers={"authorization": f"Bearer {SECRET}"}),
    "basic": token(headers={"authorization": f"Basic {SECRET}"}),
    "bare": exchange(headers={"authorization": SECRET}),
    "odd scheme": exchange(headers={"authorization": f"a.b {SECRET}"}),
    "cookie": exchange(headers={"cookie": f"session={SECRET}"}),
    "backend": exchange(headers={"x-backend-auth": SECRET}),
    "own header": exchange(headers={"x-control-token": SECRET}),
    "set-cookie": exchange(answer_headers=(("Set-Cookie", f"session={SECRET}"),)),
    "json": token(body=orjson.dumps({"client_secret": SECRET})),
    "escaped name": token(body=b'{"client\\u005fsecret": "%b"}' % SECRET.encode()),
    "nested": exchange(body=orjson.dumps({"data": [{"attributes": {"password": SECRET}}]})),
    "object": exchange(body=orjson.dumps({"data": {"password": {"is": [SECRET]}}})),
    "list": exchange(body=orjson.dumps({"refresh_token": [SECRET]})),
    "prefixed": exchange(body=orjson.dumps({"_reset_password_token": SECRET})),
    "camel": exchange(body=orjson.dumps({"Password": SECRET})),
    "form": token(headers=FORM, body=urlencode({"a": 1, "password": SECRET}).encode()),
    "encoded form": token(headers=FORM, body=f"a=1&client%5Fsecret={SECRET}&b=2".encode()),
    "form with commas": token(headers=FORM, body=f"password=a,b;{SECRET}".encode()),
    "multipart": token(headers={"content-type": "multipart/form-data"}, body=MULTIPART.encode()),
    "query": exchange(query=f"access_token={SECRET}"),
    "two marks": exchange(query=f"client_secret={SECRET}?x=1"),
    "filter": exchange(query=f"filter%5Bq%5D%5Breset_password_token_eq%5D={SECRET}"),
    "authorization code": token(body=orjson.dumps({"code": SECRET})),
    "authorization code, form": token(headers=FORM, body=f"code={SECRET}".encode()),
    "authorization code, query": exchange(path="/oauth/authorize", query=f"code={SECRET}"),
    "redirection": exchange(
        answer_headers=(("Location", f"https://app.test/cb?code={SECRET}&state=1"),)
    ),
    "page before": exchange(headers={"referer": f"https://app.test/cb?code={SECRET}&state=1"}),
    "fragment of a page": exchange(headers={"Referer": f"https://a.test/#access_token={SECRET}"}),
    "fragment": exchange(answer_headers=(("Location", f"https://a.test/#access_token={SECRET}"),)),
    "answer": token(answer=orjson.dumps({"access_token": SECRET, "token_type": "bearer"})),
    "malformed json": token(body=b'{"client_secret": "%b", oops' % SECRET.encode()),
    "cut json": token(body=b'{"password": "%b' % SECRET.encode()),
    "cut list": token(body=b'{"password": ["%b' % SECRET.encode()),
    "single quotes": token(body=f"{{'password': '{SECRET}'}}".encode()),
    "yaml": token(body=f"password: {SECRET}\na: b".encode()),
    "malformed, escaped name": token(body=b'{"pass\\u0077ord": "%b", ' % SECRET.encode()),
    "huge": token(
        body=orjson.dumps({"password": SECRET, "fill": "x" * BODY_LIMIT, "secret": SECRET})
    ),
    "huge, cut inside": token(
        body=orjson.dumps({"fill": "x" * (BODY_LIMIT - 40), "password": SECRET})
    ),
}


def webhook(url: str) -> bytes:
    return orjson.dumps({"data": {"attributes": {"callback_url": url}}})


HOOK = f"https://user:{SECRET}@host.test/hook?x=1"
#: Where the userinfo of a URL may stand.
USERINFO = {
    "body": exchange(body=webhook(HOOK)),
    "answer": exchange(answer=webhook(HOOK)),
    "user alone": exchange(body=webhook(f"http://{SECRET}@host.test")),
    "other scheme": exchange(body=webhook(f"WSS://a:{SECRET}@host.test")),
    "several marks": exchange(body=webhook(f"https://user@home:{SECRET}@host.test/")),
    "quotes": exchange(body=webhook(f"https://us\"er:'{SECRET}@host.test/")),
    "space": exchange(body=webhook(f"https://user:a {SECRET}@host.test/")),
    "in a text": exchange(body=orjson.dumps({"note": f"it is <{HOOK}>, I think"})),
    "list": exchange(answer=orjson.dumps([[HOOK]])),
    "cut body": exchange(body=webhook(HOOK)[:-1]),
    "cut body, escaped": exchange(body=webhook(HOOK).replace(b"/", b"\\/")[:-1]),
    "form": exchange(headers=FORM, body=urlencode({"a": 1, "url": HOOK}).encode()),
    "plain form": exchange(headers=FORM, body=f"a=1&url={HOOK}".encode()),
    "csv": exchange(body=f"topic,callback_url\norders.place,{HOOK}\n".encode()),
    "multipart": exchange(
        body=f'--b\r\nContent-Disposition: form-data; name="u"\r\n\r\n{HOOK}\r\n--b--'.encode()
    ),
    "query": exchange(query=urlencode({"filter[q][callback_url_eq]": HOOK})),
    "plain query": exchange(query=f"url={HOOK}"),
    "path": exchange(path=f"/api/{HOOK}"),
    "header": exchange(headers={"x-url": HOOK}),
    "page before": exchange(headers={"referer": HOOK}),
    "host": exchange(headers={"host": f"user:{SECRET}@host.test"}),
    "redirection": exchange(answer_headers=(("Location", HOOK),)),
}


@pytest.mark.parametrize("name", USERINFO)
def test_no_userinfo_is_shown(name: str) -> None:
    """The host is, so that it can be seen where something goes."""
    text = shown(USERINFO[name])

    assert SECRET not in text
    assert "***@host.test" in unquote(text)


@pytest.mark.parametrize("name", SECRETIVE)
def test_no_secret_is_shown(name: str) -> None:
    """Neither the journal, nor an archive, nor a command shows it."""
    text = shown(SECRETIVE[name])

    assert SECRET not in text
    assert SECRET[:7] not in text


@pytest.mark.parametrize(
    "one",
    [
        exchange(body=orjson.dumps({"data": {"note": f"mine is {JWT}!"}})),
        exchange(headers={"x-note": f"see {JWT}"}),
        exchange(query=f"jwt={JWT}"),
        exchange(path=f"/api/{JWT}"),
        exchange(body=f"jwt={JWT}".encode()),
        exchange(answer=b"no json: " + JWT.encode()),
        exchange(answer=orjson.dumps([JWT])),
    ],
    ids=["body", "header", "query", "path", "form", "text", "list"],
)
def test_what_looks_like_a_token_is_one(one: Exchange) -> None:
    """A token under another name is masked by its looks."""
    assert JWT.rpartition(".")[2] not in shown(one).replace(one.recorded.path, "")


def test_path_of_a_command_is_masked_too() -> None:
    """A token in a path is masked wherever a URL is printed."""
    (line,) = curl_lines(journal(exchange(path=f"/api/{JWT}")).find())

    assert JWT not in line


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"errors": [{"code": "INVALID_TOKEN"}]}, {"errors": [{"code": "INVALID_TOKEN"}]}),
        ({"has_password": True}, {"has_password": True}),
        ({"password": None}, {"password": None}),
        (
            {"token_type": "bearer", "expires_in": 7200},
            {"token_type": "bearer", "expires_in": 7200},
        ),
        ({"password": 12345}, {"password": "***"}),
        (
            {"token": {"test": True, "lifespan": 3, "secret": "x"}},
            {"token": {"test": True, "lifespan": 3, "secret": "***"}},
        ),
        ({"code": "europe"}, {"code": "europe"}),
        ({"email": "a@b.test"}, {"email": "a@b.test"}),
        ({"url": "https://a.test/@b?c=d@e#f@g"}, {"url": "https://a.test/@b?c=d@e#f@g"}),
        ({"note": "see https://a.test: a@b.test"}, {"note": "see https://a.test: a@b.test"}),
        ({"url": "https://***@a.test"}, {"url": "https://***@a.test"}),
    ],
    ids=str,
)
def test_the_rest_stays(value: Any, expected: Any) -> None:
    """What is no secret is shown as it was: an error's code, a flag, tokeninfo."""
    assert expected == masked(value)


def test_scheme_stays() -> None:
    """How somebody authenticated can be seen, and the rest of a header's family."""
    serialized = journal(exchange(headers={"authorization": "Bearer abc"})).find()[0].serialized()

    assert serialized["request"]["headers"]["authorization"] == "Bearer ***"
    assert masked_form("a=1&password=x&b") == "a=1&password=***&b"
    assert masked_form("code=x") == "code=x"
    assert masked_form("code=x", code=True) == "code=***"


@given(st.binary(max_size=300))
def test_any_body_can_be_shown(body: bytes) -> None:
    """Whatever was sent can be printed as JSON."""
    orjson.dumps(masked_body(body))
    orjson.dumps(masked_body(b"{" + body, code=True))


@pytest.mark.parametrize(
    "text",
    [
        "a" * BODY_LIMIT,
        "password" * 8192,
        "eyJ" * 20000,
        'name="token' * 6000,
        "token " * 10000,
        "secret:" * 9000,
        "\\" * BODY_LIMIT,
        "&password=" * 6000,
        '"token":"' * 7000,
        "-" * BODY_LIMIT,
        "://" * 20000,
        "://@" * 16000,
        "a://" + "@" * BODY_LIMIT,
        ":\\/\\/\\@" * 9000,
        ("://" + "a" * 30 + "%") * 1900,
    ],
    ids=lambda text: text[:9],
)
def test_hostile_text_costs_no_time(text: str) -> None:
    """No text makes the patterns look at it again and again."""
    started = time.perf_counter()
    masked_text(text, code=True)

    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("levels", [900, 5000])
def test_what_nests_too_deep_is_text(levels: int) -> None:
    """It could not be written again as JSON; its secrets are masked all the same."""
    body = b'{"a":' * levels + b'{"password":"pw"}' + b"}" * levels

    shown = masked_body(body)
    assert isinstance(shown, str)
    assert "pw" not in shown
