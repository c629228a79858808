"""相談: clients, cases, consultations, and what hangs on them."""

from consultations.models.appointment import Appointment
from consultations.models.break_glass import BreakGlass
from consultations.models.callattempt import CallAttempt
from consultations.models.case import Case, Reopening
from consultations.models.client import Client
from consultations.models.consultation import Consultation
from consultations.models.disposal import Disposal
from consultations.models.distinct import DistinctPair
from consultations.models.document import Document, DocumentFile
from consultations.models.handover import Handover, HandoverItem, Receipt
from consultations.models.imported import Import, ImportRow
from consultations.models.merge import Merge
from consultations.models.protection import ProtectionCheck
from consultations.models.savedfilter import SavedFilter
from consultations.models.search import Match, SearchTail
from consultations.models.visits import VisitType, settle_visits

__all__ = [
    "Appointment",
    "BreakGlass",
    "CallAttempt",
    "Case",
    "Client",
    "Consultation",
    "Disposal",
    "DistinctPair",
    "Document",
    "DocumentFile",
    "Handover",
    "HandoverItem",
    "Import",
    "ImportRow",
    "Match",
    "Merge",
    "ProtectionCheck",
    "Receipt",
    "Reopening",
    "SavedFilter",
    "SearchTail",
    "VisitType",
    "settle_visits",
]
