"""RecordForm, the one door through which every record is changed.

It scopes the choice lists to what the person may see, refuses a stale version by showing both texts, makes
a second press of the same submission harmless, drops the draft and lets the record write the trail.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator
from django.db import IntegrityError, models, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from komatsu_support.fields import TermField, TermsField
from komatsu_support.forms.conflict import Difference, differences
from komatsu_support.forms.plain import office_helper
from komatsu_support.models.draft import Draft
from komatsu_support.models.record import Record, RecordQuerySet, StaleVersion
from komatsu_support.models.term import Term
from komatsu_support.models.user import User

BESIDE_CHANGED = "関係する記録が、ほかの人によって同時に更新されました。もう一度登録を押してください。"


class RecordForm(forms.ModelForm):
    """The form of one Record. Views call `saved()`, which answers the record or None."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    layout: ClassVar[Any] = None

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        by: User,
        instance: Any = None,
        initial: Mapping[str, Any] | None = None,
        draft: Draft | None = None,
    ) -> None:
        self.by = by
        self.conflict: list[Difference] = []
        start = dict(initial or {})
        super().__init__(data, files, instance=instance, initial=start)
        self.record: Any = self.instance
        for field in self.fields.values():
            field.show_hidden_initial = False  # what counts as changed is told by the stored record
        self._offer_terms()
        self._scope_choices()
        self._bound_numbers()
        self._name_the_submission(draft)
        self.prepare()
        if draft is not None:
            self._resume(draft)
        self.helper = office_helper(self.layout)
        self.helper.render_hidden_fields = True

    def prepare(self) -> None:
        """For a subclass: narrow a list, set a default."""

    # -- what the page asks -----------------------------------------------------------------------------

    @property
    def is_new(self) -> bool:
        """Whether the form makes a record rather than changes one."""
        return bool(self.instance._state.adding)

    @property
    def about(self) -> Record | None:
        """For a subclass: the person who stands on the form beside the record, once she is chosen."""
        return None

    @property
    def draft_form(self) -> str:
        """The name under which drafts of this form are kept."""
        return f"{type(self).__module__}.{type(self).__name__}"

    @property
    def draft_key(self) -> str:
        """The record this form's draft belongs to; a new record's is its submission."""
        return f"new:{self.submission_key}" if self.is_new else str(self.instance.pk)

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form: 200, 409 on a conflict, 422 with errors."""
        if self.conflict:
            return 409
        return 422 if self.is_bound and self.errors else 200

    @property
    def conflict_by(self) -> str:
        """Who saved the stored text of a conflict."""
        return str(self.instance.updated_by) if self.conflict else ""

    @property
    def conflict_at(self) -> Any:
        """When the stored text of a conflict was saved."""
        return self.instance.updated_at if self.conflict else None

    # -- the door ---------------------------------------------------------------------------------------

    def saved(self) -> Any:
        """The stored record, or None with the errors or the conflict on the form.

        A second press of the same submission answers the first record. Writes record, ticked boxes,
        history, trail and the draft's end together or not at all.
        """
        if not self.is_bound:
            return None
        if self.is_new and (first := self._first_of_submission()) is not None:
            return self._pressed_again(first)
        if not self.is_valid():
            self._renew_version_if_stale()
            return None
        if self._is_stale():
            return self._show_conflict()
        is_new = self.is_new
        if is_new:
            self.instance.submission = self.submission_key
        try:
            with transaction.atomic():
                self._write()
                self._drop_draft()
        except StaleVersion:
            if not is_new:
                return self._show_conflict()
            self._take_back(is_new=True)  # another record that this one changes with it was saved just now
            self.add_error(None, BESIDE_CHANGED)
            return None
        except ValidationError as refusal:  # a rule that only the moment of writing can answer
            self._take_back(is_new=is_new)
            self.explain(refusal)
            return None
        except IntegrityError as error:
            self._take_back(is_new=is_new)
            return self._refused_by_database(error)
        return self.instance

    def _take_back(self, *, is_new: bool) -> None:
        """What was written is undone: a new record's own row is gone with it."""
        if is_new:
            self.instance.pk, self.instance._state.adding = None, True

    def _write(self) -> None:
        """Save the record with what is ticked. A subclass may write what belongs to it in the same breath."""
        self.instance.save(by=self.by, changed=self.changed_names(), ticked=self._ticked())

    def changed_names(self) -> list[str]:
        """Names of the fields that this save changes."""
        return [name for name in self.changed_data if name not in ("submission", "version")]

    def _ticked(self) -> dict[str, list[models.Model]] | None:
        """Many-to-many choices by model field; all lists of terms go into the one field `terms`."""
        ticked: dict[str, list[models.Model]] = {}
        for name, field in self.fields.items():
            if isinstance(field, TermsField):
                ticked.setdefault("terms", []).extend(self.cleaned_data[name])
            elif isinstance(field, forms.ModelMultipleChoiceField):
                ticked[name] = list(self.cleaned_data[name])
        if "terms" in ticked:
            ticked["terms"].extend(self.more_terms())
            ticked["terms"] = list({each.pk: each for each in ticked["terms"]}.values())
        return ticked or None

    def more_terms(self) -> list[models.Model]:
        """For a subclass: terms that are ticked by implication."""
        return []

    # -- choice lists -----------------------------------------------------------------------------------

    def _offer_terms(self) -> None:
        """Load the words of all master lists on this form with one query."""
        lists = {n: f for n, f in self.fields.items() if isinstance(f, TermField | TermsField)}
        if not lists:
            return
        kinds = {field.kind for field in lists.values()}
        terms = list(Term.objects.offered(kinds, timezone.localdate()))
        kept = self._terms_in_use(lists, {term.pk for term in terms})
        for name, field in lists.items():
            field.offer([*terms, *kept])
            if isinstance(field, TermsField) and not self.is_new and name not in self.initial:
                self.initial[name] = [t for t in self._stored_terms if t.kind == field.kind]

    def _terms_in_use(self, lists: Mapping[str, forms.Field], offered: set[int]) -> list[Term]:
        """Words this record already uses that are no longer on offer: editing must not lose them."""
        self._stored_terms: list[Term] = []
        if self.is_new:
            return []
        if any(isinstance(field, TermsField) for field in lists.values()):
            self._stored_terms = list(self.instance.terms.order_by("order", "pk"))
        held = {getattr(self.instance, f"{name}_id", None) for name in lists}
        keys = {key for key in held if key is not None and key not in offered}
        retired = [term for term in self._stored_terms if term.pk not in offered]
        return retired + list(Term.objects.filter(pk__in=keys - {term.pk for term in retired}))

    def _scope_choices(self) -> None:
        """Let every list of records offer only what this person may change: what is new hangs on it."""
        for field in self.fields.values():
            queryset = getattr(field, "queryset", None)
            if isinstance(queryset, RecordQuerySet):
                field.queryset = queryset.changeable_by(self.by).standing()  # type: ignore[attr-defined]

    def _bound_numbers(self) -> None:
        """Hold whole numbers to their column's size: SQLite would store what PostgreSQL refuses."""
        for name, field in self.fields.items():
            if isinstance(field, forms.IntegerField) and name in (self._meta.fields or ()):
                column = self._meta.model._meta.get_field(name).get_internal_type()
                _, largest = BaseDatabaseOperations.integer_field_ranges[column]
                field.validators = [*field.validators, MaxValueValidator(largest)]

    # -- drafts -----------------------------------------------------------------------------------------

    def drafts(self) -> models.QuerySet[Draft]:
        """This person's drafts of this form: of this record, or of any new one."""
        mine = Draft.objects.visible_to(self.by).filter(form=self.draft_form)
        return mine.filter(key__startswith="new:") if self.is_new else mine.filter(key=str(self.instance.pk))

    def _name_the_submission(self, draft: Draft | None) -> None:
        """Give a new record's form its submission, an old one's its version."""
        typed = str(self.data.get("submission", "")) if self.is_bound else ""
        resumed = draft.key.removeprefix("new:") if draft is not None and self.is_new else ""
        self.submission_key = _uuid(typed) or _uuid(resumed) or uuid.uuid4()
        if self.is_new:
            self.initial["submission"] = self.submission_key
            del self.fields["version"]
        else:
            self.initial["version"] = self.instance.version
            del self.fields["submission"]
        self.draft_key_posted = self.draft_key

    def _drop_draft(self) -> None:
        """What was typed is stored now."""
        mine = Draft.objects.visible_to(self.by).filter(form=self.draft_form)
        mine.filter(key__in={self.draft_key_posted, f"new:{self.submission_key}"}).delete()

    def _resume(self, draft: Draft) -> None:
        """Put what was typed back into the fields, as typed, and say which version it was typed over."""
        typed = QueryDict(mutable=True)
        for name, values in draft.data.items():
            typed.setlist(name, values)
        if not self.is_new:
            self.initial["version"] = typed.get("version", "")
        for name, field in self.fields.items():
            given = not field.widget.value_omitted_from_data(typed, QueryDict(), name)
            if given and name not in ("submission", "version"):
                self.initial[name] = field.widget.value_from_datadict(typed, QueryDict(), name)

    # -- second press -----------------------------------------------------------------------------------

    def _first_of_submission(self) -> Any:
        """The record that this submission already made."""
        return type(self.instance)._base_manager.filter(submission=self.submission_key).first()

    def _pressed_again(self, first: Record) -> Any:
        """Answer the first record; if other text came with the second press, show both.

        Not what is another's, nor what was closed to its author since; what was taken back is not said to be saved.
        """
        if first.created_by_id != self.by.pk:
            return self._ask_anew()
        if first.is_voided:
            return self._ask_anew("この画面から登録したものは取り消してあります。新しく登録するときは、")
        again = type(self)(self.data, self.files, by=self.by, instance=first)  # type: ignore[arg-type]
        if again.is_valid() and not again.changed_names():
            self._drop_draft()
            return first
        if not self.is_open(first):
            return self._ask_anew()
        again.fields["submission"] = self.fields["submission"]  # the next press is still of this submission
        self.__dict__.update(again.__dict__)
        self._bound_fields_cache.clear()  # type: ignore[attr-defined]  # bound to the other form's text
        if str(self.data.get("version")) == str(first.version):
            return self.saved()
        return self._show_conflict() if self.is_valid() else None

    def is_open(self, first: Record) -> bool:
        """Whether its author may still see and change it. A subclass may ask for more."""
        return bool(self._meta.model.objects.changeable_by(self.by).filter(pk=first.pk).exists())

    def _ask_anew(self, why: str = "") -> None:
        """Let the next press be a submission of its own."""
        self.add_error(None, f"{why}もう一度登録を押してください。")
        self.submission_key = uuid.uuid4()
        self._set_posted("submission", str(self.submission_key))

    # -- stale version ----------------------------------------------------------------------------------

    def _is_stale(self) -> bool:
        return not self.is_new and self.cleaned_data.get("version") != self.instance.version

    def _renew_version_if_stale(self) -> None:
        """An invalid form that is stale too shows both texts with its errors."""
        typed = getattr(self, "cleaned_data", {}).get("version")
        if not self.is_new and typed is not None and typed != self.instance.version:
            self._show_conflict()

    def _show_conflict(self) -> None:
        """Put both texts side by side and let the next press overwrite knowingly."""
        stored = type(self.instance)._base_manager.select_related("updated_by").get(pk=self.instance.pk)
        self.conflict = list(differences(self, type(self)(by=self.by, instance=stored)))
        if not self.conflict:
            self.conflict = [Difference("内容", "保存されている内容と同じです", "同じです")]
        self.instance = stored
        self._set_posted("version", str(stored.version))

    def _set_posted(self, name: str, value: str) -> None:
        """Change a hidden field of the form that is shown again."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[name] = value
        self.data = data

    # -- the database's own word ------------------------------------------------------------------------

    def validate_constraints(self) -> None:
        """Nothing before the save: the database is asked once, by saving, and explains a refusal after."""

    def validate_unique(self) -> None:
        """Nothing before the save, for the same reason."""

    def _refused_by_database(self, error: IntegrityError) -> Any:
        """Turn a broken constraint into its sentence at its field; a lost race into the first record."""
        if self.is_new and (first := self._first_of_submission()) is not None:
            return self._pressed_again(first)
        exclude = {"submission"}
        try:
            self.instance.validate_unique(exclude=exclude)
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as refusal:
            self.explain(refusal)
            return None
        raise error

    def explain(self, refusal: ValidationError) -> None:
        """Put each sentence of a refusal at its field; a constraint's where its `violation_error_code` says."""
        for field, refusals in _at_fields(refusal).items():
            for each in refusals:
                self.add_error(field if field in self.fields else None, each)

    def clean(self) -> dict[str, Any]:
        """A subclass adds its cross-field rules."""
        super().clean()
        return self.cleaned_data

    def full_clean(self) -> None:
        """As Django does, but a version typed by no form counts as the oldest."""
        super().full_clean()
        cleaned = getattr(self, "cleaned_data", {})
        if self.is_bound and "version" in self.fields and cleaned.get("version") is None:
            cleaned["version"] = 0


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def _at_fields(refusal: ValidationError) -> dict[str, list[ValidationError]]:
    """Errors by field: a constraint names its field in `violation_error_code`."""
    placed: dict[str, list[ValidationError]] = {}
    by_field = (
        refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
    )
    for field, errors in by_field.items():
        for each in errors:
            name = str(each.code) if field == NON_FIELD_ERRORS else field
            placed.setdefault(name, []).append(ValidationError(each.messages, code=each.code))
    return placed
