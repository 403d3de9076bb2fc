"""Back to the seed: the records of organizations, their faults and stubs, their time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from mockserver.clock import Clock
from mockserver.control.components import Components
from mockserver.engine.organization import Organization
from mockserver.situations import seed_and_reset


def reset(
    components: Components, organizations: Sequence[Organization], keep: Collection[str]
) -> None:
    """Put organizations back to what they were created as, all of them or none.

    What is about every organization, a fault that names none or the common clock, goes with the
    last one: where others are left, it is theirs as well.

    Args:
        components: of the server.
        organizations: which ones.
        keep: what is left as it is, of ``KEPT``.

    Raises:
        Refusal: 404 or 422 when the file of a scenario is not what it was; nothing has changed.
    """
    is_every_one = len(organizations) == len(list(components.organizations))
    with ExitStack() as undo:
        if "clock" not in keep:
            undo.enter_context(_set_back(components.clock, organizations, common_too=is_every_one))
        for organization in organizations:
            undo.enter_context(organization.transaction())
            seed_and_reset.reset(organization)
    for scope in [None] if is_every_one else [each.slug for each in organizations]:
        if "faults" not in keep:
            components.traffic.faults.clear(scope)
        if "stubs" not in keep:
            components.traffic.stubs.clear(scope)


@contextmanager
def _set_back(
    common: Clock, organizations: Sequence[Organization], *, common_too: bool
) -> Iterator[None]:
    """Let clocks run as those of new organizations do; as before, should the rest fail."""
    clocks = [common] if common_too else []
    clocks += [organization.clock for organization in organizations]
    before = [clock.copy() for clock in clocks]
    for clock in clocks:
        _let(clock, be=Clock() if common_too else common)
    try:
        yield
    except BaseException:
        for clock, was in zip(clocks, before, strict=True):
            _let(clock, be=was)
        raise


def _let(clock: Clock, *, be: Clock) -> None:
    if be.frozen_at:
        clock.freeze(be.frozen_at)
    else:
        clock.shift(be.offset)
