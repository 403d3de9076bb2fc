"""How a test has a customer forgotten: requested by a user, and carried out at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

from mockserver.testing.results import Result

if TYPE_CHECKING:
    from mockserver.testing.records import ModeRecords
    from mockserver.testing.working import Working

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Reached = Literal["requested", "started", "completed", "failed"]


def anonymized(
    records: ModeRecords, jobs: Working, search: Mapping[str, str], user: str, until: Reached
) -> Result:
    """Return a customer whose anonymization has come so far.

    Args:
        records: of the customer's mode.
        jobs: among which are those that carry it out.
        search: what finds them: ``mode``, ``type``, and the customer's id as ``resource``.
        user: Email of who requests it.
        until: how far.

    Raises:
        LookupError, Refusal, ValueError: as ``World.anonymize``.
    """
    if until not in get_args(Reached):
        message = f"until must be one of {', '.join(get_args(Reached))}, not {until!r}"
        raise ValueError(message)
    customer = search["resource"]
    if until == "requested" or not jobs.jobs(**search):
        records.request_anonymization(customer, user)
    if until == "completed":
        jobs.run_jobs(**search)
    elif until != "requested":
        do = jobs.run_job if until == "started" else jobs.fail_job
        for start in jobs.jobs(**search):
            do(start["id"], mode=search["mode"])
    return records.retrieve("customers", customer)
