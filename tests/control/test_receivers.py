"""Receivers: whatever is sent to one is kept, bounded, and answered as its URL says."""

from __future__ import annotations

import pytest

from mockserver.control import receivers
from mockserver.control.control_plane import ControlPlane
from mockserver.errors import Refusal


def test_what_arrives_is_kept_newest_first(plane: ControlPlane) -> None:
    headers = {"X-CommerceLayer-Topic": "customers.create", "X-CommerceLayer-Signature": "abc"}
    assert plane.receivers.receive("inbox", headers, b'{"data": 1}') == 200
    assert plane.receivers.receive("inbox", {}, b"no json \xff", "503") == 503
    second, first = plane.receivers.list("inbox")["received"]

    assert (first["topic"], first["signature"], first["body"]) == (
        "customers.create",
        "abc",
        {"data": 1},
    )
    assert (second["topic"], second["body"], second["answered"]) == (None, "no json \ufffd", 503)
    assert plane.receivers.names() == {"inbox": 2}
    plane.receivers.clear("inbox")
    assert plane.receivers.list("inbox") == {"received": []}


def test_no_more_than_so_much_is_kept(plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "LONGEST_BODY", 5)
    for _ in range(receivers.MOST_ARRIVED + 1):
        plane.receivers.receive("inbox", {}, b"1234567890")
    for number in range(receivers.MOST_NAMES):
        plane.receivers.receive(f"other-{number}", {}, b"")

    assert plane.receivers.list("inbox") == {"received": []}
    assert len(plane.receivers.names()) == receivers.MOST_NAMES
    plane.receivers.receive("inbox", {}, b"1234567890")
    (kept,) = plane.receivers.list("inbox")["received"]
    assert (kept["body"], kept["size"]) == (12345, 10)


@pytest.mark.parametrize(
    ("name", "answers", "status"),
    [
        ("a b", "", 404),
        ("", "", 404),
        ("x" * 65, "", 404),
        ("inbox", "199", 422),
        ("inbox", "600", 422),
        ("inbox", "ok", 422),
    ],
)
def test_what_is_none(plane: ControlPlane, name: str, answers: str, status: int) -> None:
    with pytest.raises(Refusal) as refused:
        plane.receivers.receive(name, {}, b"", answers)

    assert refused.value.status == status
    assert not plane.receivers.names()
