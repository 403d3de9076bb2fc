"""Pages: numbers, sizes, counts, links (conventions.md §9)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.client import Api, ids, path_of, values
from tests.refusals import Refused, got, refused

URL = "http://localhost/api/tags?"


@pytest.fixture
def tags(api: Api) -> list[str]:
    """Return the ids of sixty tags."""
    return [api.create("tags", name=f"tag-{n}", reference=f"{n:02}")["id"] for n in range(60)]


def page_value(reason: str) -> Refused:
    """Return the refusal of a page parameter."""
    return refused("INVALID_PAGE_VALUE", reason)


def test_the_default_page(api: Api, tags: list[str]) -> None:
    """The first ten, and where the others are."""
    answer = api.get("/api/tags")

    assert ids(answer) == tags[:10]
    assert answer.json["meta"] == {"record_count": 60, "page_count": 6}
    assert answer.json["links"] == {
        "first": f"{URL}page%5Bnumber%5D=1&page%5Bsize%5D=10",
        "next": f"{URL}page%5Bnumber%5D=2&page%5Bsize%5D=10",
        "last": f"{URL}page%5Bnumber%5D=6&page%5Bsize%5D=10",
    }


def test_a_page_in_the_middle(api: Api, tags: list[str]) -> None:
    """It has both neighbours; links stand in this order."""
    answer = api.get("/api/tags?page[number]=2&page[size]=25")

    assert ids(answer) == tags[25:50]
    assert list(answer.json["links"].items()) == [
        ("first", f"{URL}page%5Bnumber%5D=1&page%5Bsize%5D=25"),
        ("prev", f"{URL}page%5Bnumber%5D=1&page%5Bsize%5D=25"),
        ("next", f"{URL}page%5Bnumber%5D=3&page%5Bsize%5D=25"),
        ("last", f"{URL}page%5Bnumber%5D=3&page%5Bsize%5D=25"),
    ]


def test_the_last_page(api: Api, tags: list[str]) -> None:
    """It has no next one."""
    answer = api.get("/api/tags?page[number]=3&page[size]=25")

    assert ids(answer) == tags[50:]
    assert list(answer.json["links"]) == ["first", "prev", "last"]


@pytest.mark.parametrize("number", [7, 100, 10**9, 10**17, 10**18 - 1, 10**30])
@pytest.mark.parametrize("filtered", ["", "&filter[q][name_start]=tag", "&sort=-name"])
def test_a_page_beyond_the_end(api: Api, tags: list[str], number: int, filtered: str) -> None:
    """It is empty, with true counts and a previous page."""
    answer = api.get(f"/api/tags?page[number]={number}&page[size]=25{filtered}")

    assert ids(answer) == []
    assert answer.json["meta"] == {"record_count": len(tags), "page_count": 3}
    assert list(answer.json["links"]) == ["first", "prev", "last"]


REFUSED: dict[str, tuple[str, Refused]] = {
    "size-26": ("page[size]=26", page_value("size exceeds maximum page size of 25.")),
    "size-huge": (f"page[size]={10**30}", page_value("size exceeds maximum page size of 25.")),
    "size-0": ("page[size]=0", page_value("0 is not a valid value for size page parameter.")),
    "size-negative": (
        "page[size]=-5",
        page_value("-5 is not a valid value for size page parameter."),
    ),
    "size-text": ("page[size]=abc", page_value("0 is not a valid value for size page parameter.")),
    "size-empty": ("page[size]=", page_value("0 is not a valid value for size page parameter.")),
    "size-list": ("page[size][]=5", page_value("0 is not a valid value for size page parameter.")),
    "size-hash": ("page[size][a]=5", page_value("0 is not a valid value for size page parameter.")),
    "number-0": (
        "page[number]=0",
        page_value("0 is not a valid value for number page parameter."),
    ),
    "number-negative": (
        "page[number]=-1",
        page_value("-1 is not a valid value for number page parameter."),
    ),
    "number-text": (
        "page[number]=x",
        page_value("0 is not a valid value for number page parameter."),
    ),
    "number-behind-a-control-character": (
        "page[number]=%1F5",
        page_value("0 is not a valid value for number page parameter."),
    ),
    "page-0": ("page=0", page_value("0 is not a valid value for number page parameter.")),
    "page-text": ("page=x", page_value("0 is not a valid value for number page parameter.")),
    "size-before-number": (
        "page[number]=0&page[size]=0",
        page_value("0 is not a valid value for size page parameter."),
    ),
}


@pytest.mark.parametrize(("query", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(api: Api, query: str, expected: Refused) -> None:
    """Each bad value has its text; what is no number counts as zero."""
    assert expected == got(api.get(f"/api/tags?{query}"))


ACCEPTED: dict[str, tuple[str, int, int]] = {
    "number-without-brackets": ("page=3", 3, 10),
    "empty-page": ("page=", 1, 10),
    "leading-digits": ("page[number]=2x&page[size]=7.9", 2, 7),
    "plus-sign": ("page[number]=%2B2", 2, 10),
    "spaces": ("page[number]=%202", 2, 10),
    "unknown-key": ("page[offset]=1&page[limit]=x", 1, 10),
    "encoded": ("page%5Bnumber%5D=2&page%5Bsize%5D=25", 2, 25),
    "twice": ("page[size]=5&page[size]=6", 1, 6),
    "largest": ("page[size]=25", 1, 25),
    "smallest": ("page[size]=1", 1, 1),
    "unknown-parameter": ("foo=1&page_size=3&per_page=2", 1, 10),
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_accepted(api: Api, tags: list[str], case: tuple[str, int, int]) -> None:
    """Values are read as the framework reads them; unknown keys are ignored."""
    query, number, size = case
    answer = api.get(f"/api/tags?{query}")

    assert ids(answer) == tags[(number - 1) * size : number * size]
    assert answer.json["links"]["first"] == f"{URL}page%5Bnumber%5D=1&page%5Bsize%5D={size}"


LINKS: dict[str, tuple[str, str]] = {
    "sorted-and-encoded": (
        "sort=name&page[size]=2&filter[q][name_cont]=t&filter[name]=tag-1&fields[tags]=id,name",
        (
            "fields%5Btags%5D=id%2Cname&filter%5Bname%5D=tag-1&filter%5Bq%5D%5Bname_cont%5D=t"
            "&page%5Bnumber%5D=1&page%5Bsize%5D=2&sort=name"
        ),
    ),
    "unknown-dropped": ("foo=1&page[offset]=2", "page%5Bnumber%5D=1&page%5Bsize%5D=10"),
    "without-brackets": ("page=1", "page%5Bnumber%5D=1&page%5Bsize%5D=10"),
    "space-and-plus": (
        "filter[q][name_eq]=a+b%2Bc%20d",
        "filter%5Bq%5D%5Bname_eq%5D=a+b%2Bc+d&page%5Bnumber%5D=1&page%5Bsize%5D=10",
    ),
    "unicode": (
        "filter[q][name_eq]=%C3%A9*~",
        "filter%5Bq%5D%5Bname_eq%5D=%C3%A9%2A~&page%5Bnumber%5D=1&page%5Bsize%5D=10",
    ),
    "list": (
        "filter[q][name_in][]=a&filter[q][name_in][]=b",
        (
            "filter%5Bq%5D%5Bname_in%5D%5B%5D=a&filter%5Bq%5D%5Bname_in%5D%5B%5D=b"
            "&page%5Bnumber%5D=1&page%5Bsize%5D=10"
        ),
    ),
}


@pytest.mark.parametrize(("query", "expected"), LINKS.values(), ids=LINKS)
def test_links_repeat_the_query(api: Api, query: str, expected: str) -> None:
    """Families that count are repeated, sorted and encoded; the page is always written out."""
    assert f"{URL}{expected}" == api.get(f"/api/tags?{query}").json["links"]["first"]


def test_links_repeat_includes(api: Api) -> None:
    """The include paths go with every page."""
    for number in range(3):
        api.create("customers", email=f"{number}@example.com")
    answer = api.get("/api/customers?include=tags,orders.market&page[size]=2&page[number]=1")

    assert answer.json["links"]["next"] == (
        "http://localhost/api/customers?include=tags%2Corders.market"
        "&page%5Bnumber%5D=2&page%5Bsize%5D=2"
    )
    assert ids(api.get(answer.json["links"]["next"])) == ids(api.get("/api/customers"))[2:]


def test_clients_count(api: Api, tags: list[str]) -> None:
    """The smallest page tells how many there are (clients.md §4)."""
    answer = api.get("/api/tags?page[number]=1&page[size]=1")

    assert (len(ids(answer)), answer.json["meta"]) == (1, {"record_count": 60, "page_count": 60})
    assert len(tags) == 60


def test_clients_page_by_id(api: Api, tags: list[str]) -> None:
    """Sorting by id and comparing ids agree, across deletions (clients.md §4)."""
    seen: list[str] = []
    query = {"sort": "id", "page[size]": "25", "page[number]": "1"}
    while found := ids(api.get("/api/tags", query)):
        seen += found
        assert api.delete(f"/api/tags/{found[-1]}").status_code == 204
        query["filter[q][id_gt]"] = found[-1]

    assert tags == seen


@pytest.mark.parametrize("size", ["0", "26", "x"])
def test_a_cursor_page(api: Api, size: str) -> None:
    """Event stores take the same sizes."""
    customer = api.create("customers", email="john@example.com")
    answer = api.get(f"{path_of(customer)}/event_stores?page[size]={size}&page[after]=abc")

    assert answer.status_code == 400
    assert answer.json["errors"][0]["code"] == "INVALID_PAGE_VALUE"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    count=st.integers(0, 60),
    size=st.integers(1, 25),
    sort=st.sampled_from(["", "id", "-id", "name", "-created_at,reference", "reference"]),
)
def test_pages_partition_the_list(
    api: Api, tags: list[str], count: int, size: int, sort: str
) -> None:
    """Every record is on exactly one page; links lead from the first to the last and back."""
    query = {"filter[q][reference_lt]": f"{count:02}", "page[size]": f"{size}"}
    if sort:
        query["sort"] = sort
    pages = max(1, -(-count // size))
    url = "/api/tags"
    seen: list[str] = []
    for number in range(1, pages + 1):
        answer = api.get(url) if number > 1 else api.get(url, query)
        links = answer.json["links"]
        seen += values(answer, "reference")

        assert answer.json["meta"] == {"record_count": count, "page_count": pages}
        assert ("prev" in links, "next" in links) == (number > 1, number < pages)
        assert [_page(links[name]) for name in links] == [
            page
            for page in (1, number - 1 or None, number + 1 if number < pages else None, pages)
            if page
        ]
        url = links.get("next", "")
    wanted = [f"{number:02}" for number in range(count)]

    assert len(tags) == 60
    assert sorted(seen) == wanted
    if sort == "reference":
        assert seen == wanted
    if sort == "-id":
        assert seen == wanted[::-1]


def _page(url: str) -> int:
    return int(dict(parse_qsl(urlsplit(url).query))["page[number]"])
