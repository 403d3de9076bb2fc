"""The server itself at run time: its settings, its health, its counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver import __version__
from mockserver.clock import monotonic
from mockserver.control.metrics import Sample, exposition
from mockserver.control.parts import Json, Parts
from mockserver.control.refusals import invalid, load
from mockserver.control.schemas import SettingsSchema
from mockserver.control.worlds import counts


class Tuning:
    """What can be seen and set of one server while it runs."""

    def __init__(self, parts: Parts) -> None:
        """Control these parts."""
        self._parts = parts
        self._started = monotonic()

    def settings(self) -> Json:
        """Return what can be set at run time."""
        parts = self._parts
        scale: Any = {"scale": parts.limiter.scale}
        return {
            "rate_limits": ("real" if parts.limiter.scale == 1.0 else scale)
            if parts.limiter.enforced
            else "off",
            "token_lifetimes": dict(parts.authorization.lifetimes),
            "lenient_filters": parts.lenient_filters,
            "reuse_tokens": parts.authorization.reuse_tokens,
            "advice": parts.observatory.advice_header,
            "journal_size": parts.observatory.journal.size,
        }

    def change(self, body: Any) -> Json:
        """Set what the body names and return all of it.

        Raises:
            Refusal: 422 with pointers; nothing has changed.
        """
        wanted: Mapping[str, Any] = load(SettingsSchema(), body)
        parts = self._parts
        unknown = wanted.get("token_lifetimes", {}).keys() - parts.authorization.lifetimes.keys()
        if unknown:
            known = ", ".join(parts.authorization.lifetimes)
            raise invalid(f"/token_lifetimes/{min(unknown)}", f"Not one of: {known}.")
        if "rate_limits" in wanted:
            parts.limiter.enforced = wanted["rate_limits"] is not None
            parts.limiter.scale = wanted["rate_limits"] or 1.0
            parts.limiter.clear()
        parts.authorization.lifetimes.update(wanted.get("token_lifetimes", {}))
        parts.authorization.reuse_tokens = wanted.get(
            "reuse_tokens", parts.authorization.reuse_tokens
        )
        parts.lenient_filters = wanted.get("lenient_filters", parts.lenient_filters)
        parts.observatory.advice_header = wanted.get("advice", parts.observatory.advice_header)
        if "journal_size" in wanted:
            parts.observatory.journal.resize(wanted["journal_size"])
        return self.settings()

    def health(self) -> Json:
        """Return that the server is ready, its version, uptime and storage."""
        return {
            "ready": True,
            "version": __version__,
            "uptime": round(monotonic() - self._started, 3),
            "storage": self._parts.settings.storage,
            "organizations": sum(1 for _ in self._parts.organizations),
        }

    def metrics(self) -> str:
        """Return counts in the Prometheus text format."""
        return exposition(self._families())

    def _families(self) -> Iterator[tuple[str, str, str, list[Sample]]]:
        parts = self._parts
        counted = sorted(parts.metrics.requests.items())
        yield (
            "mockserver_requests_total",
            "counter",
            "Requests answered.",
            [((("method", m), ("status", s)), n) for (m, s), n in counted],
        )
        yield (
            "mockserver_records",
            "gauge",
            "Records held, by organization, mode and type.",
            [
                ((("organization", o.slug), ("mode", mode), ("type", type_)), count)
                for o in parts.organizations
                for mode, held in counts(o).items()
                for type_, count in held.items()
            ],
        )
        struck = [((("fault", f.id),), float(f.struck)) for f in parts.observatory.faults.all()]
        yield "mockserver_fault_strikes_total", "counter", "Strikes of each fault.", struck
        yield (
            "mockserver_uptime_seconds",
            "gauge",
            "Seconds since the start.",
            [((), monotonic() - self._started)],
        )
