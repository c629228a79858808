"""Forms of the network."""

from referrals.forms.agency import AgencyForm
from referrals.forms.conference import ConferenceForm
from referrals.forms.consent import ConsentChangeForm, ConsentForm
from referrals.forms.referral import ApproveForm, ReferralChangeForm, ReferralForm

__all__ = [
    "AgencyForm",
    "ApproveForm",
    "ConferenceForm",
    "ConsentChangeForm",
    "ConsentForm",
    "ReferralChangeForm",
    "ReferralForm",
]
