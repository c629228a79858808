"""Forms: RecordForm is the one door to every record; the others ask for a reason, a search, a choice."""

from komatsu_support.forms.conflict import Difference
from komatsu_support.forms.plain import OfficeForm, ReasonForm, office_helper
from komatsu_support.forms.record import RecordForm

__all__ = ["Difference", "OfficeForm", "ReasonForm", "RecordForm", "office_helper"]
