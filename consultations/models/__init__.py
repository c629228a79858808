"""相談: clients, cases, consultations, appointments, calls."""

from consultations.models.appointment import Appointment
from consultations.models.callattempt import CallAttempt
from consultations.models.case import Case
from consultations.models.client import BreakGlass, Client
from consultations.models.consultation import Consultation

__all__ = ["Appointment", "BreakGlass", "CallAttempt", "Case", "Client", "Consultation"]
