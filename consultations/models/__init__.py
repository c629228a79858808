"""相談: clients, cases, consultations."""

from consultations.models.case import Case
from consultations.models.client import BreakGlass, Client
from consultations.models.consultation import Consultation
from consultations.models.search import Match, SearchTail

__all__ = ["BreakGlass", "Case", "Client", "Consultation", "Match", "SearchTail"]
