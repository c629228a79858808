"""Forms of the desk."""

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
    case_choices,
)

__all__ = [
    "PEOPLE",
    "CaseChangeForm",
    "CaseForm",
    "ClientField",
    "ClientForm",
    "ConsultationForm",
    "ContactForm",
    "DeskForm",
    "LookupForm",
    "NamedForm",
    "NewClientForm",
    "OfCaseForm",
    "RevealForm",
    "SearchForm",
    "case_choices",
]
