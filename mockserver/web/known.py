"""Knowledge of requests from those before them: hosts, bearers, queries.

Each is remembered by all that decides it, so that nothing has to be forgotten.
"""

from __future__ import annotations

from functools import lru_cache

from werkzeug.sansio.utils import get_host

from mockserver.access import Access
from mockserver.engine.permissions import Permissions
from mockserver.engine.reading import AuthorizedReader
from mockserver.engine.sandbox import Sandbox
from mockserver.jsonapi.filters import all_there_is
from mockserver.jsonapi.plans import QueryPlan, QueryPlans, Wanted
from mockserver.resources.registry import registry
from mockserver.resources.roles import Role
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.web.gate import HOST, Gate

#: How many hosts and bearers are known.
REMEMBERED = 2048


class Known:
    """Knowledge of one server."""

    def __init__(self, gate: Gate) -> None:
        """Know nothing yet."""
        self._plans = QueryPlans(registry())
        #: By the identity of the bearer, which is kept: no other has it then.
        self._permitted: dict[int, tuple[Access, Record | None, Permissions]] = {}

        @lru_cache(maxsize=REMEMBERED)
        def host(scheme: str, sent: str) -> tuple[str, str | None]:
            name = get_host(scheme, sent)
            if not HOST.fullmatch(name):
                raise ValueError(sent)
            return f"{scheme}://{name}", gate.slug_of(name)

        #: Returns the base URL of a host that is asked, and the organization in its name.
        self.host = host

    def permissions(self, sandbox: Sandbox, access: Access) -> Permissions:
        """Return the permissions of a bearer, the same ones as long as its role is stored as it is.

        Those of sales channels and of a scope follow from what else is stored.
        """
        if access.role_id is None or access.is_sales_channel or access.market_ids is not None:
            return sandbox.permissions(access)
        role = sandbox.look(Role.type_, access.role_id)
        known = self._permitted.get(id(access))
        if known is None or known[0] is not access or known[1] is not role:
            if len(self._permitted) >= REMEMBERED:
                self._permitted.clear()
            known = self._permitted[id(access)] = (access, role, sandbox.permissions(access))
        return known[2]

    def plan(
        self, resource: type[Resource], wanted: Wanted, query: str, reader: AuthorizedReader
    ) -> QueryPlan:
        """Return the plan of a query; who sees less than all may not filter by the rest.

        Raises:
            Refusal: 400.
            ValueError: it is not sent as it should be.
        """
        query.encode("ascii")
        permissions, number = reader.permissions, reader.engine.number
        is_limited = permissions.access.is_sales_channel
        visible = permissions.visible if is_limited else all_there_is
        return self._plans.plan(resource, wanted, query, number, visible)
