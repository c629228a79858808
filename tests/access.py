"""Who may open which page: transcribed from the access table, never from `roles.py`, or it could not fail.

C counselor 相談員, L lead 主任相談員, K coordinator カフェ担当, M manager 管理職, V viewer 市担当課, A admin.
"""

ROLES = {"C": "counselor", "L": "lead", "K": "coordinator", "M": "manager", "V": "viewer", "A": "admin"}
EVERYBODY = "CLKMVA"

VERBS_THAT_READ = ("list", "detail")
VERBS_THAT_WRITE = ("create", "edit", "void", "export")


def _noun(app: str, noun: str, *, reads: str, writes: str) -> dict[str, str]:
    """The six pages of a noun."""
    pages = {f"{app}:{noun}_{verb}": reads for verb in VERBS_THAT_READ}
    return pages | {f"{app}:{noun}_{verb}": writes for verb in VERBS_THAT_WRITE}


PAGES: dict[str, str] = {
    # Client, case, consultation: RW for counselor and lead, nobody else.
    **_noun("consultations", "client", reads="CL", writes="CL"),
    **_noun("consultations", "case", reads="CL", writes="CL"),
    **_noun("consultations", "consultation", reads="CL", writes="CL"),
    "consultations:client_reveal": "CL",
    "consultations:client_contact": "CL",
    "consultations:client_search": "CL",
    "consultations:client_suggest": "CL",
    "consultations:client_duplicates": "CL",
    "consultations:duplicate_list": "CL",
    "consultations:duplicate_dismiss": "CL",
    "consultations:merge_create": "CL",
    "consultations:merge_undo": "CL",
    "consultations:document_create": "CL",
    "consultations:document_detail": "CL",
    "consultations:document_download": "CL",
    "consultations:document_void": "CL",
    # 支援措置: the check list, for those whom the clients are open to.
    "consultations:protection_list": "CL",
    "consultations:protection_print": "CL",
    "consultations:protection_check": "CL",
    "consultations:protectioncheck_void": "CL",
    # Break-glass: broken by counselors, reviewed by lead, counted by manager. Trail of a client: lead.
    "consultations:breakglass_create": "CL",
    "consultations:breakglass_end": "CL",
    "consultations:breakglass_list": "LM",
    "consultations:breakglass_review": "L",
    "consultations:client_trail": "L",
    # A sealed file that opens to nobody is handed on by lead, who still cannot open it.
    "consultations:leftbehind_list": "L",
    "consultations:consultation_client": "CL",
    # Disposal: lead alone; the approval not of one's own.
    "consultations:disposal_list": "L",
    "consultations:disposal_create": "L",
    "consultations:disposal_detail": "L",
    "consultations:disposal_approve": "L",
    "consultations:disposal_void": "L",
    # Export with persons: counselor and lead, with a reason.
    "consultations:consultation_export_named": "CL",
    "consultations:consultation_print": "CL",
    "consultations:consultation_blank": "CL",
    # Saved filters: one's own.
    "consultations:savedfilter_list": "CL",
    "consultations:savedfilter_create": "CL",
    "consultations:savedfilter_edit": "CL",
    "consultations:savedfilter_void": "CL",
    "consultations:appointment_list": "CL",
    "consultations:appointment_day": "CL",
    "consultations:appointment_detail": "CL",
    "consultations:appointment_create": "CL",
    "consultations:appointment_edit": "CL",
    "consultations:appointment_cancel": "CL",
    "consultations:appointment_miss": "CL",
    "consultations:appointment_restore": "CL",
    "consultations:appointment_void": "CL",
    "consultations:followup_list": "CL",
    "consultations:callattempt_create": "CL",
    "consultations:callattempt_detail": "CL",
    "consultations:callattempt_edit": "CL",
    "consultations:callattempt_void": "CL",
    "consultations:client_pick": "CL",
    "consultations:consultation_next": "CL",
    "consultations:consultation_attach": "CL",
    "consultations:consultation_detach": "CL",
    "consultations:consultation_history": "CL",
    "consultations:client_history": "CL",
    "consultations:case_close": "CL",
    "consultations:case_reopen": "CL",
    "consultations:case_policies": "CL",
    "consultations:case_history": "CL",
    # 申し送り: RW for counselor and lead, nobody else; it names people and goes into no file.
    "consultations:handover_list": "CL",
    "consultations:handover_detail": "CL",
    "consultations:handover_today": "CL",
    "consultations:handover_create": "CL",
    "consultations:handover_edit": "CL",
    "consultations:handover_void": "CL",
    "consultations:handover_receive": "CL",
    "consultations:handoveritem_create": "CL",
    "consultations:handoveritem_edit": "CL",
    "consultations:handoveritem_void": "CL",
    # Café → consultation hand-over: the coordinator leaves it and never reads it back.
    "cafe:introduction_create": "CLK",
    "consultations:introduction_list": "CL",
    "consultations:introduction_link": "CL",
    "consultations:introduction_drop": "CL",
    "consultations:introduction_restore": "CL",
    # Import with persons: counselor and lead, with a reason.
    "consultations:import_list": "CL",
    "consultations:import_create": "CL",
    "consultations:import_template": "CL",
    "consultations:import_detail": "CL",
    "consultations:import_check": "CL",
    "consultations:import_confirm": "CL",
    "consultations:import_corrected": "CL",
    "consultations:import_abandon": "CL",
    # Referral, consent, conference minutes: RW; lead approves.
    **_noun("referrals", "referral", reads="CL", writes="CL"),
    **_noun("referrals", "consent", reads="CL", writes="CL"),
    **_noun("referrals", "conference", reads="CL", writes="CL"),
    "referrals:referral_approve": "L",
    # Agency directory: RW for counselor and lead, R for coordinator and manager.
    **_noun("referrals", "agency", reads="CLKM", writes="CL"),
    # Café: RW for counselor, lead and coordinator, R for manager.
    **_noun("cafe", "openday", reads="CLKM", writes="CLK"),
    **_noun("cafe", "event", reads="CLKM", writes="CLK"),
    **_noun("cafe", "eventseries", reads="CLKM", writes="CLK"),
    # 月間予定表: RW for counselor, lead and coordinator, R for manager; the secret addresses are theirs who write.
    "cafe:flyer_current": "CLKM",
    "cafe:flyer_print": "CLKM",
    "cafe:flyer_create": "CLK",
    "cafe:flyer_edit": "CLK",
    "cafe:flyer_export": "CLK",
    "cafe:flyer_calendar": "CLK",
    "cafe:calendarfeed_list": "CLK",
    "cafe:calendarfeed_create": "CLK",
    "cafe:calendarfeed_detail": "CLK",
    "cafe:calendarfeed_edit": "CLK",
    "cafe:calendarfeed_void": "CLK",
    # 札名 and who carries the café: as the days.
    **_noun("cafe", "visitor", reads="CLKM", writes="CLK"),
    "cafe:visitor_merge": "CLK",
    "cafe:visitor_unmerge": "CLK",
    "cafe:visit_create": "CLK",
    "cafe:visit_edit": "CLK",
    "cafe:visit_void": "CLK",
    "cafe:contribution_list": "CLKM",
    "cafe:contribution_create": "CLK",
    "cafe:contribution_edit": "CLK",
    "cafe:contribution_void": "CLK",
    "cafe:contribution_export": "CLK",
    "cafe:openday_close": "CLK",
    "cafe:openday_cancel": "CLK",
    "cafe:openday_month": "CLKM",
    "cafe:openday_month_now": "CLKM",
    "cafe:openday_plan": "CLK",
    "cafe:openday_clone": "CLK",
    "cafe:openday_unmake": "CLK",
    "cafe:openday_panel": "CLK",
    "cafe:openday_reopen": "CLK",
    "cafe:event_repeat": "CLK",
    **_noun("cafe", "idea", reads="CLKM", writes="CLK"),
    "cafe:idea_vote": "CLK",
    "cafe:idea_unvote": "CLK",
    "cafe:idea_tally": "CLK",
    "cafe:idea_decline": "CLK",
    "cafe:idea_resume": "CLK",
    "cafe:expense_list": "CLKM",
    "cafe:expense_create": "CLK",
    "cafe:expense_edit": "CLK",
    "cafe:expense_void": "CLK",
    "cafe:expense_export": "CLK",
    # 正の字 sheet: printed by all who read the days, typed in by those who write them.
    "cafe:papercount_print": "CLKM",
    "cafe:papercount_blank": "CLKM",
    "cafe:papercount_next": "CLKM",
    "cafe:papercount_create": "CLK",
    "cafe:papercount_edit": "CLK",
    "cafe:papercount_void": "CLK",
    # Statistics of the café, with their file: figures without a person, for whoever reads them.
    "cafe:statistics_current": "CLKM",
    "cafe:statistics": "CLKM",
    "cafe:statistics_export": "CLKM",
    "cafe:tablet_create": "CLK",
    "cafe:tablet_void": "CLK",
    # Training: RW for counselor, lead and manager, R for coordinator and viewer.
    **_noun("training", "series", reads="CLKMV", writes="CLM"),
    **_noun("training", "session", reads="CLKMV", writes="CLM"),
    "training:lecturer_create": "CLM",
    "training:lecturer_edit": "CLM",
    "training:lecturer_void": "CLM",
    "training:survey_create": "CLM",
    "training:survey_edit": "CLM",
    "training:survey_void": "CLM",
    # Figures: the yearly table for all but admin (the coordinator's has the café alone).
    "kpi:current": "CLKMV",
    "kpi:indicator_list": "CLKMV",
    # Evidence, here of a café figure: with names, without names, or the café's.
    "kpi:indicator_detail": "CLKM",
    "kpi:indicator_month": "CLKM",
    # The annual workbook. The viewer's comes with 公表用.
    "kpi:report_export": "CLM",
    # The funnel from the café: neither the coordinator, who must not learn what became of it, nor the viewer.
    "kpi:cafe_funnel": "CLM",
    "kpi:cafe_funnel_export": "CLM",
    # Targets, overrides, report texts: W for lead and manager.
    "kpi:report_edit": "LM",
    "kpi:target_list": "LM",
    "kpi:target_copy": "LM",
    "kpi:target_create": "LM",
    "kpi:target_edit": "LM",
    "kpi:target_void": "LM",
    "kpi:override_create": "LM",
    "kpi:override_edit": "LM",
    "kpi:override_void": "LM",
    # Own account and own drafts: everybody with a role.
    "home": EVERYBODY,
    "draft_save": EVERYBODY,
    "screen_hide": EVERYBODY,
    "screen_show": EVERYBODY,
    "draft_discard": EVERYBODY,
    # Calendar: W for lead, coordinator, manager and admin; it hangs on the counselors' wall too.
    "calendar_month": "CLKMA",
    "calendar_generate": "LKMA",
    "officeday_edit": "LKMA",
    # Accounts and master lists: admin.
    "term_list": "A",
    "term_create": "A",
    "term_edit": "A",
    "user_list": "A",
    "user_create": "A",
    "user_edit": "A",
    "user_password": "A",
    "user_unlock": "A",
    # The trail: lead and manager read it; admin sees whether it stands.
    "trail_list": "LM",
    "trail_status": "LMA",
}

ONES_OWN = {
    "draft_discard": "C",
    "consultations:savedfilter_edit": "L",
    "consultations:savedfilter_void": "L",
}
"""Pages of a row that belongs to one person, here of this role: for everybody else it does not exist."""

OPEN_TO_ALL = {"healthz", "cafe:feed_show", "cafe:openday_tally", "cafe:openday_taps", "cafe:tally_worker"}
"""Pages without a log-in, each with tests of its own; the taps ask for a tablet's token instead."""

NOT_OURS = ("account_", "mfa_")
"""Pages of the accounts library: each has its own tests in test_accounts.py."""
