"""The control plane: every operation of ``/_mock``, with the same names for all three ways in.

HTTP, the Python interface and the command line translate their arguments into these calls and
print what they return; nothing is decided there.
"""

from __future__ import annotations

from mockserver.control.clocks import ClockControl
from mockserver.control.components import Components
from mockserver.control.customers import CustomerControl
from mockserver.control.deliveries import DeliveryControl
from mockserver.control.jobs import JobControl
from mockserver.control.journal import JournalControl
from mockserver.control.organizations import OrganizationControl
from mockserver.control.outages import OutageControl
from mockserver.control.receivers import ReceiverControl
from mockserver.control.rules import RuleControl
from mockserver.control.settings import SettingsControl


class ControlPlane:
    """Controls one server.

    Attributes:
        organizations: organizations and the situations they are put into.
        customers: one with a past, one who is to be forgotten.
        clocks: time, of one organization or of all.
        jobs: what is done later, of one organization or of all.
        faults: deliberate failures.
        outages: the whole API down.
        stubs: canned answers.
        journal: what was asked and answered.
        deliveries: what webhooks were sent.
        receivers: where they can be sent to, to be looked at.
        settings: settings, health, metrics.
    """

    def __init__(self, components: Components) -> None:
        """Control these parts."""
        self.organizations = OrganizationControl(components)
        self.customers = CustomerControl(components)
        self.clocks = ClockControl(components)
        self.jobs = JobControl(components)
        self.faults = RuleControl(components.traffic.faults)
        self.outages = OutageControl(components)
        self.stubs = RuleControl(components.traffic.stubs)
        self.journal = JournalControl(components.traffic.journal)
        self.deliveries = DeliveryControl(components)
        self.receivers = ReceiverControl(components)
        self.settings = SettingsControl(components)
