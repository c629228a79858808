"""Forms of the desk."""

from consultations.forms.breakglass import BreakGlassForm, ReviewForm
from consultations.forms.case import CaseChangeForm, CaseForm
from consultations.forms.client import ClientForm, ContactForm, NewClientForm, RevealForm, SearchForm
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
from consultations.forms.export import ExportForm
from consultations.forms.intake import IntakeForm, NextForm, copied
from consultations.forms.paper import PaperForm
from consultations.forms.savedfilter import SavedFilterForm

__all__ = [
    "PEOPLE",
    "BreakGlassForm",
    "CaseChangeForm",
    "CaseForm",
    "ClientField",
    "ClientForm",
    "ConsultationForm",
    "ContactForm",
    "DeskForm",
    "DocumentForm",
    "ExportForm",
    "IntakeForm",
    "LookupForm",
    "NamedForm",
    "NewClientForm",
    "NextForm",
    "OfCaseForm",
    "PaperForm",
    "PickForm",
    "RevealForm",
    "ReviewForm",
    "SavedFilterForm",
    "SearchForm",
    "case_choices",
    "copied",
]
