"""Users: people who work for an organization, and log in as such."""

from __future__ import annotations

from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.vocabulary import internal, named


class User(ServiceRecord, type_="users"):
    """Somebody who works for the organization."""

    first_name = internal("string")
    last_name = internal("string")
    email = internal("string")
    role_id = internal("string")
    ownership = named(owner=internal("boolean"))
    time_zone = internal("string")
