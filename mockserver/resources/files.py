"""Files: what imports are made of, and exports become."""

from __future__ import annotations

from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.vocabulary import internal


class File(ServiceRecord, type_="files"):
    """A part of the file of a record."""

    resource_type = internal("string")
    resource = internal("string")
    format = internal("string")
    content = internal("string", required=True)
    until = internal("integer")
