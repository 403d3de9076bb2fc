"""Headers of requests and responses (conventions.md §2, §15)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from mockserver.app import MockServerApp, create_app
from mockserver.settings import Settings
from tests.client import MEDIA_TYPE, Api, Bearers, Document, document, path_of, to
from tests.conftest import Options
from tests.refusals import got, refused

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
    "X-Download-Options": "noopen",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
HSTS = "Strict-Transport-Security"
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "X-Ratelimit-Limit, X-Ratelimit-Interval, X-Ratelimit-Remaining, X-Request-Id"
    ),
}
LIMIT = {"X-Ratelimit-Limit", "X-Ratelimit-Interval", "X-Ratelimit-Remaining"}
#: On every answer of the API, whatever it is.
ALWAYS = {*SECURITY, *CROSS_ORIGIN, *LIMIT, "X-Request-Id"}
ERROR_TYPE = "application/vnd.api+json; charset=utf-8"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ETAG = re.compile(r'W/"[0-9a-f]{32}"')
PRIVATE = "max-age=0, private, must-revalidate"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a customer."""
    return api.create("customers", email="john@example.com")


#: Method and path (of the customer), its body, and the headers beside those of every answer.
CASES: dict[str, tuple[str, str, object, dict[str, str]]] = {
    "retrieve": (
        "GET",
        "{customer}",
        None,
        {"Content-Type": MEDIA_TYPE, "Cache-Control": PRIVATE, "Vary": "Accept, Origin"},
    ),
    "list": (
        "GET",
        "/api/customers",
        None,
        {"Content-Type": MEDIA_TYPE, "Cache-Control": PRIVATE, "Vary": "Accept, Origin"},
    ),
    "related": (
        "GET",
        "{customer}/tags",
        None,
        {"Content-Type": MEDIA_TYPE, "Cache-Control": PRIVATE, "Vary": "Accept, Origin"},
    ),
    "linkage": (
        "GET",
        "{customer}/relationships/tags",
        None,
        {"Content-Type": MEDIA_TYPE, "Cache-Control": PRIVATE, "Vary": "Accept, Origin"},
    ),
    "singleton": (
        "GET",
        "/api/organization",
        None,
        {"Content-Type": MEDIA_TYPE, "Cache-Control": PRIVATE, "Vary": "Accept, Origin"},
    ),
    "create": (
        "POST",
        "/api/customers",
        document("customers", email="jane@example.com"),
        {"Content-Type": MEDIA_TYPE, "Cache-Control": PRIVATE, "Vary": "Accept, Origin"},
    ),
    "cacheable-list": (
        "GET",
        "/api/markets",
        None,
        {
            "Content-Type": MEDIA_TYPE,
            "Cache-Control": "public, no-cache",
            "Vary": "Authorization, Origin",
        },
    ),
    "cacheable-retrieve": (
        "GET",
        "{market}",
        None,
        {
            "Content-Type": MEDIA_TYPE,
            "Cache-Control": "public, no-cache",
            "Vary": "Authorization, Origin",
        },
    ),
    "cacheable-update": (
        "PATCH",
        "{market}",
        "{market}",
        {"Content-Type": MEDIA_TYPE, "Cache-Control": PRIVATE, "Vary": "Accept, Origin"},
    ),
    "delete": ("DELETE", "{customer}", None, {"Cache-Control": "no-cache", "Vary": "Origin"}),
    "write-linkage": (
        "PATCH",
        "{customer}/relationships/tags",
        {"data": []},
        {"Cache-Control": "no-cache", "Vary": "Origin"},
    ),
    "bad-request": (
        "GET",
        "/api/customers?sort=foo",
        None,
        {"Content-Type": ERROR_TYPE, "Cache-Control": "no-cache", "Vary": "Accept, Origin"},
    ),
    "not-found": (
        "GET",
        "/api/nope",
        None,
        {"Content-Type": ERROR_TYPE, "Cache-Control": "no-cache", "Vary": "Accept, Origin"},
    ),
    "not-found-in-a-cacheable-type": (
        "GET",
        "/api/markets/AAAAAAAAAA",
        None,
        {"Content-Type": ERROR_TYPE, "Cache-Control": "no-cache", "Vary": "Accept, Origin"},
    ),
    "not-allowed": (
        "PUT",
        "/api/customers",
        None,
        {
            "Content-Type": ERROR_TYPE,
            "Cache-Control": "no-cache",
            "Vary": "Accept, Origin",
            "Allow": "GET, POST, HEAD, OPTIONS",
        },
    ),
    "invalid": (
        "POST",
        "/api/customers",
        document("customers"),
        {"Content-Type": ERROR_TYPE, "Cache-Control": "no-cache", "Vary": "Accept, Origin"},
    ),
}


def send(api: Api, customer: Document, case: str) -> TestResponse:
    """Send the request of a case."""
    method, path, sent, _ = CASES[case]
    market = api.get("/api/markets").json["data"][0]
    paths = {"customer": path_of(customer), "market": path_of(market)}
    body = {"data": to(market)} if sent == "{market}" else sent
    return api.request(method, path.format(**paths), body)


@pytest.mark.parametrize("case", CASES)
def test_exactly_these_headers(api: Api, customer: Document, case: str) -> None:
    """Nothing is missing and nothing more is sent (conventions.md §2)."""
    answer = send(api, customer, case)
    expected = CASES[case][3]
    tagged = {"ETag"} if answer.status_code in (200, 201) else set()
    sized = {"Content-Length"} if answer.status_code != 204 else set()

    assert ALWAYS | set(expected) | tagged | sized == set(answer.headers.keys())
    assert len(answer.headers) == len(set(answer.headers.keys()))
    assert expected == {name: answer.headers[name] for name in expected}
    assert {n: answer.headers[n] for n in SECURITY} == SECURITY
    assert {n: answer.headers[n] for n in CROSS_ORIGIN} == CROSS_ORIGIN


def test_request_ids(api: Api) -> None:
    """Each answer has one of its own, a UUID v4."""
    found = [api.get("/api/tags").headers["X-Request-Id"] for _ in range(20)]

    assert len(set(found)) == 20
    assert [id_ for id_ in found if not UUID.fullmatch(id_)] == []


def test_no_location(api: Api) -> None:
    """A create does not tell where (conventions.md §2)."""
    answer = api.post("/api/customers", document("customers", email="john@example.com"))

    assert answer.status_code == 201
    assert "Location" not in answer.headers


# --- plain http ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/tags", "/api/nope", "/oauth/token", "/_mock/health", "/"])
@pytest.mark.parametrize(
    ("change", "scheme", "expected"),
    [
        ({}, "https", None),
        ({}, "http", None),
        ({"hsts": True}, "http", None),
        ({"hsts": True}, "https", "max-age=63072000; includeSubDomains"),
    ],
)
def test_browsers_may_use_plain_http(
    app: MockServerApp, path: str, change: Document, scheme: str, expected: str | None
) -> None:
    """No answer keeps them to https, unless one asks for that.

    conventions.md §2, RFC 6797 §7.2.
    """
    app.plane.settings.change(change)
    answer = app.test_client().get(path, base_url=f"{scheme}://acme.cl.localhost")
    app.plane.settings.change({"hsts": False})

    assert expected == answer.headers.get(HSTS)


def test_hsts_from_the_start(data_directory: Path) -> None:
    """The setting holds before anybody changes it at run time."""
    app = create_app(Settings(hsts=True, seeded=False, data_directory=data_directory))
    answer = app.test_client().get("/api/tags", base_url="https://acme.cl.localhost")
    app.close()

    assert answer.headers[HSTS] == "max-age=63072000; includeSubDomains"


# --- entity tags -------------------------------------------------------------------------------


def test_etags(api: Api, customer: Document) -> None:
    """Weak, the same while the document is the same, trace id apart (conventions.md §15)."""
    path = path_of(customer)
    first, second = (api.get(path).headers["ETag"] for _ in range(2))
    api.update(customer, reference="x")
    third = api.get(path).headers["ETag"]

    assert ETAG.fullmatch(first)
    assert first == second
    assert first != third


@pytest.mark.parametrize(
    "header", ["{}", '"other", {}', "*", '{}, W/"x"', "{weak}", "{bare}"], ids=repr
)
@pytest.mark.parametrize(
    "path", ["/api/customers", "{customer}", "/api/markets", "{customer}/tags"]
)
def test_not_modified(api: Api, customer: Document, path: str, header: str) -> None:
    """A client that has it gets nothing but headers (conventions.md §15)."""
    path = path.format(customer=path_of(customer))
    full = api.get(path)
    etag = full.headers["ETag"]
    weak = etag.removeprefix("W/")
    sent = header.format(etag, weak=weak, bare=weak.strip('"'))
    answer = api.request("GET", path, headers={"If-None-Match": sent})

    assert got(answer) == (304, "")
    assert etag == answer.headers["ETag"]
    assert "Content-Type" not in answer.headers
    assert full.headers["Cache-Control"] == answer.headers["Cache-Control"]
    assert full.headers["Vary"] == answer.headers["Vary"]
    assert set(answer.headers.keys()) >= ALWAYS


@pytest.mark.parametrize("header", ['W/"x"', "", "x", '"*"'])
def test_modified(api: Api, customer: Document, header: str) -> None:
    """A client that has another one gets the document."""
    answer = api.request("GET", path_of(customer), headers={"If-None-Match": header})

    assert answer.status_code == 200


def test_conditions_are_for_reads(api: Api, customer: Document) -> None:
    """Writes are carried out whatever a client has."""
    sent = document("customers", customer["id"], reference="x")
    answer = api.request("PATCH", path_of(customer), sent, headers={"If-None-Match": "*"})

    assert answer.status_code == 200
    assert answer.json["data"]["attributes"]["reference"] == "x"


# --- methods -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/api/customers",
        "{customer}",
        "{customer}/tags",
        "{customer}/relationships/tags",
        "/api/organization",
        "/api/nope",
        "/api/customers?sort=foo",
    ],
)
def test_head(api: Api, customer: Document, path: str) -> None:
    """As GET, without the body (conventions.md §15)."""
    path = path.format(customer=path_of(customer))
    read, head = api.get(path), api.request("HEAD", path)
    changing = {"X-Request-Id", "X-Ratelimit-Remaining"}

    assert got(head) == (read.status_code, "")
    assert {n: v for n, v in read.headers.items() if n not in changing} == {
        n: v for n, v in head.headers.items() if n not in changing
    }


def test_head_with_a_tag(api: Api, customer: Document) -> None:
    """It can be answered 304 too."""
    etag = api.get(path_of(customer)).headers["ETag"]

    assert (
        api.request("HEAD", path_of(customer), headers={"If-None-Match": etag}).status_code == 304
    )


@pytest.mark.parametrize(
    "path", ["/api/customers", "/api/customers/x/tags", "/api/nope", "/oauth/token", "/nope"]
)
@pytest.mark.parametrize("wanted", [None, "authorization, content-type", "x-anything"])
def test_preflight(api: Api, path: str, wanted: str | None) -> None:
    """No token, no body; the headers asked for are allowed (conventions.md §15)."""
    asked = {
        "Accept": None,
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": wanted,
    }
    answer = api.request("OPTIONS", path, headers=asked)
    expected = {
        "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD",
        "Access-Control-Allow-Headers": wanted or "*",
        "Access-Control-Max-Age": "7200",
        "Vary": "Origin",
        **CROSS_ORIGIN,
        **SECURITY,
    }

    assert got(answer) == (204, "")
    assert {"X-Request-Id", *expected} == set(answer.headers.keys())
    assert expected == {name: answer.headers[name] for name in expected}


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/customers", "GET, POST, HEAD, OPTIONS"),
        ("/api/customers/", "GET, POST, HEAD, OPTIONS"),
        ("/api/customers/x", "GET, PATCH, PUT, DELETE, HEAD, OPTIONS"),
        ("/api/events", "GET, HEAD, OPTIONS"),
        ("/api/events/x", "GET, PATCH, PUT, HEAD, OPTIONS"),
        ("/api/organization", "GET, HEAD, OPTIONS"),
        ("/api/application", "GET, HEAD, OPTIONS"),
        ("/api/customers/x/tags", "GET, HEAD, OPTIONS"),
        ("/api/customers/x/relationships/tags", "GET, PATCH, PUT, DELETE, POST, HEAD, OPTIONS"),
        ("/api/customers/x/relationships/customer_group", "GET, PATCH, PUT, DELETE, HEAD, OPTIONS"),
    ],
)
@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "FOO", "LINK"])
def test_allow(api: Api, path: str, allow: str, method: str) -> None:
    """A method that is not there is told which ones are (conventions.md §16)."""
    answer = api.request(method, path)

    assert got(answer) == refused("METHOD_NOT_ALLOWED")
    assert allow == answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/nope", "/api/nope/x", "/nope", "/api", "/api/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "FOO"])
def test_no_route(api: Api, path: str, method: str) -> None:
    """What leads nowhere is a missing record (conventions.md §1)."""
    assert got(api.request(method, path)) == refused("RECORD_NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        "/api/customers//",
        "/api//customers",
        "//api/customers",
        "/api/customers/x/tags/y",
        "/api/customers/x/relationships",
        "/api/customers/x/relationships/",
        "/api/customers/x/relationships/tags/y",
        "/API/customers",
        "/api/Customers",
        "/api/customer",
        "/api/spaceships",
        "/api/organizations",
        "/api/applications/x",
        "/api/%63ustomers%00",
        "/api/customers/..",
    ],
)
def test_other_paths_without_a_route(api: Api, path: str) -> None:
    """Neither repairs nor redirects."""
    assert got(api.get(path)) == refused("RECORD_NOT_FOUND")


@pytest.mark.parametrize(
    "path", ["/api/customers", "{customer}", "{customer}/tags", "{customer}/relationships/tags"]
)
def test_trailing_slashes(api: Api, customer: Document, path: str) -> None:
    """They are accepted, without a redirect (conventions.md §1)."""
    path = path.format(customer=path_of(customer))

    assert api.get(path).headers["ETag"] == api.get(f"{path}/").headers["ETag"]


def test_writing_with_trailing_slashes(api: Api) -> None:
    """The legacy client always sends them (clients.md §1)."""
    created = api.post("/api/customers/", document("customers", email="a@b.c"))
    path = f"{path_of(created.json['data'])}/"
    changed = api.patch(path, document("customers", created.json["data"]["id"], reference="x"))

    assert (
        created.status_code,
        changed.status_code,
        api.delete(path).status_code,
    ) == (201, 200, 204)


# --- media types -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        " ",
        ",",
        MEDIA_TYPE,
        "*/*",
        "*/*;q=0.8",
        "application/json, text/plain, */*",
        f"application/json, {MEDIA_TYPE}",
        f"{MEDIA_TYPE}, application/vnd.api+json;ext=x",
    ],
)
def test_acceptable(api: Api, accept: str | None) -> None:
    """One of the listed types is enough (conventions.md §2)."""
    assert api.request("GET", "/api/tags", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "text/html",
        "application/*",
        "application/vnd.api+json; ext=x",
        "application/vnd.api+json;q=0.9",
        "application/VND.API+json",
        "application/json, text/plain",
        "nonsense",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_not_acceptable(api: Api, method: str, accept: str) -> None:
    """The error repeats the header (conventions.md §2, §16)."""
    path = "/api/tags" if method == "POST" else "/api/tags/AAAAAAAAAA"
    sent = {} if method == "POST" else None
    answer = api.request(method, path, sent, headers={"Accept": accept})

    assert got(answer) == refused(
        "NOT_ACCEPTABLE",
        "All requests must use the 'application/vnd.api+json' Accept without media type "
        f"parameters. This request specified '{accept}'.",
    )


@pytest.mark.parametrize(
    "content_type",
    [
        MEDIA_TYPE,
        "application/vnd.api+json; charset=utf-8",
        "application/vnd.api+json;ext=x",
        "Application/Vnd.Api+Json",
    ],
)
def test_supported(api: Api, content_type: str) -> None:
    """Parameters do not matter (conventions.md §2)."""
    sent = document("tags", name="vip")
    answer = api.request("POST", "/api/tags", sent, headers={"Content-Type": content_type})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("content_type", "named"),
    [
        (None, ""),
        ("", ""),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/plain", "text/plain"),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("multipart/form-data; boundary=x", "multipart/form-data"),
        ("*/*", "*/*"),
        ("nonsense", "nonsense"),
        (";", ""),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_not_supported(api: Api, method: str, content_type: str | None, named: str) -> None:
    """The error names the media type, without its parameters (conventions.md §2, §16)."""
    path = "/api/tags" if method == "POST" else "/api/tags/AAAAAAAAAA"
    answer = api.request(method, path, {}, headers={"Content-Type": content_type})

    assert got(answer) == refused(
        "UNSUPPORTED_MEDIA_TYPE",
        "All requests that create or update must use the 'application/vnd.api+json' "
        f"Content-Type. This request specified '{named}'.",
    )


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "nonsense", ""])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_where_the_content_type_does_not_matter(
    api: Api, customer: Document, method: str, content_type: str
) -> None:
    """Clients send it on reads and deletes as well (conventions.md §2)."""
    headers = {"Content-Type": content_type}
    answer = api.request(method, path_of(customer), headers=headers)

    assert answer.status_code in (200, 204)


def test_the_language_does_not_matter(api: Api) -> None:
    """Messages are English (conventions.md §15)."""
    plain = got(api.post("/api/tags", {}))
    answer = api.request("POST", "/api/tags", {}, headers={"Accept-Language": "it"})

    assert plain == got(answer)


# --- hosts and tokens --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["", "a b", "a/b", "a_b@c", "host:port", "[::1", "é", "a\\b", "a,b"]
)
def test_a_host_that_is_none(api: Api, host: str) -> None:
    """Links could not be made of it."""
    answer = api.request("GET", "/api/tags", headers={"Host": host})

    assert got(answer) == refused("BAD_REQUEST", "Invalid Host header")


class TestTokens:
    """What the ``Authorization`` header and the host say together (conventions.md §1, §2)."""

    @pytest.fixture
    def options(self) -> Options:
        """Return tokens that count."""
        return {"auth": True}

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
    def test_the_scheme(self, bearers: Bearers, scheme: str) -> None:
        """Its case does not matter."""
        api = bearers.integration()
        headers = {"Authorization": f"{scheme} {api.token}"}

        assert api.request("GET", "/api/tags", headers=headers).status_code == 200

    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            "Bearer",
            "Bearer ",
            "{token}",
            "Token {token}",
            "Basic {token}",
            "Bearer x",
            "Bearer {token}x",
            "Bearer {token} x",
            "Bearer x.y.z",
            "Bearer ..",
            "Bearer é",
        ],
    )
    def test_no_token(self, bearers: Bearers, header: str | None) -> None:
        """One answer for all of them."""
        api = bearers.integration()
        sent = {"Authorization": header.format(token=api.token) if header else header}

        assert got(api.request("GET", "/api/tags", headers=sent)) == refused("INVALID_TOKEN")

    @pytest.mark.parametrize(
        ("host", "status"),
        [
            ("acme.cl.localhost", 200),
            ("ACME.CL.localhost:8443", 200),
            ("auth.cl.localhost", 200),
            ("cl.localhost", 200),
            ("localhost:8080", 200),
            ("127.0.0.1", 200),
            ("[::1]:8080", 200),
            ("mock-server", 200),
            ("other.example.com", 200),
            ("a.b.cl.localhost", 200),
            ("other.cl.localhost", 401),
            ("other.cl.localhost:8443", 401),
        ],
    )
    def test_the_organization_in_the_host(self, bearers: Bearers, host: str, status: int) -> None:
        """It must be the token's; other hosts say nothing (conventions.md §1)."""
        answer = bearers.integration().request("GET", "/api/tags", headers={"Host": host})

        assert status == answer.status_code

    def test_a_preflight_needs_no_token(self, app: MockServerApp) -> None:
        """Browsers send none (conventions.md §15)."""
        assert Api(app).request("OPTIONS", "/api/customers").status_code == 204


def test_a_body_over_the_limit(api: Api) -> None:
    """It is refused before it is parsed."""
    limit = api.app.settings.maximum_body
    answer = api.post("/api/tags", b" " * (limit + 1))

    assert got(answer) == refused(
        "PAYLOAD_TOO_LARGE", f"The request body exceeds the maximum size of {limit} bytes."
    )
