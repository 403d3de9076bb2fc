"""A storefront's client of Commerce Layer: its customers, and nothing that knows of a sandbox."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import httpx

MEDIA_TYPE = "application/vnd.api+json"
#: What may be gone when the request is sent again.
PASSING = frozenset({429, 502, 503, 504})
#: The API's largest page.
PAGE = 25

Customer = dict[str, Any]


class InvalidCustomer(Exception):  # noqa: N818 - it says what the customer is
    """The API does not accept a customer; ``reasons`` are its messages by attribute."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        """Report the reasons."""
        super().__init__(", ".join(f"{name} {reason}" for name, reason in reasons.items()))
        self.reasons = reasons


class Unavailable(Exception):  # noqa: N818 - as above
    """The API does not answer, or not in a useful way, however often it is asked."""


class Shop:
    """The customers of a shop.

    A token is asked for when it is needed, and once more when it is no longer accepted. What
    fails in passing is tried again.
    """

    def __init__(  # noqa: PLR0913 - what can be set
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        tries: int = 3,
        timeout: float = 5.0,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        """Know where the API is, and who asks.

        Args:
            url: of the organization, ``https://acme.commercelayer.io``.
            client_id: of an integration.
            client_secret: of the same.
            tries: how often a request is sent at most.
            timeout: seconds to wait for an answer.
            wait: how to wait between two tries.
        """
        self._http = httpx.Client(base_url=url, timeout=timeout)
        self._who = {"client_id": client_id, "client_secret": client_secret}
        self._token: str | None = None
        self._tries = tries
        self._wait = wait

    @classmethod
    def from_environment(cls) -> Self:
        """Return the shop that the variables of the environment describe."""
        names = ("CL_URL", "CL_CLIENT_ID", "CL_CLIENT_SECRET")
        return cls(*(os.environ[name] for name in names))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- customers -------------------------------------------------------------------------------

    def sign_up(self, email: str, password: str) -> Customer:
        """Create a customer and return it.

        Raises:
            InvalidCustomer: the API refuses it.
            Unavailable: see there.
        """
        attributes = {"email": email, "password": password}
        body = {"data": {"type": "customers", "attributes": attributes}}
        sent_before = False
        for answer in self._answers("POST", "/api/customers", json=body):
            if answer is None:
                sent_before = True  # and perhaps carried out: only the answer is lost
            elif answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                reasons = _reasons(answer)
                if sent_before and "already been taken" in reasons.get("email", ""):
                    return self.find(email) or {}
                raise InvalidCustomer(reasons)
            else:
                return _customer(answer.json()["data"])
        raise Unavailable

    def find(self, email: str) -> Customer | None:
        """Return the customer with the email, if there is one."""
        found = self._list({"filter[q][email_eq]": email})
        return found[0] if found else None

    def newcomers(self, since: str, until: str) -> list[Customer]:
        """Return who has signed up between two days, the first one included, oldest first."""
        return self._list(
            {
                "filter[q][created_at_gteq]": since,
                "filter[q][created_at_lt]": until,
                "sort": "created_at",
            }
        )

    def _list(self, query: Mapping[str, str]) -> list[Customer]:
        found: list[Customer] = []
        pages = number = 1
        while number <= pages:
            paging = {"page[size]": str(PAGE), "page[number]": str(number)}
            document = self._get("/api/customers", {**query, **paging})
            found += map(_customer, document["data"])
            pages = document["meta"]["page_count"]
            number += 1
        return found

    # --- requests --------------------------------------------------------------------------------

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        for answer in self._answers("GET", path, params=query):
            if answer is not None:
                document: dict[str, Any] = answer.raise_for_status().json()
                return document
        raise Unavailable

    def _answers(self, method: str, path: str, **words: Any) -> Iterator[httpx.Response | None]:
        """Yield what came of each try, ``None`` for nothing useful, until nobody asks for more."""
        for number in range(self._tries):
            if number:
                self._wait(2.0**number / 10)
            try:
                answer = self._authorised(method, path, **words)
            except httpx.TransportError:
                yield None
                continue
            yield None if answer.status_code in PASSING else answer

    def _authorised(self, method: str, path: str, **words: Any) -> httpx.Response:
        answer = self._send(method, path, **words)
        if answer.status_code == httpx.codes.UNAUTHORIZED and "INVALID_TOKEN" in answer.text:
            self._token = None
            answer = self._send(method, path, **words)
        return answer

    def _send(self, method: str, path: str, **words: Any) -> httpx.Response:
        if self._token is None:
            who = {"grant_type": "client_credentials", **self._who}
            answer = self._http.post("/oauth/token", json=who).raise_for_status()
            self._token = answer.json()["access_token"]
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Accept": MEDIA_TYPE,
            "Content-Type": MEDIA_TYPE,
        }
        return self._http.request(method, path, headers=headers, **words)


def _customer(object_: Mapping[str, Any]) -> Customer:
    return {"id": object_["id"], **object_["attributes"]}


def _reasons(answer: httpx.Response) -> dict[str, str]:
    """Return the messages of an answer 422 by the attribute they are about."""
    errors = answer.json()["errors"]
    return {error["source"]["pointer"].rpartition("/")[2]: error["title"] for error in errors}
