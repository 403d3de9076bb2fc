"""The headers that answers carry only where somebody has asked for them."""

from __future__ import annotations

from mockserver.late_dataclass import dataclass


@dataclass(slots=True)
class OptionalHeaders:
    """The choice of these headers for the answers of one server; each is a setting.

    Attributes:
        hsts: ``Strict-Transport-Security``, over https (RFC 6797 §7.2).
        advice: ``X-Mock-Advice``.
        reason: ``X-Mock-Reason``.
    """

    hsts: bool = False
    advice: bool = False
    reason: bool = False
