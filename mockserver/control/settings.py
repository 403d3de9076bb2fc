"""The server itself at run time: its settings, its health, its counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from mockserver.clock import monotonic
from mockserver.control.components import Components, Json
from mockserver.control.holdings import NAME, Holdings
from mockserver.control.schemas import SettingsSchema
from mockserver.late_dataclass import dataclass
from mockserver.refusals import load
from mockserver.traffic.metrics import Family, exposition
from mockserver.version import __version__


class SettingsControl:
    """State and settings of one server while it runs."""

    def __init__(self, components: Components) -> None:
        """Control these parts."""
        self._components = components
        self._holdings = Holdings()

    def settings(self) -> Json:
        """Return the settings of run time."""
        return {name: setting.read(self._components) for name, setting in SETTINGS.items()}

    def change(self, body: Any) -> Json:
        """Set what the body names and return all of it.

        Raises:
            Refusal: 422 with pointers; nothing has changed.
        """
        for name, value in load(SettingsSchema(), body).items():
            SETTINGS[name].write(self._components, value)
        return self.settings()

    def health(self) -> Json:
        """Return that the server is ready, which one it is, its version, uptime and storage.

        Everybody may read it: of a file it does not say where it is.
        """
        return {
            "ready": True,
            "instance": self._components.instance,
            "version": __version__,
            "uptime": round(monotonic() - self._components.started, 3),
            "storage": self._components.settings.storage.partition(":")[0],
            "organizations": sum(1 for _ in self._components.organizations),
        }

    def metrics(self) -> str:
        """Return counts in the Prometheus text format."""
        return exposition(self._families())

    def _families(self) -> Iterator[Family]:
        components = self._components
        counted = sorted(components.metrics.requests.items())
        yield (
            "mockserver_requests_total",
            "counter",
            "Requests answered.",
            [({"method": method, "status": status}, n) for (method, status), n in counted],
        )
        yield (
            NAME,
            "gauge",
            "Records held.",
            self._holdings.lines(components.organizations),
        )
        faults = components.traffic.faults.all()
        struck = [({"fault": fault.id}, fault.struck) for fault in faults]
        yield "mockserver_fault_strikes_total", "counter", "Strikes of the faults in force.", struck
        yield (
            "mockserver_webhook_attempts_total",
            "counter",
            "Attempts to deliver to webhooks.",
            [({"outcome": kind}, n) for kind, n in sorted(components.dispatcher.outcomes.items())],
        )
        gone = sorted(components.organizations.listeners.forgotten.items())
        yield (
            "mockserver_forgotten_records_total",
            "counter",
            "Records forgotten by history_size, deliveries_size and history_days.",
            [({"type": type_}, n) for type_, n in gone],
        )
        uptime = monotonic() - self._components.started
        yield "mockserver_uptime_seconds", "gauge", "Seconds since the start.", [({}, uptime)]


# --- what can be set -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: how it is read, as JSON, and how a loaded value is written."""

    read: Callable[[Components], Any]
    write: Callable[[Components, Any], None]


def _rate_limits(components: Components) -> Any:
    limiter = components.limiter
    if not limiter.enforced:
        return "off"
    return "real" if limiter.scale == 1.0 else {"scale": limiter.scale}


def _limit(components: Components, scale: float | None) -> None:
    components.limiter.enforced = scale is not None
    components.limiter.scale = scale or 1.0
    components.limiter.clear()


def _attribute(path: str) -> Setting:
    """Return the setting that is an attribute of one of the parts."""
    *owners, name = path.split(".")

    def write(components: Components, value: Any) -> None:
        owner = attrgetter(".".join(owners))(components) if owners else components
        setattr(owner, name, value)

    return Setting(attrgetter(path), write)


#: In the order they are printed; their values are checked by ``SettingsSchema``.
SETTINGS: Mapping[str, Setting] = {
    "rate_limits": Setting(_rate_limits, _limit),
    "token_lifetimes": Setting(
        lambda components: dict(components.authorization.lifetimes),
        lambda components, lifetimes: components.authorization.lifetimes.update(lifetimes),
    ),
    "reuse_tokens": _attribute("authorization.reuse_tokens"),
    "jwt_bearer_requires_enterprise": _attribute("authorization.jwt_bearer_requires_enterprise"),
    "strict_filters": _attribute("organizations.listeners.preferences.strict_filters"),
    "journal_size": Setting(
        lambda components: components.traffic.journal.size,
        lambda components, size: components.traffic.journal.resize(size),
    ),
    "history_size": _attribute("organizations.listeners.preferences.history_size"),
    "deliveries_size": _attribute("organizations.listeners.preferences.deliveries_size"),
    "history_days": _attribute("organizations.listeners.preferences.history_days"),
    "anonymization_delay": _attribute("organizations.listeners.delays.anonymization_delay"),
    "job_delay": _attribute("organizations.listeners.delays.job_delay"),
    "service_timeout": _attribute("services.transport.limit"),
    "webhook_content_type": _attribute("organizations.listeners.preferences.webhook_content_type"),
    "advice": _attribute("traffic.headers.advice"),
    "reason": _attribute("traffic.headers.reason"),
    "hsts": _attribute("traffic.headers.hsts"),
}
