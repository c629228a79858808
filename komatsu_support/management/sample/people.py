"""The people of the sample: accounts to sign in with, and names that nobody bears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.contrib.auth.hashers import make_password

from komatsu_support import audit
from komatsu_support.management.sample.dice import Dice
from komatsu_support.models import AuditEvent, Profession, Role, User

PASSWORD = "tonton-sample-2025"  # noqa: S105 - printed for everybody, with DEBUG only


@dataclass(frozen=True)
class Account:
    """A sample account."""

    username: str
    display_name: str
    kana: str
    role: Role
    profession: str = ""


ACCOUNTS = [
    Account("counselor", "見本 相談員", "ミホン ソウダンイン", Role.COUNSELOR, Profession.PHN),
    Account("counselor2", "例題 相談員", "レイダイ ソウダンイン", Role.COUNSELOR, Profession.MIDWIFE),
    Account("counselor3", "架空 相談員", "カクウ ソウダンイン", Role.COUNSELOR, Profession.NURSE),
    Account("lead", "見本 主任", "ミホン シュニン", Role.LEAD, Profession.PHN),
    Account(
        "coordinator", "見本 カフェ担当", "ミホン カフェタントウ", Role.COORDINATOR, Profession.SUPPORTER
    ),
    Account("manager", "見本 管理職", "ミホン カンリショク", Role.MANAGER, Profession.CLERK),
    Account("viewer", "見本 市担当課", "ミホン シタントウカ", Role.VIEWER, Profession.CLERK),
    Account("admin", "見本 システム管理者", "ミホン システムカンリシャ", Role.ADMIN, Profession.CLERK),
]


@dataclass(frozen=True)
class Staff:
    """Who works in the sample office."""

    counselors: list[User]
    lead: User
    coordinator: User
    manager: User

    @property
    def desk(self) -> dict[User, float]:
        """Who holds consultations, and how much of them."""
        first, second, third = self.counselors
        return {first: 4, second: 2.5, third: 2, self.lead: 1.5}

    @property
    def everyone(self) -> list[User]:
        """Who sits in a staff meeting."""
        return [*self.counselors, self.lead, self.coordinator]


def make_accounts(by: User, basis: str) -> Staff:
    """Make every sample account, all with the same password: hashed once, since Argon2 takes its time."""
    password = make_password(PASSWORD)
    made = {each.username: User(**asdict(each), password=password) for each in ACCOUNTS}
    for user in made.values():
        user.save()
    audit.record(AuditEvent.Action.GENERATE, by=by, kind=User, basis=basis, count=len(made))
    return Staff(
        counselors=[made["counselor"], made["counselor2"], made["counselor3"]],
        lead=made["lead"],
        coordinator=made["coordinator"],
        manager=made["manager"],
    )


# Words for "sample", "invented", "supposed": nobody is called so. 髙 and 﨑 are there to be found as 高 and 崎.
FAMILY_NAMES = [
    ("見本", "ミホン"),
    ("架空", "カクウ"),
    ("例題", "レイダイ"),
    ("仮名", "カメイ"),
    ("想定", "ソウテイ"),
    ("雛形", "ヒナガタ"),
    ("絵空", "エソラ"),
    ("見本田", "ミホンダ"),
    ("架空川", "カクウガワ"),
    ("例題山", "レイダイヤマ"),
    ("仮名野", "カメイノ"),
    ("試作", "シサク"),
    ("例示髙", "レイジタカ"),
    ("仮﨑", "カリサキ"),
    ("想定橋", "ソウテイバシ"),
    ("雛形原", "ヒナガタハラ"),
]
GIVEN_NAMES = [
    ("花子", "ハナコ"),
    ("いろは", "イロハ"),
    ("あさひ", "アサヒ"),
    ("うらら", "ウララ"),
    ("かえで", "カエデ"),
    ("さくら", "サクラ"),
    ("すみれ", "スミレ"),
    ("つばめ", "ツバメ"),
    ("なぎさ", "ナギサ"),
    ("ひかり", "ヒカリ"),
    ("みのり", "ミノリ"),
    ("わかば", "ワカバ"),
    ("一葉", "カズハ"),
    ("二葉", "フタバ"),
    ("若菜", "ワカナ"),
    ("千歳", "チトセ"),
]
FOREIGN_GIVEN_NAMES = [
    ("マリア", "マリア"),
    ("アナ", "アナ"),
    ("リン", "リン"),
    ("ローザ", "ローザ"),
    ("ミン", "ミン"),
]
ALIASES = [
    "ひまわり",
    "こすもす",
    "すずらん",
    "たんぽぽ",
    "つくし",
    "なのはな",
    "もみじ",
    "れんげ",
    "みかん",
    "こはる",
    "あんず",
    "いちご",
    "うさぎ",
    "おはぎ",
    "かすみ",
    "くるみ",
    "けやき",
    "こぐま",
    "ささゆり",
    "しおり",
    "すだち",
    "そよかぜ",
    "ちどり",
    "つぼみ",
    "とんぼ",
    "なずな",
    "にじ",
    "ぽんず",
    "まつば",
    "ゆず",
]
DISTRICTS = ["見本町", "架空町", "例示町", "仮名町", "想定町", "雛形町", "絵空町", "試作町"]


@dataclass(frozen=True)
class Name:
    """A name with its reading."""

    written: str
    kana: str


class Names:
    """Names, aliases and numbers to give out, none of them twice until all are used."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self._full = self._shuffled(
            [Name(f"{f} {g}", f"{fk} {gk}") for f, fk in FAMILY_NAMES for g, gk in GIVEN_NAMES]
        )
        self._foreign = self._shuffled(
            [Name(f"{f} {g}", f"{fk} {gk}") for f, fk in FAMILY_NAMES[:6] for g, gk in FOREIGN_GIVEN_NAMES]
        )
        self._aliases = self._shuffled([f"{each}さん" for each in ALIASES])
        self._numbers = 0

    def full(self, *, foreign: bool) -> Name:
        """氏名 with its reading."""
        return next(self._foreign if foreign else self._full)

    def alias(self) -> str:
        """呼び名."""
        return next(self._aliases)

    def phone(self) -> str:
        """A number of the exchange 0761-00, which does not exist."""
        return f"0761-00-{self._next_number():04d}"

    def mobile(self) -> str:
        """A number of the block 090-0000, which does not exist."""
        return f"090-0000-{self._next_number():04d}"

    def _next_number(self) -> int:
        self._numbers = self._numbers % 9999 + 1
        return self._numbers

    def _shuffled[T](self, things: list[T]) -> Iterator[T]:
        while True:
            yield from self.dice.sample(things, len(things))
