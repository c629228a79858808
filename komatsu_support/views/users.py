"""Accounts: made, changed, locked and unlocked by an administrator; never one's own role."""

from typing import Any

import django_filters
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.crypto import get_random_string

from komatsu_support import audit
from komatsu_support.excel import Sheet
from komatsu_support.filters import OfficeFilter
from komatsu_support.forms import office_helper
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import allowed, list_page, page

ACCOUNT = AuditEvent.Action.ACCOUNT


class UserForm(forms.ModelForm):
    """An account. Its own role and its own end an administrator cannot touch."""

    epoch = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """Which state of the account the page was opened on: another role or a lock begins the next."""

    class Meta:
        model = User
        fields = ["username", "display_name", "kana", "role", "profession", "is_active"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.helper = office_helper()
        if self.instance._state.adding:
            del self.fields["epoch"]
        self.initial["epoch"] = self.instance.session_epoch
        if self.instance.pk == by.pk:
            for own in ("role", "is_active"):
                self.fields[own].disabled = True
                self.fields[own].help_text = "自分の役割と有効・無効は変えられません。"
        self.fields["role"].required = True

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        return 422 if self.is_bound and self.errors else 200

    def clean_username(self) -> str:
        """As it is stored, before its length is looked at: some letters become two."""
        return User.normalize_username(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        """A page left open while somebody locked the account does not open it again."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "epoch" in self.fields and cleaned.get("epoch") != self.instance.session_epoch:
            self._show_stored()
        return cleaned

    def _show_stored(self) -> None:
        """Say so, with role and lock as they are now."""
        now, data = self.instance, QueryDict(mutable=True)
        data.update(self.data)
        data["epoch"], data["role"] = str(now.session_epoch), now.role
        data.setlist("is_active", ["on"] if now.is_active else [])
        self.data = data
        self.add_error(
            None,
            "この画面を開いたあとで、役割か有効・無効が変わりました。いまのものに直しました。確かめてから、もう一度押してください。",
        )

    def store(self) -> User:
        """Save the account and say so in the trail; another role or a lock ends its sessions."""
        user: User = self.instance
        is_new = user._state.adding
        with transaction.atomic():
            audit.wait_for_my_turn()
            if {"role", "is_active"} & set(self.changed_data):
                user.end_sessions()
            if is_new:
                user.set_unusable_password()
            user.save(update_fields=None if is_new else [*self.changed_data, "session_epoch"])
            audit.record(ACCOUNT, by=self.by, on=user, fields=self.changed_data)
        return user


class UserFilter(OfficeFilter):
    """By role."""

    is_active = django_filters.ChoiceFilter(choices=[("True", "有効"), ("False", "無効")], label="有効・無効")

    class Meta:
        model = User
        fields = ["role"]


def user_sheet(users: Any) -> Sheet[User]:
    """アカウント一覧."""
    return Sheet(
        title="アカウント",
        columns={
            "氏名": lambda u: u.display_name,
            "ログインID": lambda u: u.username,
            "役割": lambda u: u.get_role_display(),
            "職種": lambda u: u.get_profession_display(),
            "有効": lambda u: u.is_active,
            "最終ログイン": lambda u: u.last_login,
        },
        rows=users,
    )


@allowed("komatsu_support.manage_users", methods=["GET", "HEAD"])
def user_list(request: Request) -> HttpResponse:
    """Everybody who has or had an account."""
    users = User.objects.people().order_by("-is_active", "kana", "pk")
    actions = [{"label": "アカウントを追加", "url": "new/"}]
    return list_page(
        request,
        UserFilter(request.GET, users),
        user_sheet,
        export_url="",
        heading="アカウント",
        actions=actions,
    )


@allowed("komatsu_support.manage_users")
def user_create(request: Request) -> HttpResponse:
    """A new account; its first password is shown once, on the next page."""
    return _user_form(request, None)


@allowed("komatsu_support.manage_users")
def user_edit(request: Request, pk: int) -> HttpResponse:
    """An existing account."""
    return _user_form(request, get_object_or_404(User.objects.people(), pk=pk))


def _user_form(request: Request, user: User | None) -> HttpResponse:
    form = UserForm(request.POST if request.method == "POST" else None, instance=user, by=request.user)
    if form.is_valid():
        stored = form.store()
        messages.success(request, "アカウントを保存しました。")
        return redirect("user_edit", stored.pk)
    back_url = reverse("user_list")
    return page(request, status=form.status, form=form, account=user, back_url=back_url)


@allowed("komatsu_support.manage_users", methods=["POST"])
def user_password(request: Request, pk: int) -> HttpResponse:
    """Give an account a new password, shown once on this answer and stored nowhere in clear."""
    user = get_object_or_404(User.objects.people().exclude(pk=request.user.pk), pk=pk)
    password = get_random_string(16, "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        audit.wait_for_my_turn()
        user.save(update_fields=["password"])
        audit.record(ACCOUNT, by=request.user, on=user, fields=["password"])
    return page(request, account=user, password=password)


@allowed("komatsu_support.manage_users", methods=["POST"])
def user_unlock(request: Request, pk: int) -> HttpResponse:
    """Take away a lost second factor and end every session; the person enrols anew."""
    user = get_object_or_404(User.objects.people().exclude(pk=request.user.pk), pk=pk)
    with transaction.atomic():
        audit.wait_for_my_turn()
        Authenticator.objects.filter(user=user).delete()
        user.end_sessions()
        user.save(update_fields=["session_epoch"])
        audit.record(ACCOUNT, by=request.user, on=user, fields=["second_factor"])
    messages.success(request, "二段階認証を解除しました。次のログインで設定し直します。")
    return redirect("user_edit", user.pk)
