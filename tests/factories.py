"""Rows of people who do not exist, each saved through the one door that the product uses.

Every factory is called with the fields that matter to the test, or makes several with `create_batch(n, …)`.
Words of master lists are given by code: `ConsultationFactory(method="phone", topics=["dv"])`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count, product
from typing import Any

from django.db import models
from django.db.models import Min
from django.utils import timezone

from cafe.models import (
    CalendarFeed,
    Contribution,
    Event,
    EventSeries,
    Expense,
    Flyer,
    Idea,
    Introduction,
    OpenDay,
    PaperCount,
    Tablet,
    Tap,
    Visit,
    Visitor,
)
from consultations.models import (
    Appointment,
    BreakGlass,
    CallAttempt,
    Case,
    Client,
    Consultation,
    Disposal,
    Document,
    Handover,
    HandoverItem,
    Import,
    ImportRow,
    Merge,
    ProtectionCheck,
    Receipt,
    Reopening,
    SavedFilter,
)
from consultations.models.disposal import list_day
from consultations.models.protection import this_month
from komatsu_support.fiscal import current_fiscal_year
from komatsu_support.models import OfficeDay, Profession, Record, Role, Term, TermKey, User
from kpi.models import Override, Target
from referrals.models import Agency, Conference, Consent, Referral
from training.models import Lecturer, Series, Session, Survey

PASSWORD = "tonton-cafe-no-kagi-7"
SURNAMES = [
    ("見本", "ミホン"),
    ("架空", "カクウ"),
    ("例題", "レイダイ"),
    ("仮名", "カメイ"),
    ("相談", "ソウダン"),
]
GIVEN = [("花子", "ハナコ"), ("いろは", "イロハ"), ("一", "イチ"), ("ふみ", "フミ"), ("なな", "ナナ")]
NAMES = [(f"{s} {g}", f"{s_kana} {g_kana}") for (s, s_kana), (g, g_kana) in product(SURNAMES, GIVEN)]
_numbers = count(1)


@dataclass(frozen=True)
class Factory[**P, Made]:
    """A function that makes one row, and its plural."""

    make: Callable[P, Made]

    def __call__(self, *args: P.args, **fields: P.kwargs) -> Made:
        return self.make(*args, **fields)

    def create_batch(self, n: int, /, *args: P.args, **fields: P.kwargs) -> list[Made]:
        """So many, alike in what is given."""
        return [self.make(*args, **fields) for _ in range(n)]


def term(kind: str, code: str) -> Term:
    """A word of a master list."""
    return Term.objects.get(kind=kind, code=code)


def _words(kind: type[models.Model], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with words of master lists that are given by code looked up."""
    keys = {field.name: field.kind for field in kind._meta.get_fields() if isinstance(field, TermKey)}
    return {n: term(keys[n], v) if n in keys and isinstance(v, str) else v for n, v in fields.items()}


def _saved[R: Record](
    kind: type[R],
    fields: Mapping[str, Any],
    by: User | None,
    ticked: Mapping[str, Iterable[models.Model]] | None = None,
) -> R:
    """A record of the fields, answered for by the system unless by somebody."""
    record = kind(**_words(kind, fields))
    record.save(by=by or User.objects.system(), ticked=ticked)
    return record


# --- the kernel


def _user(role: str = Role.COUNSELOR, **fields: Any) -> User:
    """An account with the password PASSWORD. `role=""` has none."""
    number = next(_numbers)
    name, kana = NAMES[number % len(NAMES)]
    fields.setdefault("username", f"shokuin{number}")
    fields.setdefault("display_name", name)
    fields.setdefault("kana", kana)
    if role in (Role.COUNSELOR, Role.LEAD):
        fields.setdefault("profession", Profession.PHN)
    password = fields.pop("password", PASSWORD)
    return User.objects.create_user(role=role, password=password, **fields)


def _office_day(day: date | None = None, *, by: User | None = None, **fields: Any) -> OfficeDay:
    """A day of the calendar; open unless said otherwise."""
    return _saved(OfficeDay, {"day": day or timezone.localdate(), **fields}, by)


def _term(kind: str = "topic", *, by: User | None = None, **fields: Any) -> Term:
    """A new word of a master list."""
    number = next(_numbers)
    return _saved(Term, {"kind": kind, "code": f"word_{number}", "label": f"言葉{number}", **fields}, by)


# --- 相談


def _client(*, assigned: Iterable[User] = (), by: User | None = None, **fields: Any) -> Client:
    """A client with a name, unless `name=""` is given."""
    name, kana = NAMES[next(_numbers) % len(NAMES)]
    if fields.setdefault("name", name) == name:
        fields.setdefault("name_kana", kana)
    assigned = list(assigned)
    return _saved(Client, fields, by, {"assigned": assigned} if assigned else None)


def _case(client: Client | None = None, *, by: User | None = None, **fields: Any) -> Case:
    """An open case; an ended one where `closed_on` is given."""
    opened_on = fields.setdefault("opened_on", _earliest(fields.get("closed_on")))
    if fields.get("closed_on"):
        fields.setdefault("status", Case.Status.CLOSED)
        fields.setdefault("close_reason", Case.CloseReason.RESOLVED)
    client = client or _client(first_contact_on=opened_on, by=by)
    return _saved(Case, {"client": client, **fields}, by)


def _reopening(case: Case | None = None, *, by: User | None = None, **fields: Any) -> Reopening:
    """An end that was undone, of a case that goes on again."""
    fields = {"reason": "また電話があった", "on": timezone.localdate(), **fields}
    case = case or _case(closed_on=fields["on"], by=by)
    return case.reopen(by=by or User.objects.system(), **fields)


def _consultation(
    *,
    topics: Iterable[str] = ("mental",),
    awareness: Iterable[str] = (),
    responses: Iterable[str] = (),
    co_staff: Iterable[User] = (),
    by: User | None = None,
    **fields: Any,
) -> Consultation:
    """A consultation of a new client (`client=None`: of nobody known); the first topic is the ◎."""
    topics = list(topics)
    day = fields.setdefault("consulted_on", timezone.localdate())
    if "client" not in fields:
        case = fields.get("case")
        fields["client"] = case.client if case else _client(first_contact_on=day, by=by)
    fields.setdefault("staff", by or _user())
    fields.setdefault("method", "in_person")
    fields.setdefault("main_topic", topics[0] if topics else None)
    if not fields.setdefault("is_countable", True):
        fields.setdefault("not_countable_reason", "問い合わせのみ")
    boxes = {"topic": topics, "awareness": awareness, "response": responses}
    ticked: dict[str, Any] = {"terms": [term(kind, code) for kind, codes in boxes.items() for code in codes]}
    if co_staff := list(co_staff):
        ticked["co_staff"] = co_staff
    record = _frozen(Consultation(**_words(Consultation, fields)), fields)
    record.save(by=by or User.objects.system(), ticked=ticked)
    return record


def _saved_filter(owner: User | None = None, *, by: User | None = None, **fields: Any) -> SavedFilter:
    """A way of looking at the list that somebody keeps."""
    fields = {"name": f"よく見る条件{next(_numbers)}", "query": "urgency=high", **fields}
    return _saved(SavedFilter, {"owner": owner or _user(), **fields}, by)


def _import(*, cells: Mapping[str, str] | None = None, by: User | None = None, **fields: Any) -> Import:
    """A file that was read and waits to be confirmed: one row, with what is given in its cells."""
    cells = {"相談日": "2025-05-07", "相談方法": "電話", "主訴（◎）": "住まい", **(cells or {})}
    number = next(_numbers)
    imported = Import(**{"sha256": f"{number:064d}", "reason": "紙の一覧からの移行", **fields})
    head = ImportRow(number=1, cells={label: label for label in cells}, state=ImportRow.State.HEAD)
    row = ImportRow(number=2, cells=cells, key=f"{number:064d}", person="someone" if "氏名" in cells else "")
    imported.start([head, row], by=by or _user())
    return imported


def _frozen(record: Consultation, given: Mapping[str, Any]) -> Consultation:
    """The consultation as its form would leave it: what is not given follows from client, staff and history."""
    record.freeze()
    record.visit_type = record.proposed_visit_type()
    for name in {"age_band", "profession", "visit_type"} & set(given):
        setattr(record, name, given[name])
    return record


def _disposal(*, clients: Iterable[Client] = (), by: User | None = None, **fields: Any) -> Disposal:
    """A list of files to dispose of, proposed by the system."""
    fields.setdefault("as_of", list_day(timezone.localdate()))
    return _saved(Disposal, fields, by, {"clients": list(clients)})


def _merge(
    kept: Client | None = None, merged: Client | None = None, *, by: User | None = None, **fields: Any
) -> Merge:
    """Two files that became one; new ones unless they are given."""
    kept, merged = kept or _client(by=by), merged or _client(by=by)
    fields.setdefault("reason", "同じ方と確かめた")
    return Merge.of(kept, merged, by=by or User.objects.system(), **fields)


def _break_glass(client: Client | None = None, *, by: User | None = None, **fields: Any) -> BreakGlass:
    """The file of a restricted client, open to `by` for an hour from now."""
    client = client or _client(protection="restricted", staff=_user())
    fields = {"reason": "安否の確認のため至急", "until": timezone.now() + BreakGlass.LENGTH, **fields}
    return _saved(BreakGlass, {"client": client, **fields}, by)


def _protection_check(
    client: Client | None = None, *, by: User | None = None, **fields: Any
) -> ProtectionCheck:
    """This month's check of a protected client."""
    until = timezone.localdate() + timedelta(days=100)
    client = client or _client(address_protected=True, protected_until=until, staff=_user())
    return _saved(ProtectionCheck, {"client": client, "month": this_month(), **fields}, by)


PDF = b"%PDF-1.4\n% a paper of nobody\n%%EOF\n"


def _document(
    client: Client | None = None, *, data: bytes = PDF, by: User | None = None, **fields: Any
) -> Document:
    """A paper in a client's file."""
    document = Document(
        **{"client": client or _client(by=by), "title": "同意書", "kind": "consent", **fields}
    )
    document.keep(data, by=by or User.objects.system())
    return document


def _appointment(client: Client | None = None, *, by: User | None = None, **fields: Any) -> Appointment:
    """An appointment of half an hour at ten, of a new client unless one is given or `called` is."""
    fields = {"day": timezone.localdate(), "starts_at": time(10), "method": "in_person", **fields}
    if client is None and "called" not in fields:
        client = fields["case"].client if "case" in fields else _client(by=by)
    fields.setdefault("staff", by or _user())
    return _saved(Appointment, {"client": client, **fields}, by)


def _call_attempt(client: Client | None = None, *, by: User | None = None, **fields: Any) -> CallAttempt:
    """A call to a new client that nobody answered."""
    fields = {"called_on": timezone.localdate(), "called_at": time(9), "result": "absent", **fields}
    fields.setdefault("staff", by or _user())
    return _saved(CallAttempt, {"client": client or _client(by=by), **fields}, by)


def _handover(*, by: User | None = None, **fields: Any) -> Handover:
    """A sheet; without `day` of the day before the earliest one there is, so that several never meet."""
    if "day" not in fields:
        first = Handover.objects.aggregate(first=Min("day"))["first"]
        fields["day"] = (first or timezone.localdate()) - timedelta(days=1)
    return _saved(Handover, fields, by)


def _handover_item(
    handover: Handover | None = None, *, by: User | None = None, **fields: Any
) -> HandoverItem:
    """A matter about nobody, unless a client is given."""
    fields.setdefault("text", "朝一番に折り返しの電話を待つ")
    return _saved(HandoverItem, {"handover": handover or _handover(by=by), **fields}, by)


def _receipt(handover: Handover | None = None, *, by: User | None = None) -> Receipt:
    """A sheet that somebody else has taken over."""
    return (handover or _handover()).receive(by=by or _user())


# --- とんとんカフェ


def _open_day(
    *,
    heads: dict[str, int] | None = None,
    first_heads: int | None = None,
    ages: dict[str, int] | None = None,
    staff: Iterable[User] = (),
    by: User | None = None,
    **fields: Any,
) -> OpenDay:
    """A day of the café: planned, or closed as held where `heads` by role are given ({"visitor": 0}: nobody).

    Without `held_on`, the day before the earliest one there is, so that several never meet.
    """
    if "held_on" not in fields:
        first = OpenDay.objects.aggregate(first=Min("held_on"))["first"]
        fields["held_on"] = (first or timezone.localdate()) - timedelta(days=1)
    if fields.get("state") == OpenDay.State.CANCELLED:
        fields.setdefault("cancel_reason", "大雪のため")
    staff = list(staff)
    day = _saved(OpenDay, fields, by, {"staff": staff} if staff else None)
    if heads is not None:
        day.close(heads, by=by or User.objects.system(), first_heads=first_heads, ages=ages)
    return day


def _event_series(*, by: User | None = None, **fields: Any) -> EventSeries:
    """A series of events."""
    return _saved(EventSeries, {"name": f"月いちの集い{next(_numbers)}", **fields}, by)


def _event(open_day: OpenDay | None = None, *, by: User | None = None, **fields: Any) -> Event:
    """An event on a new day, unless one is given."""
    fields.setdefault("title", f"手しごとの会{next(_numbers)}")
    return _saved(Event, {"open_day": open_day or _open_day(by=by), **fields}, by)


def _tablet(
    open_day: OpenDay | None = None,
    *,
    taps: Mapping[str, int] | None = None,
    by: User | None = None,
    **fields: Any,
) -> Tablet:
    """A tablet of a day; `taps={"first": 2, "child": 1}` were pressed on it."""
    tablet = _saved(Tablet, {"open_day": open_day or _open_day(), **fields}, by)
    now = timezone.now()
    Tap.objects.receive(
        Tap(tablet=tablet, kind=kind, tapped_at=now)
        for kind, times in (taps or {}).items()
        for _ in range(times)
    )
    return tablet


def _paper_count(open_day: OpenDay | None = None, *, by: User | None = None, **fields: Any) -> PaperCount:
    """A sheet of 正の字 whose total agrees with its strokes."""
    fields.setdefault("control_total", sum(fields.get(name, 0) for name in PaperCount.COUNTED))
    return _saved(PaperCount, {"open_day": open_day or _open_day(), **fields}, by)


def _visitor(*, by: User | None = None, **fields: Any) -> Visitor:
    """A guest with a name tag."""
    number = next(_numbers)
    return _saved(Visitor, {"name": f"札名{number}", "kana": "フダナ", **fields}, by)


def _visit(
    visitor: Visitor | None = None, open_day: OpenDay | None = None, *, by: User | None = None, **fields: Any
) -> Visit:
    """A guest with a name tag on a day."""
    given = {"visitor": visitor or _visitor(), "open_day": open_day or _open_day(), **fields}
    return _saved(Visit, given, by)


def _contribution(event: Event | None = None, *, by: User | None = None, **fields: Any) -> Contribution:
    """A guest who helped at an event."""
    return _saved(Contribution, {"event": event or _event(), "deed": "helped", **fields}, by)


def _introduction(open_day: OpenDay | None = None, *, by: User | None = None, **fields: Any) -> Introduction:
    """Somebody of a day would like to talk."""
    return _saved(Introduction, {"open_day": open_day or _open_day(), **fields}, by)


def _idea(*, by: User | None = None, **fields: Any) -> Idea:
    """An idea of a guest."""
    return _saved(Idea, {"title": "みそづくり", "heard_on": timezone.localdate(), **fields}, by)


def _expense(event: Event | None = None, *, by: User | None = None, **fields: Any) -> Expense:
    """What an event cost."""
    return _saved(Expense, {"event": event or _event(), "item": "材料費", "amount_yen": 1200, **fields}, by)


def _flyer(month: date | None = None, *, by: User | None = None, **fields: Any) -> Flyer:
    """The words of a month's flyer; a month of its own unless given."""
    number = next(_numbers)
    month = month or date(2000 + number // 12 % 20, number % 12 + 1, 1)
    return _saved(Flyer, {"month": month, "heading": f"{month.month}月のとんとんカフェ", **fields}, by)


def _calendar_feed(*, by: User | None = None, **fields: Any) -> CalendarFeed:
    """An address of the plan."""
    return _saved(CalendarFeed, {"label": "館内の掲示モニター", **fields}, by)


# --- 研修


def _series(*, by: User | None = None, **fields: Any) -> Series:
    """A series of training."""
    return _saved(Series, {"title": f"支援者研修{next(_numbers)}", **fields}, by)


def _session(
    series: Series | None = None, *, forms: Iterable[str] = (), by: User | None = None, **fields: Any
) -> Session:
    """A session that was held (`state="planned"`: that will be); `forms` are codes of 研修の形式."""
    fields.setdefault("theme", f"聴くということ{next(_numbers)}")
    fields.setdefault("held_on", timezone.localdate())
    fields.setdefault("state", Session.State.HELD)
    ticked = {"terms": [term("session_form", code) for code in forms]}
    return _saved(Session, {"series": series or _series(by=by), **fields}, by, ticked)


def _lecturer(session: Session | None = None, *, by: User | None = None, **fields: Any) -> Lecturer:
    """An organisation that lectured."""
    fields.setdefault("name", f"架空の支援団体{next(_numbers)}")
    return _saved(Lecturer, {"session": session or _session(by=by), **fields}, by)


def _survey(session: Session | None = None, *, by: User | None = None, **fields: Any) -> Survey:
    """Totals of a survey: 20 sheets out, 10 back."""
    fields = {"distributed": 20, "collected": 10, **fields}
    return _saved(Survey, {"session": session or _session(by=by), **fields}, by)


# --- つなぎ


def _agency(*, by: User | None = None, **fields: Any) -> Agency:
    """An agency of the directory."""
    return _saved(Agency, {"name": f"架空の支援機関{next(_numbers)}", **fields}, by)


def _consent(
    client: Client | None = None,
    *,
    agencies: Iterable[Agency] = (),
    by: User | None = None,
    **fields: Any,
) -> Consent:
    """A consent by word of mouth, to a new agency unless some are given."""
    fields.setdefault("obtained_on", timezone.localdate())
    fields = {"method": Consent.Method.VERBAL, "items": "相談の内容", "purpose": "支援につなぐため", **fields}
    client = client or _client(first_contact_on=fields["obtained_on"], by=by)
    return _saved(Consent, {"client": client, **fields}, by, {"agencies": list(agencies) or [_agency(by=by)]})


def _referral(
    case: Case | None = None, agency: Agency | None = None, *, by: User | None = None, **fields: Any
) -> Referral:
    """A referral as far up the ladder as the days given, with a fitting consent where it was sent.

    Without `sent_on`, one that was accepted or connected was sent on that day.
    """
    reached = _earliest(fields.get("accepted_on"), fields.get("connected_on"), or_else=None)
    if reached:
        fields.setdefault("sent_on", reached)
    started_on = fields.setdefault("started_on", _earliest(fields.get("sent_on")))
    if fields.get("outcome"):
        fields.setdefault("outcome_reason", "先方の定員に空きがなかった")
    if fields.get("legal_basis"):
        fields.setdefault("legal_reason", "安全を確かめる必要があった")
    case = case or _case(opened_on=started_on, by=by)
    agency = agency or _agency(by=by)
    if fields.get("sent_on") and not fields.get("legal_basis") and "consent" not in fields:
        fields["consent"] = _consent(case.client, agencies=[agency], obtained_on=started_on, by=by)
    return _saved(Referral, {"case": case, "agency": agency, **fields}, by)


def _conference(
    *,
    cases: Iterable[Case] = (),
    agencies: Iterable[Agency] = (),
    staff: Iterable[User] = (),
    by: User | None = None,
    **fields: Any,
) -> Conference:
    """An individual case conference that was held (`state="planned"`: that will be)."""
    fields.setdefault("held_on", timezone.localdate())
    fields.setdefault("state", Conference.State.HELD)
    ticked: dict[str, Any] = {"cases": list(cases), "agencies": list(agencies), "staff": list(staff)}
    return _saved(Conference, fields, by, ticked)


# --- 指標


def _target(code: str = "connected", *, by: User | None = None, **fields: Any) -> Target:
    """The target of an indicator in a 年度, this one unless given."""
    fields.setdefault("fiscal_year", current_fiscal_year())
    fields.setdefault("group", Target.Group.PROJECT_GOAL)
    fields.setdefault("measure_type", Target.MeasureType.OUTCOME)
    return _saved(Target, {"code": code, "label": f"指標 {code}", "target": 15, **fields}, by)


def _override(code: str = "connected", *, by: User | None = None, **fields: Any) -> Override:
    """An actual written by hand."""
    fields = {"fiscal_year": current_fiscal_year(), "actual": 10, "reason": "紙の集計による", **fields}
    return _saved(Override, {"code": code, **fields}, by)


def _earliest(*days: date | None, or_else: Any = ...) -> Any:
    """The earliest of the days that are given; today where there is none, unless said otherwise."""
    given = [day for day in days if day]
    return min(given) if given else (timezone.localdate() if or_else is ... else or_else)


UserFactory = Factory(_user)
OfficeDayFactory = Factory(_office_day)
TermFactory = Factory(_term)
ClientFactory = Factory(_client)
CaseFactory = Factory(_case)
ReopeningFactory = Factory(_reopening)
MergeFactory = Factory(_merge)
ConsultationFactory = Factory(_consultation)
DisposalFactory = Factory(_disposal)
SavedFilterFactory = Factory(_saved_filter)
BreakGlassFactory = Factory(_break_glass)
ProtectionCheckFactory = Factory(_protection_check)
DocumentFactory = Factory(_document)
AppointmentFactory = Factory(_appointment)
CallAttemptFactory = Factory(_call_attempt)
HandoverFactory = Factory(_handover)
HandoverItemFactory = Factory(_handover_item)
ReceiptFactory = Factory(_receipt)
ImportFactory = Factory(_import)
OpenDayFactory = Factory(_open_day)
EventSeriesFactory = Factory(_event_series)
EventFactory = Factory(_event)
TabletFactory = Factory(_tablet)
PaperCountFactory = Factory(_paper_count)
VisitorFactory = Factory(_visitor)
VisitFactory = Factory(_visit)
ContributionFactory = Factory(_contribution)
IntroductionFactory = Factory(_introduction)
IdeaFactory = Factory(_idea)
ExpenseFactory = Factory(_expense)
FlyerFactory = Factory(_flyer)
CalendarFeedFactory = Factory(_calendar_feed)
SeriesFactory = Factory(_series)
SessionFactory = Factory(_session)
LecturerFactory = Factory(_lecturer)
SurveyFactory = Factory(_survey)
AgencyFactory = Factory(_agency)
ConsentFactory = Factory(_consent)
ReferralFactory = Factory(_referral)
ConferenceFactory = Factory(_conference)
TargetFactory = Factory(_target)
OverrideFactory = Factory(_override)
