"""The kernel's pages: drafts, calendar, master lists, accounts, the trail, and what goes wrong."""

from komatsu_support.views.calendar import calendar_generate, calendar_month, officeday_edit
from komatsu_support.views.drafts import draft_discard, draft_save
from komatsu_support.views.faults import (
    csrf_failure,
    give_back,
    healthz,
    not_here,
    server_error,
    typed_fields,
)
from komatsu_support.views.screen import screen_hide, screen_show
from komatsu_support.views.terms import term_create, term_edit, term_list
from komatsu_support.views.trail import trail_list, trail_status
from komatsu_support.views.users import user_create, user_edit, user_list, user_password, user_unlock

__all__ = [
    "calendar_generate",
    "calendar_month",
    "csrf_failure",
    "draft_discard",
    "draft_save",
    "give_back",
    "healthz",
    "not_here",
    "officeday_edit",
    "screen_hide",
    "screen_show",
    "server_error",
    "term_create",
    "term_edit",
    "term_list",
    "trail_list",
    "trail_status",
    "typed_fields",
    "user_create",
    "user_edit",
    "user_list",
    "user_password",
    "user_unlock",
]
