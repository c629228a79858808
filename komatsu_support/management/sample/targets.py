"""指標: the targets of every year, and the published texts of the one year that has them."""

from __future__ import annotations

from datetime import datetime

from komatsu_support.fiscal import fiscal_year
from komatsu_support.management.sample.dice import moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.management.sample.years import SampleYear
from kpi.models import Report, Target

GROUP, MEASURE = Target.Group, Target.MeasureType


def set_targets(ledger: Ledger, staff: Staff, year: SampleYear) -> None:
    """The four lines of the annual table. 種別 is printed merged: it holds for both lines of a 区分."""
    goal = {"group": GROUP.PROJECT_GOAL, "measure_type": MEASURE.OUTCOME}
    kpi = {"group": GROUP.PROJECT_KPI, "measure_type": MEASURE.OUTPUT}
    target = year.target
    lines = [
        Target(
            code="connected", label="支援機関につながった件数", unit="件", target=target.connected, **goal
        ),
        Target(
            code="case_conferences",
            label="個別ケース会議の実施回数",
            unit="回",
            target=target.conferences,
            **goal,
        ),
        Target(code="consultations", label="相談件数", unit="件", target=target.consultations, **kpi),
        Target(code="cafe_attendance", label="カフェ延参加者数", unit="人", target=target.cafe_heads, **kpi),
    ]
    for order, line in enumerate(lines, start=1):
        line.fiscal_year, line.order = year.year, order * 10
        ledger.add(line, by=staff.manager, at=_first_morning(year))


def write_report(ledger: Ledger, staff: Staff, year: SampleYear) -> None:
    """The texts of the published page, without the names of persons. 連携団体 comes from the agencies."""
    report = Report(
        fiscal_year=year.year,
        project_cost_kyen=5000,
        grant_amount_kyen=2475,
        local_situation=LOCAL_SITUATION,
        features="\n".join(FEATURES),
        effects="\n".join(EFFECTS),
        purposes="\n".join(PURPOSES),
        future_issues=FUTURE_ISSUES,
        desk=DESK,
        liaison="\n".join(LIAISON),
        cafe=CAFE,
    )
    ledger.add(report, by=staff.manager, at=max(_first_morning(year), moment(year.days[-1], 15)))


def _first_morning(year: SampleYear) -> datetime:
    return moment(fiscal_year(year.year).start, 9)


LOCAL_SITUATION = """\
市内には転勤を伴う事業所が多くあり、地域の人との交流の機会がない人が多いこと、これに伴い、育児や健康に関する不安を抱える人や、経済的不安を抱える人が多くいることが懸念される。
人との交流ができる場、自身の不安な気持ちや自分の思いを気軽に話すことができる場が必要であり、そのような窓口や居場所の需要が高まっている。"""

FEATURES = [
    "相談窓口：相談内容に応じて、保健師、助産師、看護師が対応。面談、電話、オンライン方式のほか、希望により訪問にて対応した。必要に応じて、関係機関と情報共有等の連携を行い、必要な支援につなげた。",
    "相談、支援を行う人材育成のための研修会：不安を抱える女性へ寄り添った相談を行うためのスキルを身に付けるため、相談ニーズにあった研修会を開催し、人材育成に取り組んだ。",
    "居場所づくり（カフェの開催）：定期的にイベントを開催することで、気軽に立ち寄れる場とした。手作りスイーツや軽食の提供を通じて、支援者と相談者が時間を共有できるように工夫した。また、利用者が主体となった会を企画を実施することで、ピアサポートの場づくりを行った。",
]

EFFECTS = [
    "居場所づくりとして実施する「とんとんカフェ」について、週4～5日の高頻度の開催や女性が参加しやすくなるようなイベントを行うことで、気軽に立ち寄れる場としてカフェ利用者数が年々増加しており、ニーズの高さが伺えた。",
    "カフェの利用をきっかけに不安や悩みを打ち明けことができ、相談につながるケース、行政だけでは十分なフォローが難しい方の相談先となっているケースもあり、課題を抱える人々の受け皿となっている。",
]

PURPOSES = [
    "地域コミュニティとの接点が少なく、不安を抱えている女性が、地域とのつながりをもてるような居場所づくり、不安感や困りごと等を相談しやすい体制づくりを進める。",
    "場合によっては、支援の入り口として次の支援先へ繋ぐ役割を担うため、支援機関との連携支援体制を構築する。",
]

FUTURE_ISSUES = """\
相談件数の増加に伴い、年齢層や相談内容が多様化している。一人暮らしや夫婦二人暮らしの中高年の利用者からの生活支援相談、継続的支援が必要な精神的な不安定さや複合的な課題を抱える方からの相談が増加してきた。
これに伴い、様々な専門機関との連絡調整や情報共有等の連携支援体制の強化を目指す。"""

DESK = """\
女性のための相談窓口の設置（平日9時～16時）
相談員は、保健師、助産師、看護師"""

LIAISON = [
    "相談員及び支援員が情報共有し、様々な悩み等をもつ女性に寄り添った相談・支援ができるよう会議を開催（随時）",
    "市等の関係部署が集まり、現状や課題を共有、今後の連携について確認（年1回）",
]

CAFE = """\
居場所づくりとして「とんとんカフェ」を開催（週4、5回）
気軽に立ち寄れる、様々なイベントを開催。
利用者がイベントについて意見を出し合い、企画から携わったり、利用者が得意分野をもとに講師になったり、利用者同士での情報交換などピアサポート活動の場となっている。
カフェが相談の契機になることもある。
こころほぐしからだほぐし：ボランティア講師によるからだにやさしいヨガタイム
笑いヨガ：楽しい雰囲気、笑いがあふれていました
小松市国際交流員とクッキング：ブラジル料理の紹介
染め紙
月いち おにぎりとカレーの日"""
