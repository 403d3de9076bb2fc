"""What is told of variables that look like settings and are none: a typing error says nothing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from mockserver.cli.setting import PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

#: What `run` and `credentials --format env` tell programs besides settings.
TOLD = (
    *("MOCKSERVER_URL", "MOCKSERVER_TLS_URL", "MOCKSERVER_HOST_RESOLVER_RULES"),
    "MOCKSERVER_MAP_HOSTS",
)


def warnings(variables: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each variable that is called like a setting, and is none.

    Args:
        variables: of the environment.
        known: the variables of all settings.
    """
    names = [name.removeprefix(PREFIX) for name in known]
    for name in sorted(variables):
        if name.startswith(PREFIX) and name not in known and name not in TOLD:
            near = get_close_matches(name.removeprefix(PREFIX), names, 1)
            hint = (
                f"did you mean {PREFIX}{near[0]}?" if near else "there is no setting of that name"
            )
            yield f"{name} is ignored: {hint}"
