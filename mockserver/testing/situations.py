"""The situation that the organization of a test begins in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.access import MODES

if TYPE_CHECKING:
    from mockserver.testing.running import RunningServer
    from mockserver.testing.world import World

#: Words that are short for settings of the organization.
PREFERENCES = ("strict_filters", "job_delay", "anonymization_delay", "webhook_content_type")
#: What is done once the organization is there.
LATER = ("frozen", "faults", "stubs")


def begin(server: RunningServer, slug: str | None, **situation: Any) -> World:
    """Return a new organization in a situation.

    Args:
        server: where.
        slug: its name; ``None`` for one of the server's own.
        **situation: ``mode``, ``scenario``, ``customers``, ``locale``, ``seed``, ``settings`` and
            the words that are short for one, ``frozen``, ``faults``, ``stubs``.

    Raises:
        Refusal: 404, 422: the situation is none; there is no organization then.
        ValueError: the mode is neither test nor live.
    """
    mode = situation.pop("mode", "test")
    if mode not in MODES:
        message = f"mode must be test or live, not {mode!r}"
        raise ValueError(message)
    own = {word: situation.pop(word) for word in PREFERENCES if word in situation}
    if own:
        situation["settings"] = {**situation.get("settings", {}), **own}
    later = {word: situation.pop(word, None) for word in LATER}
    world = server.create_organization(slug, mode, **situation)
    try:
        _prepare(world, **later)
    except BaseException:
        world.delete()
        raise
    return world


def _prepare(world: World, frozen: Any, faults: Any, stubs: Any) -> None:
    if frozen is None:
        # A new clock stands like that of the first organization, which is not of this test.
        world.clock.thaw()
    else:
        world.clock.freeze(frozen)
    for fault in faults or ():
        world.faults.add(fault) if isinstance(fault, str) else world.faults.add(**fault)
    for stub in stubs or ():
        world.stubs.add(**stub)
