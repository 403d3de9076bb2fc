"""Types that only the service uses: declared as any other, but without actions.

The API neither serves nor names them; storage, snapshots and record documents know them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from mockserver.schema.vocabulary import Resource, internal
from mockserver.storage.conditions import EVERYTHING


class ServiceRecord(Resource):
    """A record of the service's own."""

    actions: ClassVar[Sequence[str]] = ()

    created_at = internal("datetime")
    updated_at = internal("datetime")


class Token(ServiceRecord):
    """Record of a token under its digest; snapshots leave it where it is."""

    portable: ClassVar = False
    expendable: ClassVar = EVERYTHING

    application_id = internal("string")
    expires_at = internal("integer")
