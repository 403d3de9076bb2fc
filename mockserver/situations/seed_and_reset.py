"""Seed and reset an organization: at the start and whenever it goes back to it."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

from mockserver.access import MODES
from mockserver.engine.organization import Organization
from mockserver.seeding.seed import populate, seed_foundation


def seed(organization: Organization) -> None:
    """Seed an organization that holds nothing, by its seed options, all or nothing.

    Raises:
        Refusal: 404 or 422 for the scenario.
    """
    seed_options = organization.seed_options
    with organization.transaction():
        may_wait = not (seed_options.customers or seed_options.scenario)
        seed_foundation(organization, seed_options.domain, may_wait=may_wait)
        organization.remember()
        organization.set(seed_options.settings)
        if seed_options.customers:
            for mode in MODES:
                organization.furnish(mode, partial(populate, count=seed_options.customers))
        if seed_options.scenario:
            from mockserver.situations import scenarios  # noqa: PLC0415 - only where there is one

            scenarios.play(scenarios.find(seed_options.scenario), organization)


def reset(organization: Organization) -> None:
    """Put an organization back to what it was seeded with; its tokens stay good.

    Raises:
        Refusal: 404 or 422 when the file of its scenario is not what it was; nothing has changed.
    """
    from mockserver.situations.snapshots import preserved_tokens  # noqa: PLC0415 - not at the start

    sandboxes = [organization.sandbox(mode) for mode in MODES]
    with organization.transaction(), ExitStack() as stack:
        for sandbox in sandboxes:
            stack.enter_context(preserved_tokens(sandbox))
            sandbox.start_over()
        seed(organization)
