"""What the published Python client is asked to do; it runs in an environment of its own."""

from __future__ import annotations

import io
import json
import os
import runpy
import unittest
from contextlib import redirect_stdout
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from commercelayer import AuthenticatedClient, errors
from commercelayer.api.customer_groups import ge_tcustomer_groups as list_groups
from commercelayer.api.customers import delet_ecustomerscustomer_id as delete
from commercelayer.api.customers import ge_tcustomers as list_customers
from commercelayer.api.customers import ge_tcustomerscustomer_id as retrieve
from commercelayer.api.customers import patc_hcustomerscustomer_id as update
from commercelayer.api.customers import pos_tcustomers as create
from commercelayer.models import CustomerCreate, CustomerUpdate

READY = json.loads(Path(os.environ["SANDBOX_READY_FILE"]).read_text())
MEDIA_TYPE = {"Content-Type": "application/vnd.api+json"}


def token() -> str:
    """Return an access token of the integration."""
    credential = READY["organizations"][0]["credentials"][0]
    parameters = {name: credential[name] for name in ("client_id", "client_secret")}
    asked = {"grant_type": "client_credentials", **parameters}
    found: str = httpx.post(f"{READY['http']}/oauth/token", data=asked).json()["access_token"]
    return found


def client(**options: Any) -> AuthenticatedClient:
    """Return a client of the sandbox; the media type has to be told, here as anywhere."""
    base = f"{READY['http']}/api"
    return AuthenticatedClient(base_url=base, token=token(), headers=MEDIA_TYPE, **options)


def customer(id_: str | None = None, group: str | None = None, **attributes: Any) -> dict[str, Any]:
    """Return the document of a customer to create, or to update."""
    data: dict[str, Any] = {"type": "customers", "attributes": attributes}
    if id_:
        data["id"] = id_
    if group:
        linkage = {"type": "customer_groups", "id": group}
        data["relationships"] = {"customer_group": {"data": linkage}}
    return {"data": data}


class Customers(unittest.TestCase):
    """The client reads and writes customers."""

    def setUp(self) -> None:
        """Begin with a client."""
        self.client = client()

    def create(self, **attributes: Any) -> Any:
        """Create a customer that must be accepted."""
        body = CustomerCreate.from_dict(customer(**attributes))
        answer = create.sync_detailed(client=self.client, json_body=body)
        assert answer.status_code == HTTPStatus.CREATED, answer.content
        return answer.parsed.data

    def test_list(self) -> None:
        """Lists are parsed, with what every record has."""
        page = list_customers.sync(client=self.client)

        assert len(page.data) == 10
        assert page.data[0].attributes.email == "john@example.com"
        assert page.data[0].attributes.metadata["shoe_size"] == 43
        assert page.data[0].links.self_.startswith(READY["http"])
        assert page["meta"]["record_count"] >= 50

    def test_create_retrieve_update_delete(self) -> None:
        """A record lives from its creation to its end."""
        created = self.create(email="python@example.org", metadata={"vip": True})
        assert created.attributes["status"] == "prospect"

        change = customer(created.id, email="Python@Example.com", reference="P-1")
        body = CustomerUpdate.from_dict(change)
        updated = update.sync(created.id, client=self.client, json_body=body)
        assert updated.data.attributes.email == "python@example.com"

        retrieved = retrieve.sync(created.id, client=self.client)
        assert retrieved.data.attributes.reference == "P-1"
        assert retrieved.data.attributes.metadata.to_dict() == {"vip": True}

        deleted = delete.sync_detailed(created.id, client=self.client)
        assert deleted.status_code == HTTPStatus.NO_CONTENT
        gone = retrieve.sync_detailed(created.id, client=self.client)
        assert gone.status_code == HTTPStatus.NOT_FOUND

    def test_relationships(self) -> None:
        """A customer joins a group, and says where to find it."""
        group = list_groups.sync(client=self.client).data[0]
        created = self.create(email="member@example.org", group=group.id)
        related = created.relationships.customer_group.links.related

        found = httpx.get(related, headers=self.client.get_headers()).json()
        assert found["data"]["id"] == group.id

    def test_errors(self) -> None:
        """What is refused can be read, or is raised."""
        body = CustomerCreate.from_dict(customer(email="john@example.com"))
        answer = create.sync_detailed(client=self.client, json_body=body)
        error = json.loads(answer.content)["errors"][0]

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert answer.parsed is None
        assert error["meta"] == {"error": "taken", "value": "john@example.com"}
        with self.assertRaises(errors.UnexpectedStatus):  # noqa: PT027 - no pytest here
            create.sync(client=client(raise_on_unexpected_status=True), json_body=body)

    def test_without_the_media_type(self) -> None:
        """The client's own media type is JSON, which the API does not take."""
        body = CustomerCreate.from_dict(customer(email="plain@example.org"))
        plain = AuthenticatedClient(base_url=self.client.base_url, token=self.client.token)

        answer = create.sync_detailed(client=plain, json_body=body)
        assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def test_without_a_token(self) -> None:
        """Who nobody knows is told so."""
        stranger = AuthenticatedClient(base_url=self.client.base_url, token="no")

        answer = list_customers.sync_detailed(client=stranger)
        assert answer.status_code == HTTPStatus.UNAUTHORIZED

    def test_recipe(self) -> None:
        """The program that the documentation shows finds customers."""
        with redirect_stdout(io.StringIO()) as printed:
            runpy.run_path(os.environ["SANDBOX_RECIPE"])

        assert "john@example.com" in printed.getvalue()


if __name__ == "__main__":
    unittest.main()
