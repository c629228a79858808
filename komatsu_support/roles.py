"""Who may do what, on one screen.

Six roles, one of them per person. A page names the permission it asks for; this table grants it; what is
not granted here is refused. `visible_to(user)` of each QuerySet then decides about single records.
"""

from django.db import models


class Role(models.TextChoices):
    """役割: the one job a person has in this system. Without one, nothing opens."""

    COUNSELOR = "counselor", "相談員"
    LEAD = "lead", "主任相談員"
    COORDINATOR = "coordinator", "カフェ担当"
    MANAGER = "manager", "管理職"
    VIEWER = "viewer", "市担当課"
    ADMIN = "admin", "システム管理者"


def _read(app: str, *nouns: str) -> set[str]:
    return {f"{app}.view_{noun}" for noun in nouns}


def _write(app: str, *nouns: str) -> set[str]:
    verbs = ("view", "add", "change", "void", "export")
    return {f"{app}.{verb}_{noun}" for verb in verbs for noun in nouns}


OWN = {"komatsu_support.view_home", "komatsu_support.change_own_account"}

CAFE_READ = _read(
    "cafe",
    *("openday", "event", "eventseries", "visitor", "visit", "contribution"),
    *("idea", "expense", "flyer", "papercount", "statistics"),
)
TALLY = (
    CAFE_READ
    | _write("cafe", "openday", "event", "eventseries", "visitor", "visit", "contribution", "idea", "expense")
    | _write("cafe", "flyer", "papercount", "tablet", "calendarfeed")
    | {"cafe.close_openday", "cafe.add_introduction"}
)

TRAINING = _write("training", "series", "session", "lecturer", "survey")
TRAINING_READ = _read("training", "series", "session", "lecturer", "survey")

AGENCIES = _write("referrals", "agency")
AGENCIES_READ = _read("referrals", "agency")

CASES = (
    _write("consultations", "client", "case", "consultation")
    | {f"consultations.{verb}_savedfilter" for verb in ("view", "add", "change", "void")}
    | {f"consultations.{verb}_document" for verb in ("view", "add", "void")}
    | {
        "consultations.reveal_contact",
        "consultations.add_breakglass",
        "consultations.check_protection",
        "consultations.export_persons",
        "consultations.merge_client",
        "consultations.view_import",
        "consultations.add_import",
    }
    | _write("consultations", "appointment", "callattempt", "handover", "handoveritem")
    | _write("referrals", "referral", "consent", "conference")
    | {"cafe.view_introduction", "cafe.change_introduction"}
)

DISPOSAL = {f"consultations.{verb}_disposal" for verb in ("view", "add", "void", "approve")}

FIGURES = {
    "kpi.view_indicator",
    "kpi.view_months",
    "kpi.view_evidence",
    "kpi.view_funnel",
    "kpi.export_report",
}
CAFE_FIGURES = {"kpi.view_cafe_indicator", "kpi.view_months", "kpi.view_evidence"}
YEARLY_FIGURES = {"kpi.view_indicator"}
TARGETS = {"kpi.change_target"}

CALENDAR = {"komatsu_support.view_calendar", "komatsu_support.change_calendar"}
CALENDAR_READ = {"komatsu_support.view_calendar"}
TRAIL = {"komatsu_support.view_trail"}
TRAIL_STATUS = {"komatsu_support.view_trail_status"}
ACCOUNTS = {"komatsu_support.manage_users", "komatsu_support.manage_terms"}

COUNSELOR = OWN | CASES | AGENCIES | TALLY | TRAINING | FIGURES | CALENDAR_READ
MANAGER = OWN | CAFE_READ | AGENCIES_READ | TRAINING | FIGURES | TARGETS | CALENDAR | TRAIL | TRAIL_STATUS

PERMISSIONS: dict[str, set[str]] = {
    Role.COUNSELOR: COUNSELOR,
    Role.LEAD: COUNSELOR
    | MANAGER
    | DISPOSAL
    | {"komatsu_support.view_client_trail", "referrals.approve_referral", "consultations.review_breakglass"}
    | {"consultations.entrust_client"},
    Role.COORDINATOR: OWN | TALLY | AGENCIES_READ | TRAINING_READ | CAFE_FIGURES | CALENDAR,
    Role.MANAGER: MANAGER | {"consultations.count_breakglass"},
    Role.VIEWER: OWN | TRAINING_READ | YEARLY_FIGURES,
    Role.ADMIN: OWN | CALENDAR | TRAIL_STATUS | ACCOUNTS,
}
