"""担当職員: who may be in charge of a day."""

from __future__ import annotations

from django.db.models import Q

from komatsu_support.roles import PERMISSIONS

RUNS_THE_CAFE = Q(
    is_active=True,
    role__in=[role for role, granted in PERMISSIONS.items() if "cafe.change_openday" in granted],
)
"""Those who run the café, among the accounts."""
