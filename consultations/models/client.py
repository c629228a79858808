"""相談者: the person, known as far as she wants to be known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone

from komatsu_support import audit, text
from komatsu_support.fiscal import age_on, fiscal_year_of
from komatsu_support.models import AgeBand, New, OfficeDateField, Record, RecordQuerySet, TermKey, User
from komatsu_support.models.fields import LONG_TEXT
from komatsu_support.roles import Role

ERAS = [("R", 2018), ("H", 1988), ("S", 1925), ("T", 1911), ("M", 1867)]  # letter, year before the first


class ClientQuerySet(RecordQuerySet):
    """Questions about clients."""

    dated_by = "first_contact_on"

    def visible_to(self, user: User) -> Self:
        """The office's clients for counselors; restricted and sealed ones for those named."""
        if not user.has_perm("consultations.view_client"):
            return self.none()
        return self.filter(Client.open_to(user))

    def add_all(self, new: Sequence[New[Client]], *, by: User, basis: str = "") -> None:
        """Many new files; their numbers follow the day of the first contact."""
        with transaction.atomic():
            audit.wait_for_my_turn()
            last: dict[str, int] = {}
            for client in sorted((each.record for each in new), key=lambda client: client.first_contact_on):
                head = client.number_head()
                last[head] = last.get(head, Client.last_number(head)) + 1
                client.number = f"{head}{last[head]:04d}"
                client.keep_kana_key()
            super().add_all(new, by=by, basis=basis)


class Client(Record):
    """相談者: one person, from 匿名 over 呼び名 to 本名 in the same row, so that 実人数 counts her once."""

    class Protection(models.TextChoices):
        """閲覧の範囲."""

        NORMAL = "normal", "通常"
        RESTRICTED = "restricted", "閲覧制限"
        SEALED = "sealed", "封印（職員・親族など）"

    number = models.CharField("相談者番号", max_length=12, unique=True, editable=False)
    name = models.CharField("氏名", max_length=60, blank=True)
    name_kana = models.CharField("氏名カナ", max_length=80, blank=True)
    kana_key = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    alias = models.CharField("呼び名", max_length=40, blank=True)
    birth_date = OfficeDateField("生年月日", null=True, blank=True)
    age_band = models.CharField("年代（申告）", max_length=10, choices=AgeBand, default=AgeBand.UNKNOWN)
    district = models.CharField("町名", max_length=40, blank=True)
    postcode = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("住所", max_length=150, blank=True)
    phone = models.CharField("電話", max_length=20, blank=True)
    mobile = models.CharField("携帯電話", max_length=20, blank=True)
    call_as = models.CharField("電話での名乗り方", max_length=60, blank=True)
    voicemail = models.BooleanField("留守電を残してよい", default=False)
    call_time = models.CharField("電話してよい時間", max_length=60, blank=True)
    watchword = models.CharField("合言葉", max_length=40, blank=True)
    contact_warning = models.CharField("連絡時の注意", max_length=200, blank=True)
    household = TermKey(kind="household", null=True, blank=True, verbose_name="世帯構成")
    marital = TermKey(kind="marital", null=True, blank=True, verbose_name="配偶関係")
    employment = TermKey(kind="employment", null=True, blank=True, verbose_name="就労状況")
    children = models.CharField("子ども", max_length=60, blank=True, help_text="人数・年齢")
    nationality = TermKey(kind="nationality", null=True, blank=True, verbose_name="国籍")
    language = TermKey(kind="language", null=True, blank=True, verbose_name="言語")
    needs_interpreter = models.BooleanField("通訳が必要", default=False)
    note = models.TextField("特記事項", max_length=LONG_TEXT, blank=True)
    staff = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="担当"
    )
    assigned = models.ManyToManyField(
        User, blank=True, related_name="assigned_clients", verbose_name="閲覧できる職員"
    )
    protection = models.CharField("閲覧の範囲", max_length=12, choices=Protection, default=Protection.NORMAL)
    address_protected = models.BooleanField("DV等支援措置（住所秘匿）", default=False)
    protected_until = OfficeDateField("支援措置の期限", null=True, blank=True)
    first_contact_on = OfficeDateField("初回受付日", default=timezone.localdate)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = "相談者"
        indexes = [models.Index(fields=["first_contact_on"], name="client_by_first_contact")]
        constraints = [
            models.CheckConstraint(
                condition=Q(address_protected=False) | Q(protected_until__isnull=False),
                name="client_protected_has_an_end",
                violation_error_code="protected_until",
                violation_error_message="支援措置の期限を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def open_to(user: User, prefix: str = "") -> Q:
        """The clients a counselor may open, as a condition on any model that leads to a client.

        Restricted ones open to their assigned staff and to lead, sealed ones to the persons named alone.
        With CLIENT_ACCESS=assigned a normal one opens to its assigned staff and to lead.
        """
        lead = f"{prefix}__" if prefix else ""
        mine = Q(**{f"{lead}pk__in": user.assigned_clients.values("pk")}) | Q(
            Q(**{f"{lead}staff": user}) & ~Q(**{f"{lead}protection": Client.Protection.SEALED})
        )
        normal = Q(**{f"{lead}protection": Client.Protection.NORMAL})
        if user.role == Role.LEAD:
            return mine | ~Q(**{f"{lead}protection": Client.Protection.SEALED})
        return mine | normal if settings.CLIENT_ACCESS == "team" else mine

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.pk

    @property
    def called(self) -> str:
        """How a page calls her: 氏名, else 呼び名, else 匿名."""
        return self.name or self.alias or "匿名"

    def age_band_on(self, day: date) -> str:
        """年代 on a day: from the birth date, else as she said it."""
        if self.birth_date is None:
            return self.age_band
        return AgeBand.of(age_on(self.birth_date, day)) if self.birth_date <= day else AgeBand.UNKNOWN

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Keep the 五十音 key; give a new file the next number of its 年度."""
        self.keep_kana_key()
        with transaction.atomic():
            if not self.number:
                audit.wait_for_my_turn()
                head = self.number_head()
                self.number = f"{head}{Client.last_number(head) + 1:04d}"
            super().save(*args, **kwargs)

    def keep_kana_key(self) -> None:
        """The 五十音 key follows the kana."""
        self.kana_key = text.kana_sort_key(self.name_kana)[:200] if self.name_kana else ""

    def number_head(self) -> str:
        """R6-: the 年度 of the first contact, before the number in it."""
        year = fiscal_year_of(self.first_contact_on)
        return next(f"{era}{year - zero}-" for era, zero in ERAS if year > zero)

    @staticmethod
    def last_number(head: str) -> int:
        """The last number given out in a 年度; 0 before the first. Ask after `wait_for_my_turn`."""
        taken = Client._base_manager.filter(number__startswith=head)
        last = taken.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
        return int(last.removeprefix(head)) if last else 0
