"""相談: clients, cases, consultations, documents, and the month's check of 支援措置."""

from consultations.models.break_glass import BreakGlass
from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.consultation import Consultation
from consultations.models.document import Document, DocumentFile
from consultations.models.protection import ProtectionCheck

__all__ = ["BreakGlass", "Case", "Client", "Consultation", "Document", "DocumentFile", "ProtectionCheck"]
