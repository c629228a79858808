"""つなぎ: agencies, consents, referrals, conferences."""

from referrals.models.agency import Agency
from referrals.models.conference import Conference
from referrals.models.consent import Consent
from referrals.models.referral import LegalBasis, Referral

__all__ = ["Agency", "Conference", "Consent", "LegalBasis", "Referral"]
