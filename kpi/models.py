"""指標: targets of a 年度 and figures written by hand. Everything else is computed."""

from __future__ import annotations

from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from komatsu_support import audit
from komatsu_support.models import Record, RecordQuerySet, User


class TargetQuerySet(RecordQuerySet):
    """Questions about targets."""

    def visible_to(self, user: User) -> Self:
        """Everybody who may see figures."""
        granted = user.get_all_permissions()
        return self if {"kpi.view_indicator", "kpi.view_cafe_indicator"} & granted else self.none()

    def of(self, year: int) -> Self:
        """The indicators of one 年度 in report order."""
        return self.standing().filter(fiscal_year=year).order_by("order", "pk")


class Target(Record):
    """目標・KPI: one line of the annual table. Labels and targets belong to the 年度."""

    class Group(models.TextChoices):
        """区分."""

        PROJECT_GOAL = "project_goal", "事業目標"
        PROJECT_KPI = "project_kpi", "事業KPI"

    class MeasureType(models.TextChoices):
        """種別."""

        OUTCOME = "outcome", "アウトカム"
        OUTPUT = "output", "アウトプット"

    fiscal_year = models.PositiveSmallIntegerField("年度", help_text="西暦")
    code = models.CharField("指標", max_length=30)
    group = models.CharField("区分", max_length=15, choices=Group)
    measure_type = models.CharField("種別", max_length=10, choices=MeasureType)
    label = models.CharField("表示名", max_length=60)
    unit = models.CharField("単位", max_length=5, default="件")
    target = models.PositiveIntegerField("目標", null=True, blank=True)
    order = models.PositiveSmallIntegerField("並び順", default=10)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = "目標"
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                condition=Q(voided_at=None),
                name="target_once_per_year_and_indicator",
                violation_error_code="code",
                violation_error_message="この指標は年度に登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(target=None) | Q(target__lte=9_999_999),
                name="target_is_plausible",
                violation_error_code="target",
                violation_error_message="目標は9,999,999までで入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=1990, fiscal_year__lte=2099), name="target_year_is_plausible"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Shown in the table of its 年度."""
        return reverse("kpi:target_list", args=[self.fiscal_year])


def copy_targets(year: int, by: User) -> int:
    """Take over last year's indicators that this 年度 does not have yet. Returns how many."""
    with transaction.atomic():
        audit.wait_for_my_turn()  # a second press, sent at the same time, finds what the first one wrote
        present = set(Target.objects.of(year).values_list("code", flat=True))
        copied = [each for each in Target.objects.of(year - 1) if each.code not in present]
        for each in copied:
            Target(
                fiscal_year=year,
                code=each.code,
                group=each.group,
                measure_type=each.measure_type,
                label=each.label,
                unit=each.unit,
                target=each.target,
                order=each.order,
            ).save(by=by)
    return len(copied)


class OverrideQuerySet(RecordQuerySet):
    """Questions about overrides."""

    def visible_to(self, user: User) -> Self:
        """Everybody who may see figures."""
        granted = user.get_all_permissions()
        return self if {"kpi.view_indicator", "kpi.view_cafe_indicator"} & granted else self.none()


class Override(Record):
    """手入力: the actual of a year on paper. Changes the actual, not the months."""

    fiscal_year = models.PositiveSmallIntegerField("年度", help_text="西暦")
    code = models.CharField("指標", max_length=30)
    actual = models.PositiveIntegerField("実績")
    reason = models.CharField("理由", max_length=200)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = "実績の手入力"
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                condition=Q(voided_at=None),
                name="override_once_per_year_and_indicator",
                violation_error_code="code",
                violation_error_message="この指標の手入力は年度に登録されています。",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
            models.CheckConstraint(
                condition=Q(actual__lte=9_999_999),
                name="override_is_plausible",
                violation_error_code="actual",
                violation_error_message="実績は9,999,999までで入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.code}"

    def get_absolute_url(self) -> str:
        """Shown in the table of its 年度."""
        return reverse("kpi:target_list", args=[self.fiscal_year])


class ReportQuerySet(RecordQuerySet):
    """Questions about report texts."""

    def visible_to(self, user: User) -> Self:
        """Whoever writes them."""
        return self if user.has_perm("kpi.change_target") else self.none()


class Report(Record):
    """事業報告: the texts of one 年度's sheet, as the office writes them. Lists have one item a line."""

    fiscal_year = models.PositiveSmallIntegerField("年度", unique=True, help_text="西暦")
    project_name = models.CharField("事業名", max_length=80, default="小松市地域女性活躍推進事業")
    municipality = models.CharField("自治体", max_length=40, default="小松市")
    project_cost_kyen = models.PositiveIntegerField("個別事業費", null=True, blank=True, help_text="千円")
    grant_amount_kyen = models.PositiveIntegerField("交付金額", null=True, blank=True, help_text="千円")
    local_situation = models.TextField("地域の実情と課題", max_length=10_000, blank=True)
    features = models.TextField("事業の特徴", max_length=10_000, blank=True)
    effects = models.TextField("事業の効果", max_length=10_000, blank=True)
    purposes = models.TextField("目的・目標", max_length=10_000, blank=True)
    partners = models.TextField(
        "連携団体", max_length=2_000, blank=True, help_text="空欄なら支援機関から作ります"
    )
    future_issues = models.TextField("今後の課題", max_length=10_000, blank=True)
    desk = models.TextField("相談窓口", max_length=2_000, blank=True)
    liaison = models.TextField("関係者連絡会の開催", max_length=2_000, blank=True)
    cafe = models.TextField("居場所づくり", max_length=5_000, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "事業報告"

    def __str__(self) -> str:
        return f"事業報告 {self.fiscal_year}"

    def get_absolute_url(self) -> str:
        """Shown in the table of its 年度."""
        return reverse("kpi:target_list", args=[self.fiscal_year])
