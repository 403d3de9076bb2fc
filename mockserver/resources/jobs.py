"""Jobs: what the service does later to a record, by the clock of the organization."""

from __future__ import annotations

from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.validations import SECONDS
from mockserver.schema.vocabulary import internal


class QueuedJob(ServiceRecord, type_="jobs"):
    """A job of a declaration that waits until it is due."""

    job = internal("string")
    resource_type = internal("string")
    resource = internal("string", indexed=True)
    #: Seconds since the epoch.
    due_at = internal("float", required=True, validate=SECONDS)
