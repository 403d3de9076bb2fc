"""Pages, sort, fieldsets, includes and filters (conventions.md §9, §10, §11, §12, §13)."""

from __future__ import annotations

from typing import Any

from mockserver.verification.clause import Clause, Mark, Probe
from mockserver.verification.expected import ABSENT, Pattern
from mockserver.verification.shapes import CUSTOMERS, page_value, refused

ONE, TWO = {"id": "$customer"}, {"id": "$other"}
OWN = f"{CUSTOMERS}?filter[q][reference_eq]=$run"


def _refused(cites: str, mark: Mark, says: str, query: str, expected: dict[str, Any]) -> Clause:
    return Clause(cites, mark, says, (Probe("GET", f"{CUSTOMERS}?{query}", 400, expected),))


def _field(name: str) -> dict[str, Any]:
    detail = f"{name} is not a valid field for customers."
    return refused(400, "INVALID_FIELD", "Invalid field", detail)


def _found(mark: Mark, says: str, condition: str, *found: dict[str, str]) -> Clause:
    """Return the rule that a condition finds these of the two customers."""
    step = Probe("GET", f"{OWN}&sort=id&filter[q]{condition}", 200, {"data": list(found)})
    return Clause("conventions.md §13.2", mark, says, (step,))


PAGES = (
    _refused(
        "conventions.md §9",
        "F",
        "A page of more than 25 is refused",
        "page[size]=26",
        page_value("size exceeds maximum page size of 25."),
    ),
    _refused(
        "conventions.md §9",
        "F",
        "A page of none is refused",
        "page[size]=0",
        page_value("0 is not a valid value for size page parameter."),
    ),
    _refused(
        "conventions.md §9",
        "F",
        "A page whose number is none is refused",
        "page[number]=x",
        page_value("0 is not a valid value for number page parameter."),
    ),
    Clause(
        "conventions.md §9",
        "F",
        "Beyond the last page there is nothing, and the way back",
        (
            Probe(
                "GET",
                f"{OWN}&page[number]=9&page[size]=2",
                200,
                {
                    "data": [],
                    "meta": {"record_count": 2, "page_count": 1},
                    "links": {"prev": Pattern(r".*page%5Bnumber%5D=8.*"), "next": ABSENT},
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §9",
        "D",
        "Links of pages repeat the query by name, encoded",
        (
            Probe(
                "GET",
                f"{OWN}&sort=-id&foo=bar",
                200,
                {
                    "links": {
                        "first": Pattern(
                            r".*\?filter%5Bq%5D%5Breference_eq%5D=$run&page%5Bnumber%5D=1"
                            r"&page%5Bsize%5D=10&sort=-id"
                        )
                    }
                },
            ),
        ),
    ),
)
SORTED = (
    Clause(
        "conventions.md §10",
        "D",
        "A minus turns the order round",
        (
            Probe("GET", f"{OWN}&sort=email", 200, {"data": [ONE, TWO]}),
            Probe("GET", f"{OWN}&sort=-email", 200, {"data": [TWO, ONE]}),
        ),
    ),
    Clause(
        "conventions.md §10",
        "F",
        "Ids are sorted by their creation",
        (Probe("GET", f"{OWN}&sort=-id", 200, {"data": [TWO, ONE]}),),
    ),
    _refused(
        "conventions.md §10",
        "F",
        "What nothing is sorted by is refused",
        "sort=foo",
        refused(
            400,
            "INVALID_SORT_CRITERIA",
            "Invalid sort criteria",
            "foo is not a valid sort criteria for customers",
        ),
    ),
)
SPARSE = (
    _refused(
        "conventions.md §11",
        "F",
        "An unknown field is refused",
        "fields[customers]=foo",
        _field("foo"),
    ),
    _refused(
        "conventions.md §11",
        "F",
        "A fieldset of nothing is refused",
        "fields[customers]=",
        _field("nil"),
    ),
    _refused(
        "conventions.md §11",
        "F",
        "A fieldset of an unknown type is refused",
        "fields[foos]=id",
        refused(400, "INVALID_RESOURCE", "Invalid resource", "foos is not a valid resource."),
    ),
    _refused(
        "conventions.md §11",
        "F",
        "A fieldset has to name its type",
        "fields=email",
        refused(400, "INVALID_FIELD_FORMAT", "Invalid field format", "Fields must specify a type."),
    ),
    _refused(
        "conventions.md §12",
        "F",
        "What cannot be included is refused",
        "include=foo",
        refused(
            400,
            "INVALID_INCLUDE",
            "Invalid field",
            "foo is not a valid includable relationship of customers",
        ),
    ),
    _refused(
        "conventions.md §12",
        "F",
        "A step of a path is refused with the type it is of",
        "include=customer_group.foo",
        refused(
            400,
            "INVALID_INCLUDE",
            "Invalid field",
            "foo is not a valid includable relationship of customer_groups",
        ),
    ),
)
CONDITIONS = (
    _found("D", "eq is exact", "[email_eq]=$run-one@example.com", ONE),
    _found("F", "eq minds case", "[email_eq]=$run-ONE@example.com"),
    _found("D", "not_eq excludes", "[email_not_eq]=$run-one@example.com", TWO),
    _found("D", "in takes a list", "[email_in]=$run-one@example.com,x@example.com", ONE),
    _found("F", "cont does not mind case", "[email_cont]=-ONE@", ONE),
    _found("D", "start is a prefix", "[email_start]=$run-t", TWO),
    _found("D", "matches takes a pattern", "[email_matches]=%25-one@%25", ONE),
    _found("D", "null finds what is not there", "[reference_origin_null]=true", ONE, TWO),
    _found("D", "present is neither null nor empty", "[reference_origin_present]=true"),
    _found("F", "An empty value drops the condition", "[email_eq]=", ONE, TWO),
    _found("D", "_or_ joins names", "[email_or_reference_end]=one@example.com", ONE),
    _found("D", "Relationships lead further", "[customer_group_name_eq]=$run", ONE),
    _found("O", "A to-one alone can be null", "[customer_group_null]=true", TWO),
    _found("D", "Related ids are compared", "[customer_group_id_in]=$group", ONE),
    _found("F", "jcont looks into objects", "[metadata_jcont]=%7B%22a%22:1%7D"),
)
FILTERS = (
    Clause(
        "conventions.md §13.3",
        "D",
        "Names beside q are exact",
        (
            Probe(
                "GET",
                f"{CUSTOMERS}?filter[email]=$run-two@example.com",
                200,
                {"data": [TWO]},
            ),
        ),
    ),
    _refused(
        "conventions.md §13.3",
        "F",
        "Any other name beside q is refused",
        "filter[foo]=1",
        refused(400, "FILTER_NOT_ALLOWED", "Filter not allowed", "foo is not allowed."),
    ),
    _refused(
        "conventions.md §13.3",
        "F",
        "A filter that is a text is refused",
        "filter=abc",
        refused(
            400,
            "INVALID_FILTERS_SYNTAX",
            "Invalid filters syntax",
            "abc is not a valid syntax for filtering.",
        ),
    ),
    Clause(
        "conventions.md §13.4",
        "O",
        "An unknown condition of q is ignored",
        (Probe("GET", f"{OWN}&filter[q][foo_eq]=1", 200, {"meta": {"record_count": 2}}),),
    ),
)
RULES = (*PAGES, *SORTED, *SPARSE, *CONDITIONS, *FILTERS)
