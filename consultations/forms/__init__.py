"""Forms of the desk."""

from consultations.forms.attaching import AttachForm, ClientHereForm
from consultations.forms.breakglass import BreakGlassForm, ReviewForm
from consultations.forms.case import CaseChangeForm, CaseForm
from consultations.forms.client import (
    KEPT_BACK,
    ClientForm,
    ContactForm,
    NewClientForm,
    RevealForm,
    SearchForm,
)
from consultations.forms.consultation import ConsultationForm
from consultations.forms.desk import (
    PEOPLE,
    ClientField,
    DeskForm,
    LookupForm,
    NamedForm,
    OfCaseForm,
    PickForm,
    case_choices,
)
from consultations.forms.document import DocumentForm
from consultations.forms.ending import CaseCloseForm, CaseReopenForm
from consultations.forms.export import ExportForm
from consultations.forms.handover import HandoverForm, HandoverItemForm, NamedSheetForm, NewHandoverItemForm
from consultations.forms.imported import PersonForm, RowForm, UploadForm
from consultations.forms.intake import IntakeForm, NextForm, copied
from consultations.forms.paper import PaperForm
from consultations.forms.savedfilter import SavedFilterForm

__all__ = [
    "KEPT_BACK",
    "PEOPLE",
    "AttachForm",
    "BreakGlassForm",
    "CaseChangeForm",
    "CaseCloseForm",
    "CaseForm",
    "CaseReopenForm",
    "ClientField",
    "ClientForm",
    "ClientHereForm",
    "ConsultationForm",
    "ContactForm",
    "DeskForm",
    "DocumentForm",
    "ExportForm",
    "HandoverForm",
    "HandoverItemForm",
    "IntakeForm",
    "LookupForm",
    "NamedForm",
    "NamedSheetForm",
    "NewClientForm",
    "NewHandoverItemForm",
    "NextForm",
    "OfCaseForm",
    "PaperForm",
    "PersonForm",
    "PickForm",
    "RevealForm",
    "ReviewForm",
    "RowForm",
    "SavedFilterForm",
    "SearchForm",
    "UploadForm",
    "case_choices",
    "copied",
]
