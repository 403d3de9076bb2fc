"""One route of the control plane, and those of the situations of an organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.late_dataclass import dataclass

Operation = Callable[..., Any]
Slug = Callable[..., str]


@dataclass(frozen=True, slots=True)
class ControlRoute:
    """One operation: method and path, what it calls, and how it answers.

    Attributes:
        operation: called with the plane, the parts of the path, and ``body`` where it takes one.
        takes_body: whether the request has one; an empty one is an empty object.
        status: of a successful answer.
        parameters: of the query; ``None``: the operation checks them itself.
        names_files: whether the body may name a file of the machine, which is told as ``paths``.
        public: whether everybody may ask, and also where there is no control plane.
    """

    method: str
    path: str
    operation: Operation
    takes_body: bool = False
    status: int = 200
    parameters: tuple[str, ...] | None = ()
    names_files: bool = False
    public: bool = False


def situation_routes(prefix: str, slug: Slug) -> list[ControlRoute]:
    """Return the routes of one organization: by its slug, and at the top for the first one."""
    return [
        ControlRoute(
            "POST",
            f"{prefix}/reset",
            lambda p, body, **a: p.organizations.reset(slug(p, **a), body),
            takes_body=True,
        ),
        ControlRoute(
            "GET", f"{prefix}/snapshot", lambda p, **a: p.organizations.snapshot(slug(p, **a))
        ),
        ControlRoute(
            "PUT",
            f"{prefix}/snapshot",
            lambda p, body, **a: p.organizations.restore(slug(p, **a), body),
            takes_body=True,
            status=204,
        ),
        ControlRoute(
            "POST",
            f"{prefix}/seed",
            lambda p, body, paths, **a: p.organizations.seed(slug(p, **a), body, paths=paths),
            takes_body=True,
            names_files=True,
        ),
        ControlRoute(
            "POST",
            f"{prefix}/records",
            lambda p, body, **a: p.organizations.records(slug(p, **a), body),
            takes_body=True,
            status=201,
        ),
        ControlRoute(
            "POST",
            f"{prefix}/customers",
            lambda p, body, **a: p.customers.add(slug(p, **a), body),
            takes_body=True,
            status=201,
        ),
        ControlRoute(
            "POST",
            f"{prefix}/customers/order",
            lambda p, body, **a: p.customers.order(slug(p, **a), body),
            takes_body=True,
            status=201,
        ),
        ControlRoute(
            "POST",
            f"{prefix}/customers/anonymize",
            lambda p, body, **a: p.customers.anonymize(slug(p, **a), body),
            takes_body=True,
        ),
    ]
