"""相談: clients, cases, consultations."""

from consultations.models.case import Case, Reopening
from consultations.models.client import BreakGlass, Client
from consultations.models.consultation import Consultation
from consultations.models.handover import Handover, HandoverItem, Receipt
from consultations.models.visits import VisitType, settle_visits

__all__ = [
    "BreakGlass",
    "Case",
    "Client",
    "Consultation",
    "Handover",
    "HandoverItem",
    "Receipt",
    "Reopening",
    "VisitType",
    "settle_visits",
]
