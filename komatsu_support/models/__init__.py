"""The kernel's models. It knows no app; every app stands on it."""

from komatsu_support.models.calendar import OfficeDay
from komatsu_support.models.disposal import dispose_of
from komatsu_support.models.draft import Draft
from komatsu_support.models.fields import OfficeDateField, TermKey
from komatsu_support.models.record import AgeBand, New, OpenByPermission, Record, RecordQuerySet, StaleVersion
from komatsu_support.models.term import Term, TermLabel
from komatsu_support.models.trail import AuditEvent, TrailHead
from komatsu_support.models.user import Profession, User
from komatsu_support.roles import Role

__all__ = [
    "AgeBand",
    "AuditEvent",
    "Draft",
    "New",
    "OfficeDateField",
    "OfficeDay",
    "OpenByPermission",
    "Profession",
    "Record",
    "RecordQuerySet",
    "Role",
    "StaleVersion",
    "Term",
    "TermKey",
    "TermLabel",
    "TrailHead",
    "User",
    "dispose_of",
]
