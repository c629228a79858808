"""The office's first master lists. Codes stay for good; labels, order and use are edited in the office."""

from django.contrib.auth.hashers import make_password
from django.db import migrations

TOPICS = [
    ("mental", "こころの不調・不安", "心理的問題"),
    ("womens_health", "女性のからだ・更年期", "からだ"),
    ("health", "病気・健康・障がい", "からだ"),
    ("pregnancy", "妊娠・出産・産後", "からだ"),
    ("childcare", "子育て・子どもの発達", "家族問題"),
    ("marital", "夫婦・パートナー・離婚", "夫婦問題"),
    ("family", "親子・親族関係", "家族問題"),
    ("relationships", "対人関係・近隣", "対人関係"),
    ("dv", "DV（配偶者等からの暴力）", "DV"),
    ("violence_other", "DV以外の暴力・虐待・性被害", "DV以外の暴力"),
    ("economic", "生活費・借金・経済的困窮", "暮らし"),
    ("work", "仕事・就労", "仕事"),
    ("housing", "住まい", "暮らし"),
    ("elder_life", "介護・高齢期の生活支援", "暮らし"),
    ("isolation", "孤独・孤立・生き方", "生き方"),
    ("foreign", "外国人の生活・ことば", "暮らし"),
    ("food_supplies", "食料・物品", "暮らし"),
    ("other", "その他", "その他"),
    ("unknown", "不明", "不明"),
]
LISTS = {
    "method": [
        ("in_person", "面談（来所）"),
        ("phone", "電話"),
        ("online", "オンライン"),
        ("home_visit", "訪問"),
        ("other", "その他（手紙・メール等）"),
    ],
    "place": [
        ("office", "相談室"),
        ("cafe", "カフェ"),
        ("home", "自宅"),
        ("outside", "外出先"),
        ("na", "なし"),
    ],
    "caller": [
        ("self", "本人"),
        ("spouse", "配偶者"),
        ("parent", "親"),
        ("child", "子"),
        ("relative", "その他親族"),
        ("friend", "知人"),
        ("agency", "関係機関"),
        ("unknown", "不明"),
    ],
    "source": [
        ("self", "本人"),
        ("family", "家族・親族"),
        ("friend", "友人・知人"),
        ("cafe", "とんとんカフェから"),
        ("city", "市役所各課"),
        ("health_center", "すこやかセンター"),
        ("dev_center", "発達支援センター"),
        ("elder_center", "高齢者総合相談センター"),
        ("disability_center", "障がい者相談支援センター"),
        ("hello_work", "ハローワーク"),
        ("shakyo", "社会福祉協議会"),
        ("medical", "医療機関"),
        ("police", "警察"),
        ("school", "学校・保育所等"),
        ("private_org", "民間団体（子ども食堂・フードバンク等）"),
        ("minsei", "民生委員・児童委員"),
        ("other", "その他"),
        ("unknown", "不明"),
    ],
    "awareness": [
        ("flyer", "チラシ・ポスター"),
        ("koho", "広報こまつ"),
        ("website", "市ホームページ"),
        ("sns", "SNS"),
        ("word", "口コミ"),
        ("cafe", "カフェ利用"),
        ("event", "講座・イベント"),
        ("agency", "関係機関の案内"),
        ("repeat", "以前利用した"),
        ("other", "その他"),
        ("unknown", "不明"),
    ],
    "response": [
        ("listen", "傾聴"),
        ("info", "情報提供"),
        ("advice", "助言"),
        ("health_guidance", "保健指導"),
        ("cafe_invite", "カフェ案内"),
        ("introduce", "機関紹介"),
        ("coordinate", "連絡調整"),
        ("accompany", "同行支援"),
        ("conference", "ケース会議"),
        ("supplies", "物品提供"),
        ("emergency", "緊急対応"),
        ("other", "その他"),
    ],
    "household": [
        ("single", "一人暮らし"),
        ("couple", "夫婦のみ"),
        ("couple_child", "夫婦と子"),
        ("single_parent", "ひとり親と子"),
        ("three_gen", "三世代"),
        ("with_parents", "親と同居"),
        ("siblings", "きょうだい"),
        ("other", "その他"),
        ("unknown", "不明"),
    ],
    "marital": [
        ("never", "未婚"),
        ("married", "既婚（同居）"),
        ("separated", "別居"),
        ("common_law", "事実婚"),
        ("divorced", "離別"),
        ("widowed", "死別"),
        ("unknown", "不明"),
    ],
    "employment": [
        ("regular", "正社員・公務員"),
        ("nonregular", "パート・アルバイト・派遣"),
        ("self_employed", "自営・家族従業・内職"),
        ("leave", "休職・育休中"),
        ("seeking", "求職中"),
        ("none", "無職（家事専業を含む）"),
        ("student", "学生"),
        ("pension", "年金生活"),
        ("other", "その他"),
        ("unknown", "不明"),
    ],
    "nationality": [
        ("jp", "日本"),
        ("br", "ブラジル"),
        ("vn", "ベトナム"),
        ("cn", "中国"),
        ("kr", "韓国"),
        ("ph", "フィリピン"),
        ("other", "その他"),
        ("unknown", "不明"),
    ],
    "language": [
        ("ja", "日本語"),
        ("pt", "ポルトガル語"),
        ("vi", "ベトナム語"),
        ("zh", "中国語"),
        ("ko", "韓国語"),
        ("tl", "タガログ語"),
        ("en", "英語"),
        ("es", "スペイン語"),
        ("th", "タイ語"),
        ("ne", "ネパール語"),
        ("id", "インドネシア語"),
        ("my", "ビルマ語"),
        ("other", "その他"),
    ],
    "agency_kind": [
        ("city", "市役所各課"),
        ("welfare", "福祉の相談支援機関"),
        ("elder", "高齢者の相談支援機関"),
        ("disability", "障がい者の相談支援機関"),
        ("child", "子ども・発達の支援機関"),
        ("health", "保健センター"),
        ("medical", "医療機関"),
        ("work", "就労支援機関"),
        ("shakyo", "社会福祉協議会"),
        ("private_org", "民間団体"),
        ("legal", "法律相談"),
        ("women", "女性相談機関"),
        ("police", "警察"),
        ("school", "学校・保育所等"),
        ("other", "その他"),
    ],
    "session_form": [
        ("report", "報告"),
        ("lecture", "講演"),
        ("workshop", "ワークショップ"),
        ("debrief", "報告会"),
        ("visit", "視察"),
        ("online", "オンライン"),
    ],
}


def load(apps, schema_editor=None):
    term = apps.get_model("komatsu_support", "Term")
    user, _ = apps.get_model("komatsu_support", "User").objects.get_or_create(
        username="system",
        defaults={"display_name": "システム", "is_active": False, "password": make_password(None)},
    )
    rows = [("topic", *topic) for topic in TOPICS]
    rows += [(kind, code, label, "") for kind, words in LISTS.items() for code, label in words]
    present = set(term.objects.values_list("kind", "code"))
    places: dict[str, int] = {}
    made = []
    for kind, code, label, cabinet_code in rows:
        places[kind] = places.get(kind, 0) + 10
        if (kind, code) not in present:
            made.append(
                term(
                    kind=kind,
                    code=code,
                    label=label,
                    cabinet_code=cabinet_code,
                    order=places[kind],
                    created_by=user,
                    updated_by=user,
                )
            )
    term.objects.bulk_create(made)


class Migration(migrations.Migration):
    dependencies = [("komatsu_support", "0002_trail_is_append_only")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
