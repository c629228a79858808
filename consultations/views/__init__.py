"""Pages of the desk."""

from consultations.views.cases import (
    case_create,
    case_detail,
    case_edit,
    case_export,
    case_list,
    case_void,
)
from consultations.views.clients import (
    client_contact,
    client_create,
    client_detail,
    client_edit,
    client_export,
    client_list,
    client_reveal,
    client_void,
)
from consultations.views.consultations import (
    consultation_detail,
    consultation_edit,
    consultation_export,
    consultation_list,
    consultation_void,
)

__all__ = [
    "case_create",
    "case_detail",
    "case_edit",
    "case_export",
    "case_list",
    "case_void",
    "client_contact",
    "client_create",
    "client_detail",
    "client_edit",
    "client_export",
    "client_list",
    "client_reveal",
    "client_void",
    "consultation_detail",
    "consultation_edit",
    "consultation_export",
    "consultation_list",
    "consultation_void",
]
