"""The control plane: every operation of ``/_mock``, with the same names for all three ways in.

HTTP, the Python interface and the command line translate their arguments into these calls and
print what they return; nothing is decided there.
"""

from __future__ import annotations

from mockserver.control.customers import Customers
from mockserver.control.deliveries import Deliveries
from mockserver.control.exchanges import Exchanges
from mockserver.control.jobs import Jobs
from mockserver.control.outages import Outages
from mockserver.control.parts import Parts
from mockserver.control.rulebook import Rulebook
from mockserver.control.timekeeping import Clocks
from mockserver.control.tuning import Tuning
from mockserver.control.worlds import Worlds


class ControlPlane:
    """Controls one server.

    Attributes:
        worlds: organizations and the situations they are put into.
        customers: one with a past, one who is to be forgotten.
        clocks: time, of one organization or of all.
        jobs: what is done later, of one organization or of all.
        faults: deliberate failures.
        outages: the whole API down.
        stubs: canned answers.
        exchanges: what was asked and answered.
        deliveries: what webhooks were sent.
        tuning: settings, health, metrics.
    """

    def __init__(self, parts: Parts) -> None:
        """Control these parts."""
        self.worlds = Worlds(parts)
        self.customers = Customers(parts)
        self.clocks = Clocks(parts)
        self.jobs = Jobs(parts)
        self.faults = Rulebook(parts.observatory.faults)
        self.outages = Outages(parts)
        self.stubs = Rulebook(parts.observatory.stubs)
        self.exchanges = Exchanges(parts.observatory.journal)
        self.deliveries = Deliveries(parts)
        self.tuning = Tuning(parts)
