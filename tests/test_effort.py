"""How much work one request may be."""

from __future__ import annotations

import threading

import pytest

from mockserver.effort import STEPS, bounded, spend, unbounded
from mockserver.errors import Refusal


def test_a_request_may_spend_its_steps_and_no_more() -> None:
    """The refusal names the limit."""
    with bounded():
        spend(STEPS)
        with pytest.raises(Refusal, match=f"400 BAD_REQUEST: .* more than {STEPS} steps"):
            spend(1)


def test_each_request_has_steps_of_its_own() -> None:
    """What one has spent is no matter to the next, nor to another thread."""
    with bounded():
        spend(STEPS)
        other = threading.Thread(target=lambda: spend(1))
        other.start()
        other.join()
    with bounded():
        spend(STEPS)


def test_what_no_request_waits_for_is_not_bounded() -> None:
    """Neither outside a request nor in a job that a request has done."""
    spend(STEPS + 1)
    with bounded():
        with unbounded():
            spend(STEPS + 1)
        spend(STEPS)
