"""How a test has a customer forgotten: requested by a user, and carried out at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from mockserver.access import Mode
from mockserver.testing.results import Result

if TYPE_CHECKING:
    from mockserver.testing.world import World

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Reached = Literal["requested", "started", "completed", "failed"]


def anonymized(world: World, id_: str, user: str, until: Reached, mode: Mode) -> Result:
    """Return a customer whose anonymization has come so far.

    Raises:
        LookupError, Refusal, ValueError: as ``World.anonymize``.
    """
    if until not in get_args(Reached):
        message = f"until must be one of {', '.join(get_args(Reached))}, not {until!r}"
        raise ValueError(message)
    records = world.live if mode == "live" else world.test
    search = {"mode": mode, "type": "customers", "resource": id_}
    if until == "requested" or not world.jobs(**search):
        records.request_anonymization(id_, user)
    if until == "completed":
        world.run_jobs(**search)
    elif until != "requested":
        do = world.run_job if until == "started" else world.fail_job
        for start in world.jobs(**search):
            do(start["id"], mode=mode)
    return records.retrieve("customers", id_)
