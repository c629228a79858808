"""予約: a time of one counselor, kept for one person."""

from __future__ import annotations

from datetime import time
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ExpressionWrapper, Q
from django.utils import timezone

from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.consultation import Consultation
from consultations.models.openness import OfClient
from komatsu_support import audit
from komatsu_support.desk import GRID, Span, desk_hours, minutes_of, time_of
from komatsu_support.models import OfficeDateField, Record, TermKey, User
from komatsu_support.models.calendar import desk_closures

LENGTHS = tuple(range(GRID, 8 * 60 + 1, GRID))  # minutes
AWAY_METHODS, AWAY_PLACES = ("home_visit",), ("home", "outside")


def _on_the_grid(at: time) -> None:
    if at.minute % GRID or at.second or at.microsecond:
        raise ValidationError("9:00、9:15 のように15分単位で入力してください。", code="grid")


class AppointmentQuerySet(OfClient):
    """Questions about appointments."""

    dated_by = "day"
    may_be_of_nobody = True

    def in_the_book_of(self, user: User) -> Self:
        """Every standing one, for who keeps the book: `is_open` says which may be read, the rest is a taken time."""
        if not user.has_perm("consultations.view_appointment"):
            return self.none()
        is_open = ExpressionWrapper(self.open_to(user), output_field=models.BooleanField())
        return self.standing().annotate(is_open=is_open)

    def taking_time(self) -> Self:
        """Those for which the counselor's time is kept, or was."""
        return self.standing().exclude(state=Appointment.State.CANCELLED)

    def booked(self) -> Self:
        """Still to come, or to be told how it went."""
        return self.standing().filter(state=Appointment.State.BOOKED)


class Appointment(Record):
    """予約: a counselor's time on a day, for a client or for somebody who has no file yet."""

    class State(models.TextChoices):
        """予約の状態."""

        BOOKED = "booked", "予約"
        KEPT = "kept", "来談"
        NO_SHOW = "no_show", "無断"
        CANCELLED = "cancelled", "取消"

    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="相談者"
    )
    called = models.CharField("呼び名（番号のない方）", max_length=40, blank=True)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="支援ケース"
    )
    staff = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="相談員")
    day = OfficeDateField("予約日")
    starts_at = models.TimeField("開始時刻", validators=[_on_the_grid])
    minutes = models.PositiveSmallIntegerField("長さ", default=30, choices=[(n, f"{n}分") for n in LENGTHS])
    ends_at = models.TimeField("終了時刻", editable=False)
    method = TermKey(kind="method", verbose_name="相談方法")
    place = TermKey(kind="place", null=True, blank=True, verbose_name="相談場所")
    purpose = models.CharField("用件", max_length=100, blank=True)
    state = models.CharField("状態", max_length=10, choices=State, default=State.BOOKED, editable=False)
    reason = models.CharField("取消の理由", max_length=200, blank=True, editable=False)
    consultation = models.OneToOneField(
        Consultation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointment",
        editable=False,
        verbose_name="相談記録",
    )

    objects = AppointmentQuerySet.as_manager()

    identifying = ("called", "purpose", "reason")

    class Meta:
        verbose_name = "予約"
        indexes = [
            models.Index(fields=["day", "starts_at"], name="appointment_by_time"),
            models.Index(fields=["staff", "day"], name="appointment_by_staff"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False, called="") | (Q(client=None) & ~Q(called="")),
                name="appointment_is_of_a_client_or_of_somebody_called",
                violation_error_code="client",
                violation_error_message="相談者番号か、番号のない方の呼び名の、どちらか一方を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(case=None) | Q(client__isnull=False),
                name="appointment_case_needs_a_client",
                violation_error_code="case",
                violation_error_message="支援ケースを選ぶときは相談者も選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(minutes__in=LENGTHS),
                name="appointment_is_so_many_quarters_long",
                violation_error_code="minutes",
                violation_error_message="長さは15分単位で、8時間までにしてください。",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="appointment_ends_within_its_day",
                violation_error_code="minutes",
                violation_error_message="その日のうちに終わるようにしてください。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("booked", "no_show"), reason="", consultation=None)
                | Q(state="kept", reason="", consultation__isnull=False)
                | (Q(state="cancelled", consultation=None) & ~Q(reason="")),
                name="appointment_state_fits_reason_and_consultation",
                violation_error_code="reason",
                violation_error_message="予約を取り消すときは理由を、来談のときは相談記録を添えてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"予約 {self.day:%Y-%m-%d} {self.starts_at:%H:%M}"

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user) if self.client else "相談員チーム"

    @property
    def subject_id(self) -> int | None:
        """Whose record this is, for the trail."""
        return self.client_id

    @property
    def who(self) -> str:
        """How a page calls the person."""
        if self.client is None:
            return self.called
        return self.client.name or self.client.alias or f"匿名（{self.client.number}）"

    @property
    def span(self) -> Span:
        """From when to when."""
        return Span(self.starts_at, self.ends_at)

    @property
    def is_away(self) -> bool:
        """Whether the counselor goes out: a visit keeps to no hours of the desk."""
        where = self.place.code if self.place else ""
        return self.method.code in AWAY_METHODS or where in AWAY_PLACES

    def close_its_end(self) -> None:
        """Tell the end from beginning and length. What would reach into the next day, the database refuses."""
        self.ends_at = time_of(min(minutes_of(self.starts_at) + self.minutes, 24 * 60))

    # -- when -------------------------------------------------------------------------------------------

    def refusals(self) -> dict[str, str]:
        """Why the desk cannot be here then, by field: a closed day for anybody, its hours unless one goes out."""
        if closed := desk_closures([self.day])[self.day]:
            return {"day": f"この日は窓口が休みです（{closed}）。開所日を選んでください。"}
        outside = "" if self.is_away else self.outside_hours()
        return (
            {"starts_at": f"{outside}訪問・外出のときだけ、ほかの時間にも予約できます。"} if outside else {}
        )

    def outside_hours(self) -> str:
        """Why the time is not the desk's; "" where it is."""
        return desk_hours().outside(self.starts_at, self.ends_at)

    def same_time(self) -> AppointmentQuerySet:
        """Other appointments that take some of this time, whoever's they are."""
        others = Appointment.objects.taking_time().filter(day=self.day).exclude(pk=self.pk)
        return others.filter(starts_at__lt=self.ends_at, ends_at__gt=self.starts_at)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the end; refuse a time that the counselor has already given away.

        Asked while the head of the trail is locked, so that of several at the same moment one wins.
        """
        self.close_its_end()
        with transaction.atomic():
            audit.wait_for_my_turn()
            if not self.is_voided and self.state != self.State.CANCELLED:
                self._refuse_a_taken_time()
            super().save(*args, **kwargs)

    def _refuse_a_taken_time(self) -> None:
        """The sentence names the time and nobody: the other person may be closed to whoever reads it."""
        taken = self.same_time().filter(staff=self.staff).order_by("starts_at").first()
        if taken is not None:
            raise ValidationError(
                {
                    "starts_at": f"この相談員には{taken.span}に別の予約があります。"
                    "ほかの時間か、ほかの相談員を選んでください。"
                }
            )

    # -- how it went ------------------------------------------------------------------------------------

    def cancel(self, reason: str, by: User) -> None:
        """取消: called off, by her or by the office; the time is free again."""
        self._become(self.State.CANCELLED, by, reason=reason.strip())

    def miss(self, by: User) -> None:
        """無断: she did not come and did not call."""
        self._become(self.State.NO_SHOW, by)

    def rebook(self, by: User) -> None:
        """Back to 予約: cancelled or missed by mistake, or its consultation was taken back."""
        self._become(self.State.BOOKED, by)

    def keep(self, consultation: Consultation, by: User) -> None:
        """来談: she came, and this was said. Somebody without a file gets the talk's.

        Raises ValidationError where another desk was quicker. The talk is saved, so its transaction comes
        one after another with every other.
        """
        self.refresh_from_db()
        if self.state != self.State.BOOKED or self.is_voided:
            raise ValidationError(NOT_BOOKED)
        if self.client is None and consultation.client is not None:
            self.client, self.called = consultation.client, ""
        self._become(self.State.KEPT, by, consultation=consultation)

    def go_with(self, client: Client | None, basis: str, *, by: User) -> None:
        """Its talk turned out to be hers, another's or nobody's known: what her file closes is closed here too.

        One that was booked for somebody with a file stays hers.
        """
        unnamed = self.history.filter(client=None).order_by("-version").first()
        if unnamed is not None and self.client != client:
            self.client, self.called, self.case = client, "" if client else unnamed.called, None
            self.save(by=by, changed=["client", "called", "case"], basis=basis)

    def _become(
        self, state: str, by: User, *, reason: str = "", consultation: Consultation | None = None
    ) -> None:
        self.state, self.reason, self.consultation = state, reason, consultation
        self.save(by=by, changed=["state"])

    def begins(self) -> dict[str, Any]:
        """What the consultation's form begins with."""
        begun = {
            "client": self.client,
            "case": self.case,
            "staff": self.staff_id,
            "method": self.method,
            "place": self.place,
            "consulted_on": min(self.day, timezone.localdate()),
            "started_at": self.starts_at,
        }
        return {name: value for name, value in begun.items() if value is not None}


NOT_BOOKED = (
    "この予約には、先に別の相談記録が結ばれたか、予約が取り消されました。"
    "もう一度「登録」を押すと、予約とは結ばずに登録します。"
)
