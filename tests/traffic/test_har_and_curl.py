"""The journal in the formats of other tools."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Any

import pytest

from mockserver.traffic.exchange import Exchange
from mockserver.traffic.har_and_curl import curl_lines, har
from tests.exchanges import exchange, journal

#: The members that HAR 1.2 requires, by the kind of object.
REQUIRED: dict[str, dict[str, type | tuple[type, ...]]] = {
    "entry": {
        "startedDateTime": str,
        "time": (int, float),
        "request": dict,
        "response": dict,
        "cache": dict,
        "timings": dict,
    },
    "request": {
        "method": str,
        "url": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "queryString": list,
        "headersSize": int,
        "bodySize": int,
    },
    "response": {
        "status": int,
        "statusText": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "content": dict,
        "redirectURL": str,
        "headersSize": int,
        "bodySize": int,
    },
    "content": {"size": int, "mimeType": str, "text": str},
    "timings": {"send": (int, float), "wait": (int, float), "receive": (int, float)},
}


def check(kind: str, value: dict[str, Any]) -> None:
    for name, type_ in REQUIRED[kind].items():
        assert isinstance(value[name], type_), f"{kind}.{name}"


@pytest.mark.parametrize(
    "one",
    [
        exchange(),
        exchange("POST", body=b'{"a": 1}', status=201, answer=b'{"b": 2}'),
        exchange("POST", body=b"not json", status=400, answer=b"neither"),
        exchange(status=None, delivered=False),
        exchange(status=302, answer_headers=(("Location", "https://x.test/"),)),
    ],
    ids=["get", "post", "text", "unanswered", "redirection"],
)
def test_har(one: Exchange) -> None:
    """An archive has all that HAR 1.2 requires, whatever the exchange."""
    log = har(journal(one).find())["log"]
    (entry,) = log["entries"]

    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "mockserver"
    check("entry", entry)
    check("request", entry["request"])
    check("response", entry["response"])
    check("content", entry["response"]["content"])
    check("timings", entry["timings"])
    assert datetime.fromisoformat(entry["startedDateTime"])
    assert ("postData" in entry["request"]) is bool(one.recorded.body)
    for name in entry.keys() - REQUIRED["entry"].keys():
        assert name.startswith("_")


def test_har_query_and_headers() -> None:
    """Parameters are decoded, headers are pairs, repeated ones stay apart."""
    one = exchange(
        query="page%5Bsize%5D=5&a=b", answer_headers=(("Vary", "Accept"), ("Vary", "Origin"))
    )
    entry = har(journal(one).find())["log"]["entries"][0]

    assert entry["request"]["queryString"] == [
        {"name": "page[size]", "value": "5"},
        {"name": "a", "value": "b"},
    ]
    assert [h["value"] for h in entry["response"]["headers"]] == ["Accept", "Origin"]


CUSTOMERS = "https://acme.cl.localhost:8443/api/customers"
COMMON = f"{CUSTOMERS} -H 'content-type: application/vnd.api+json' "
FILTERED = COMMON.replace(CUSTOMERS, f"'{CUSTOMERS}?a[b]=5'") + '-H "authorization: Bearer $TOKEN"'


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            exchange(query="a[b]=5", headers={"authorization": "Bearer abc"}),
            f"curl -g {FILTERED}",
        ),
        (
            exchange("POST", body=b'{"a": "it\'s"}', headers={"user-agent": "x"}),
            f"""curl -g -X POST {COMMON}--data-raw '{{"a":"it'"'"'s"}}'""",
        ),
        (
            exchange("HEAD", headers={"authorization": "Basic abc"}),
            f'curl -g --head {COMMON}-H "authorization: Basic $CREDENTIALS"',
        ),
    ],
    ids=["get", "post", "head"],
)
def test_curl(one: Exchange, expected: str) -> None:
    """A command can be pasted; the token is asked of the shell."""
    assert [expected] == list(curl_lines(journal(one).find()))


def test_nothing_breaks_out_of_a_command() -> None:
    """What a client sent stays one argument, however it is written."""
    evil = '\'; rm -rf ~; echo "$(id)" `id`'
    one = exchange(
        "POST", headers={"x-a": evil, "authorization": f"$(id) {evil}"}, body=evil.encode()
    )
    (line,) = curl_lines(journal(one).find())
    arguments = shlex.split(line)

    assert f"x-a: {evil}" in arguments
    assert evil in arguments
    assert "authorization: ***" in arguments
