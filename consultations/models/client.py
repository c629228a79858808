"""相談者: the person, known as far as she wants to be known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, OuterRef, Q, Value, When
from django.db.models.functions import Length
from django.utils import timezone

from consultations.models.openness import GUARDED, OfClient, Protection
from consultations.models.search import Asked, Match, SearchTail, Words, words_of
from komatsu_support import audit, text
from komatsu_support.fiscal import age_on, fiscal_year_of
from komatsu_support.models import AgeBand, New, OfficeDateField, Record, StaleVersion, TermKey, User
from komatsu_support.models.fields import LONG_TEXT
from komatsu_support.roles import Role

if TYPE_CHECKING:
    from consultations.models.break_glass import BreakGlass

ERAS = [("R", 2018), ("H", 1988), ("S", 1925), ("T", 1911), ("M", 1867)]  # letter, year before the first


class ClientQuerySet(OfClient):
    """Questions about clients."""

    dated_by = "first_contact_on"
    client_at = ""

    def standing(self) -> Self:
        """Neither voided nor merged into another file."""
        return super().standing().unmerged()

    def unmerged(self) -> Self:
        """Files that stand for themselves."""
        return self.filter(merged_into=None)

    def closed_to(self, user: User) -> Self:
        """What the person could open by breaking the glass alone; never a sealed file."""
        if not user.has_perm("consultations.add_breakglass"):
            return self.none()
        unsealed = self.standing().exclude(protection=Client.Protection.SEALED)
        return unsealed.exclude(self.open_to(user))

    def left_behind(self) -> Self:
        """Sealed files that open to nobody: of those named in them, none works at the desk any more."""
        named = User.objects.staff_of_desk().filter(assigned_clients=OuterRef("pk"))
        sealed = self.standing().filter(protection=Client.Protection.SEALED, disposed_on=None)
        return sealed.exclude(Exists(named))

    def under_protection(self) -> Self:
        """支援措置対象, whether or not the end has passed: it protects until somebody takes it back."""
        return self.standing().filter(address_protected=True)

    def held_by(self, user: User) -> Self:
        """Those whose 担当 the person is, or among whose 閲覧できる職員."""
        return self.filter(Q(staff=user) | Q(pk__in=user.assigned_clients.values("pk")))

    def found_by(self, typed: str) -> Self:
        """Found by everything typed, in order: how well (`match`), 五十音, those without a reading last."""
        asked = Asked(typed)
        if not asked.words:
            return self.none()
        found = self
        for word in asked.words:
            found = found.filter(pk__in=SearchTail.of(word.anyhow()))
        whole = (asked.words[0] if len(asked.words) == 1 else asked.whole).ways()
        ways = list(whole)
        # Found by one word, whoever is left was found by its last way: the database need not look again.
        least = ways.pop() if len(asked.words) == 1 else Match.CONTAINS
        best = Case(
            *(When(pk__in=SearchTail.of(whole[way]), then=Value(way.value)) for way in ways),
            default=Value(least.value),
        )
        unread = ExpressionWrapper(Q(kana_key=""), output_field=BooleanField())
        return found.annotate(match=best).order_by("match", unread, "kana_key", "pk")

    def named_in_full(self, typed: str) -> Self:
        """Of exactly this number, full name, reading or phone: so a closed file is found, and not otherwise."""
        word = Asked(typed).whole
        return self.filter(pk__in=SearchTail.of(word.in_full())).order_by("pk") if word.key else self.none()

    def hidden_from(self, user: User) -> Self:
        """Clients a counselor may not open, few as they are: the others of `open_to`."""
        if user.role == Role.LEAD or settings.CLIENT_ACCESS == "team":
            self = self.filter(protection__in=[Client.Protection.RESTRICTED, Client.Protection.SEALED])
        return self.exclude(self.open_to(user))

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
            SearchTail.objects.fill(each.record for each in new)


class Client(Record):
    """相談者: one person, from 匿名 over 呼び名 to 本名 in the same row, so that 実人数 counts her once."""

    Protection = Protection

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
    disposed_on = OfficeDateField("廃棄日", null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
        editable=False,
        verbose_name="統合先",
    )

    objects = ClientQuerySet.as_manager()

    identifying = (
        *(
            "number",
            "name",
            "name_kana",
            "kana_key",
            "alias",
            "birth_date",
            "district",
            "postcode",
            "address",
        ),
        *("phone", "mobile", "call_as", "call_time", "watchword", "contact_warning", "children", "note"),
        *("voicemail", "needs_interpreter", "assigned"),
    )

    class Meta:
        verbose_name = "相談者"
        indexes = [
            models.Index(fields=["first_contact_on"], name="client_by_first_contact"),
            models.Index(fields=["protection"], name="client_by_protection"),
        ]
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

    def is_assigned_to(self, user: User) -> bool:
        """Whether the person is the client's 担当 or among those named."""
        return self.staff_id == user.pk or self.assigned.filter(pk=user.pk).exists()

    def basis_for(self, user: User) -> str:
        """Why this person may look: her tie to the client, else the glass she broke. Says what `open_to` asks."""
        if right := self._right_of(user):
            return right
        glass = self._live_glass_of(user)
        return f"緊急閲覧 {glass.pk}" if glass else ""

    def glass_of(self, user: User) -> BreakGlass | None:
        """The broken glass by which alone this person reads the file now."""
        return None if self._right_of(user) else self._live_glass_of(user)

    def _right_of(self, user: User) -> str:
        """Her tie to the client in words: by being named, or by her role."""
        sealed = self.protection == Client.Protection.SEALED
        if not user.has_perm("consultations.view_client"):
            return ""
        if self.staff_id == user.pk and not sealed:
            return "担当"
        if self.assigned.filter(pk=user.pk).exists():
            return "閲覧できる職員"
        if user.role == Role.LEAD and not sealed:
            return "主任相談員"
        shared = settings.CLIENT_ACCESS == "team" and self.protection == Client.Protection.NORMAL
        return "相談員チーム" if shared else ""

    def _live_glass_of(self, user: User) -> BreakGlass | None:
        if self.protection == Client.Protection.SEALED or not user.has_perm("consultations.view_client"):
            return None
        glass: BreakGlass | None = _glasses().live(user).filter(client=self).order_by("-until").first()
        return glass

    def entrust(self, colleague: User, reason: str, *, by: User) -> None:
        """封印の引継ぎ: name one more person in a sealed file that opens to nobody. Those named before stay.

        Raises StaleVersion where somebody else was quicker.
        """
        if not Client.objects.left_behind().filter(pk=self.pk).exists():
            raise StaleVersion
        named = {*self.assigned.all(), colleague}
        self.save(
            by=by,
            changed=["assigned"],
            ticked={"assigned": sorted(named, key=lambda user: user.pk)},
            basis=f"封印の引継ぎ: {reason}",
        )

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.pk

    @property
    def kana_initial(self) -> str:
        """The first kana of her name, by which a closed file is told from another; blank where unknown."""
        return self.name_kana[:1]

    @property
    def called(self) -> str:
        """How a page calls her: 氏名, else 呼び名, else 匿名."""
        return self.name or self.alias or "匿名"

    def emptied(self) -> dict[str, Any]:
        """A shell that keeps 実人数 right: no number, and nothing left to protect."""
        return {
            **super().emptied(),
            "number": f"廃棄-{self.pk}",
            "kana_key": "",
            "staff": None,
            "protection": Client.Protection.NORMAL,
            "address_protected": False,
            "protected_until": None,
        }

    @property
    def initial(self) -> str:
        """The first kana, which is all a list says of the name on a closed file."""
        return text.fold_kana(self.name_kana)[:1]

    def found_by_now(self) -> Words:
        """What she is found by, the words of files merged into hers too; nothing once this one is gone."""
        if self.is_voided or self.disposed_on is not None or self.merged_into_id is not None:
            return set()
        return words_of(self).union(*map(words_of, self.absorbed.all()))

    def age_band_on(self, day: date) -> str:
        """年代 on a day: from the birth date, else as she said it."""
        if self.birth_date is None:
            return self.age_band
        return AgeBand.of(age_on(self.birth_date, day)) if self.birth_date <= day else AgeBand.UNKNOWN

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Keep the 五十音 key and the search index; give a new file the next number of its 年度."""
        self.keep_kana_key()
        is_new = self._state.adding
        with transaction.atomic():
            if not self.number:
                audit.wait_for_my_turn()
                head = self.number_head()
                self.number = f"{head}{Client.last_number(head) + 1:04d}"
            super().save(*args, **kwargs)
            SearchTail.objects.follow(self, words_of(self) if is_new else self.found_by_now(), is_new=is_new)
            if not is_new:
                self._guard_absorbed()

    def _guard_absorbed(self) -> None:
        """Files merged into hers follow hers: they are open to nobody to whom she is closed."""
        for merged in self.absorbed.all():
            named = set(self.assigned.all())
            changed = [n for n in (*GUARDED, "staff") if getattr(merged, n) != getattr(self, n)]
            if changed or set(merged.assigned.all()) != named:
                for name in changed:
                    setattr(merged, name, getattr(self, name))
                merged.save(
                    by=self.updated_by,
                    changed=[*changed, "assigned"],
                    ticked={"assigned": sorted(named, key=lambda user: user.pk)},
                    basis="統合先に合わせる",
                )

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
        given = [number for number in (last, *Client._disposed_numbers()) if number]
        return max((int(each.removeprefix(head)) for each in given if each.startswith(head)), default=0)

    @staticmethod
    def _disposed_numbers() -> list[str]:
        """Numbers that no file carries any more and that the trail and old papers still name."""
        disposal: Any = Client._meta.get_field("disposals").related_model
        return [
            number
            for numbers in disposal._base_manager.values_list("numbers", flat=True)
            for number in numbers
        ]


def _glasses() -> Any:
    """緊急閲覧, which rest on this module and are reached by the reverse relation."""
    model: Any = Client._meta.get_field("broken_glasses").related_model
    return model.objects
