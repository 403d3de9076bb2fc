"""Conditions of ``filter[q]`` that there are not: how a test tells that one was ignored."""

from __future__ import annotations

from tests.client import Api


def is_ignored(api: Api, type_: str, key: str, value: str) -> bool:
    """Say whether a list with one condition in ``q`` is answered, and the condition ignored."""
    answer = api.get(f"/api/{type_}", {f"filter[q][{key}]": value})
    exchange = api.app.journal.find()[-1]
    return answer.status_code == 200 and exchange.ignored == ((type_, key),)
