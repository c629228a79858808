"""相談: clients, cases, consultations."""

from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.consultation import Consultation
from consultations.models.imported import Import, ImportRow

__all__ = ["Case", "Client", "Consultation", "Import", "ImportRow"]
