"""The signals that end a server in good order."""

from __future__ import annotations

import signal


def ending() -> tuple[signal.Signals, ...]:
    """Return SIGINT, SIGTERM and, where there is one, SIGHUP: that of a terminal that is closed.

    Who ignores SIGHUP, as ``nohup`` does, wants it to be ignored.
    """
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None or signal.getsignal(hangup) is signal.SIG_IGN:
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, hangup
