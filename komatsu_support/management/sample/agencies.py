"""支援機関: the partners the report names, those of the training, and others such an office calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from komatsu_support import text
from komatsu_support.management.sample.clients import Words
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.models import User
from referrals.models import Agency


@dataclass(frozen=True)
class Partner:
    """An agency, with the topics it is called for."""

    name: str
    kana: str
    kind: str
    topics: tuple[str, ...] = ()
    section: str = ""
    report_label: str = ""
    in_report: bool = False
    languages: str = ""


# The published page prints "ハローワークすこやかセンター": a comma was lost between two bodies.
PARTNERS = [
    Partner("子ども食堂を実施する民間団体", "コドモショクドウヲジッシスルミンカンダンタイ", "private_org",
            ("food_supplies", "childcare", "economic"), report_label="子ども食堂", in_report=True),
    Partner("フードバンクを実施する民間団体", "フードバンクヲジッシスルミンカンダンタイ", "private_org",
            ("food_supplies", "economic"), in_report=True),
    Partner("障がい者相談支援センター", "ショウガイシャソウダンシエンセンター", "disability",
            ("health", "mental", "work"), in_report=True),
    Partner("ハローワーク", "ハローワーク", "work", ("work", "economic"), in_report=True),
    Partner("すこやかセンター", "スコヤカセンター", "health",
            ("pregnancy", "childcare", "womens_health", "health"), in_report=True),
    Partner("発達支援センター", "ハッタツシエンセンター", "child", ("childcare",), in_report=True),
    Partner("高齢者総合相談センター", "コウレイシャソウゴウソウダンセンター", "elder",
            ("elder_life", "isolation", "family", "housing"), in_report=True),
    Partner("小松市民病院", "コマツシミンビョウイン", "medical",
            ("mental", "womens_health", "health"), section="産婦人科", report_label="医療機関", in_report=True),
    Partner("見本クリニック（架空）", "ミホンクリニック", "medical",
            ("mental", "womens_health", "isolation"), report_label="医療機関", in_report=True),
    Partner("小松市", "コマツシ", "city", ("elder_life",), section="長寿介護課"),
    Partner("小松市社会福祉協議会", "コマツシシャカイフクシキョウギカイ", "shakyo", ("economic", "elder_life", "isolation")),
    Partner("小松市シルバー人材センター", "コマツシシルバージンザイセンター", "elder", ("elder_life", "housing")),
    Partner("コープおたがいさま南加賀", "コープオタガイサマミナミカガ", "private_org", ("elder_life",)),
    Partner("市の自立相談支援窓口", "シノジリツソウダンシエンマドグチ", "welfare", ("economic", "housing", "work")),
    Partner("県の女性相談支援センター", "ケンノジョセイソウダンシエンセンター", "women",
            ("dv", "violence_other", "marital", "relationships")),
    Partner("法律相談の窓口", "ホウリツソウダンノマドグチ", "legal", ("marital", "economic", "family")),
    Partner("国際交流の相談窓口", "コクサイコウリュウノソウダンマドグチ", "other",
            ("foreign",), languages="ポルトガル語・英語・ベトナム語"),
    Partner("警察署の相談窓口", "ケイサツショノソウダンマドグチ", "police", ("dv",)),
]  # fmt: skip


@dataclass(frozen=True)
class Directory:
    """The agencies made, each with its topics."""

    agencies: list[Agency]
    topics: dict[str, list[Agency]]

    def for_topic(self, topic: str) -> list[Agency]:
        """Whom one calls about it."""
        return self.topics.get(topic) or self.topics["isolation"]


def make_agencies(ledger: Ledger, dice: Dice, words: Words, by: User, first: date, last: date) -> Directory:
    """Enter every agency; two have not been confirmed for long."""
    agencies: list[Agency] = []
    topics: dict[str, list[Agency]] = {}
    for order, each in enumerate(PARTNERS, start=1):
        agency = Agency(
            name=each.name,
            name_kana=each.kana,
            kana_key=text.kana_sort_key(each.kana)[:250],
            kind=words["agency_kind", each.kind],
            section=each.section,
            contact="相談担当",
            phone=f"0761-00-{8000 + order}",
            fax=f"0761-00-{8100 + order}",
            hours="平日9時～17時",
            languages=each.languages,
            cost="無料",
            has_agreement=each.in_report and each.kind != "medical",
            show_in_report=each.in_report,
            report_label=each.report_label,
            report_order=order * 10,
            confirmed_on=max(
                first, last - timedelta(days=500 if order in (9, 12) else dice.randint(10, 200))
            ),
        )
        agencies.append(ledger.add(agency, by=by, at=moment(first, 10, order)))
        for topic in each.topics:
            topics.setdefault(topic, []).append(agency)
    return Directory(agencies, topics)
