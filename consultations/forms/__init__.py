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
    PickForm,
    case_choices,
)
from consultations.forms.intake import IntakeForm, NextForm, copied

__all__ = [
    "PEOPLE",
    "CaseChangeForm",
    "CaseForm",
    "ClientField",
    "ClientForm",
    "ConsultationForm",
    "ContactForm",
    "DeskForm",
    "IntakeForm",
    "LookupForm",
    "NamedForm",
    "NewClientForm",
    "NextForm",
    "OfCaseForm",
    "PickForm",
    "RevealForm",
    "SearchForm",
    "case_choices",
    "copied",
]
