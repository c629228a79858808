"""Pages of the network."""

from referrals.views.agencies import (
    agency_create,
    agency_detail,
    agency_edit,
    agency_export,
    agency_list,
    agency_void,
)
from referrals.views.conferences import (
    conference_create,
    conference_detail,
    conference_edit,
    conference_export,
    conference_list,
    conference_void,
)
from referrals.views.consents import (
    consent_create,
    consent_detail,
    consent_edit,
    consent_export,
    consent_list,
    consent_void,
)
from referrals.views.referrals import (
    referral_approve,
    referral_create,
    referral_detail,
    referral_edit,
    referral_export,
    referral_list,
    referral_void,
)

__all__ = [
    "agency_create",
    "agency_detail",
    "agency_edit",
    "agency_export",
    "agency_list",
    "agency_void",
    "conference_create",
    "conference_detail",
    "conference_edit",
    "conference_export",
    "conference_list",
    "conference_void",
    "consent_create",
    "consent_detail",
    "consent_edit",
    "consent_export",
    "consent_list",
    "consent_void",
    "referral_approve",
    "referral_create",
    "referral_detail",
    "referral_edit",
    "referral_export",
    "referral_list",
    "referral_void",
]
