"""Delays of the work that the service does later, where an organization has no other."""

from __future__ import annotations

from mockserver.late_dataclass import dataclass


@dataclass(slots=True)
class Delays:
    """Seconds by the sandbox's clock.

    Attributes:
        anonymization_delay: from the request of an anonymization to its start (customers.md §11.2).
        anonymization_duration: from its start to its end.
        job_delay: from the creation of an import, export, cleanup or order copy to its start.
        job_duration: what one step of it takes.
    """

    anonymization_delay: float = 86_400
    anonymization_duration: float = 900
    job_delay: float = 1
    job_duration: float = 0.05
