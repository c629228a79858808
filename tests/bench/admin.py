"""The peer: Django's admin of consultations, set up as a careful developer would."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from cafe.models import OpenDay
from consultations.models import Case, Client, Consultation
from komatsu_support.models import Term, TermKey


class OpenSite(admin.AdminSite):
    """Open to everybody: `User` has no is_staff, and the bench measures no permissions."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class Open(admin.ModelAdmin):
    """Grants everything without asking."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


class OfKind(admin.RelatedFieldListFilter):
    """A filter by a master list that offers the words of that list alone, as ours does."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        kind = getattr(field, "kind", Term.Kind.TOPIC)
        return field.get_choices(
            include_blank=False, ordering=("order", "pk"), limit_choices_to={"kind": kind}
        )


class ConsultationAdmin(Open):
    """The columns and filters of our list; the fields of our form."""

    list_per_page = 25
    list_display = (
        "consulted_on",
        "client",
        "method",
        "main_topic",
        "age_band",
        "visit_type",
        "staff",
        "minutes",
        "is_countable",
    )
    list_select_related = ("client", "method", "main_topic", "staff")
    list_filter = (
        ("method", OfKind),
        ("main_topic", OfKind),
        ("terms", OfKind),
        "age_band",
        ("source", OfKind),
        "staff",
        "visit_type",
        "urgency",
        "dv",
        "is_countable",
    )
    ordering = ("-consulted_on", "-pk")
    raw_id_fields = ("client", "case", "open_day")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's own field: ours of a master list has its words from our form."""
        if not isinstance(db_field, TermKey):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        words = self.get_field_queryset(kwargs.get("using"), db_field, request)
        words = Term.objects.all() if words is None else words
        return models.ForeignKey.formfield(db_field, queryset=words.filter(kind=db_field.kind))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """As Django saves: no history, no trail, no stamp beyond what the columns demand."""
        obj.created_by = obj.updated_by = request.user
        models.Model.save(obj)


site = OpenSite(name="admin")
site.register(Consultation, ConsultationAdmin)
site.register([Client, Case, OpenDay], Open)
