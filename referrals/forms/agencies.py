"""Lists of agencies on a form."""

from typing import Any

from django.db.models import Q

from consultations.forms import DeskForm
from referrals.models import Agency


def offer_agencies(form: DeskForm, *names: str) -> None:
    """Offer the agencies in use, and those in the record already, taken back or not, in 五十音 order."""
    for name in names:
        field: Any = form.fields[name]
        kept = Q()
        if not form.is_new:
            stored = getattr(form.instance, name)
            kept = (
                Q(pk__in=stored.values("pk"))
                if hasattr(stored, "values")
                else Q(pk=getattr(stored, "pk", None))
            )
        agencies = Agency.objects.visible_to(form.by).filter(Q(active=True, voided_at=None) | kept)
        field.queryset = agencies.order_by("kana_key", "pk")
