"""What an organization is put into: its seed, at the start and whenever it goes back to it."""

from __future__ import annotations

from contextlib import ExitStack

from mockserver.access import MODES
from mockserver.control import scenarios
from mockserver.control.snapshots import tokens_kept
from mockserver.sandbox.organization import Organization
from mockserver.seeding.seed import seed_customers, seed_foundation


def plant(organization: Organization) -> None:
    """Seed an organization that holds nothing, the way its recipe says, all or nothing.

    Raises:
        Refusal: 404 or 422 for the recipe's scenario.
    """
    recipe = organization.recipe
    with organization.transaction():
        seed_foundation(organization, recipe.domain)
        organization.remember()
        organization.set(recipe.settings)
        if recipe.customers:
            seed_customers(organization, recipe.customers)
        if recipe.scenario:
            scenarios.play(scenarios.find(recipe.scenario), organization)


def reset(organization: Organization) -> None:
    """Put an organization back to what it was seeded with; its tokens stay good.

    Raises:
        Refusal: 404 or 422 when the file of its scenario is not what it was; nothing has changed.
    """
    sandboxes = [organization.sandbox(mode) for mode in MODES]
    with organization.transaction(), ExitStack() as kept:
        for sandbox in sandboxes:
            kept.enter_context(tokens_kept(sandbox))
            sandbox.start_over()
        plant(organization)
