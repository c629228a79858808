"""Forms of the desk."""

from consultations.forms.attaching import AttachForm, ClientHereForm
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
    case_choices,
)
from consultations.forms.ending import CaseCloseForm, CaseReopenForm
from consultations.forms.handover import (
    HandoverForm,
    HandoverItemForm,
    NamedSheetForm,
    NewHandoverItemForm,
)

__all__ = [
    "KEPT_BACK",
    "PEOPLE",
    "AttachForm",
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
    "HandoverForm",
    "HandoverItemForm",
    "LookupForm",
    "NamedForm",
    "NamedSheetForm",
    "NewClientForm",
    "NewHandoverItemForm",
    "OfCaseForm",
    "RevealForm",
    "SearchForm",
    "case_choices",
]
