"""異体字: kanji that people type for one another, so that 高橋 finds 髙橋. For finding, never for storage.

Each word of the lists is one group: first the form that search keys carry, then the forms folded to it.
A group does not claim that the forms mean the same, only that one is typed where another is written.

* STANDARD: 旧字体 with an official partner, from 常用漢字表 (平成22年内閣告示第2号: the forms in
  brackets) and 戸籍法施行規則 別表第二 (人名用漢字: the pairs of list 一, the 常用漢字の異体字 of
  list 二); beside some of them further forms of the same kanji.
* NAMES: own list of forms that family registers show beside the usual ones.
* SPLIT: pairs that differ by a stroke, kept apart by Unicode because an older standard did (戶 and 戸).
* SIMPLIFIED: Chinese family names as their bearers may write them, after the form Japanese registers use.
* Unicode's CJK compatibility ideographs (U+FA19 for 神, U+FA1B for 福) are read from `unicodedata`, not
  typed here: a normalising editor would silently turn them into their partners.

The first four were written by hand; all but a handful of their pairs were found again in public tables.
"""

import unicodedata
from typing import Final

STANDARD = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 隠隱 栄榮 営營 衛衞 駅驛 円圓 縁緣 艶艷 塩鹽 奥奧 応應 横橫 欧歐 殴毆 桜櫻 温溫
穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 拡擴 殻殼 覚覺 学學斈 岳嶽 楽樂 渇渴 缶罐 巻卷 陥陷 勧勸 寛寬 関關
歓歡 観觀 気氣 帰歸 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾 狭狹 暁曉 区區 駆驅駈 勲勳勛 薫薰 径徑 茎莖
恵惠 掲揭 渓溪谿 経經 蛍螢 軽輕 継繼 鶏鷄雞 芸藝 撃擊 欠缺 県縣 倹儉 剣劍劔剱釼 険險 圏圈 検檢 献獻 権權 顕顯
験驗 厳嚴 広廣 効效 恒恆 黄黃 鉱鑛 号號 国國 黒黑 砕碎 済濟 剤劑 雑雜襍 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲
歯齒 児兒 辞辭 湿濕 実實 写寫 釈釋 寿壽夀 収收 従從 渋澁澀 獣獸 縦縱 粛肅 処處 緒緖 叙敍敘 将將 称稱 渉涉 焼燒
証證 奨奬獎 条條 状狀 乗乘 浄淨 剰剩 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖 粋粹
酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 静靜 窃竊 摂攝 専專 浅淺 戦戰 践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭
荘莊 捜搜 挿插 巣巢 曽曾 痩瘦 装裝 総總緫 騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 対對 体體躰 帯帶 滞滯 台臺
滝瀧 択擇 沢澤 担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵鐡銕
点點 転轉 伝傳 灯燈 当當 党黨 島嶋嶌㠀隝 盗盜 稲稻 闘鬭鬪鬥 徳德 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 杯盃
廃廢 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 富冨 瓶甁 払拂 仏佛 併倂 並竝 餅餠 変變 弁辨瓣辯 峰峯 歩步 宝寶寳 豊豐
褒襃 翻飜 毎每 万萬 満滿 麺麵 黙默 野埜 弥彌 訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽
竜龍 両兩 猟獵 涼凉 緑綠 涙淚 塁壘 礼禮 励勵 霊靈 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 郎郞 楼樓 録錄 湾灣 亀龜
園薗 壱壹 亘亙 凜凛 尭堯 巌巖 晃晄 桧檜 槙槇 祢禰 祷禱 禄祿 穣穰 萌萠 遥遙
"""

NAMES = """
高髙 崎﨑嵜碕㟢 辺邊邉 浜濱濵 斎斉齋齊亝斊 吉𠮷 橋槗𣘺 柳栁桺 桑桒 渕淵渊 薮藪籔 鶴靏靎靍 館舘 昇曻 船舩 村邨
秋秌穐龝 松枩柗 梅楳 喜㐂 土圡 刃刄 欅﨔 角⻆ 蛎蠣 芦蘆 蘇蘓 舎舍 群羣 略畧 隣鄰 間閒 裏裡 磯礒 祇祗 鴎鷗 雁鴈
鴬鶯 栃杤 柏栢 桝枡 沖冲 潟泻 珍珎 姉姊 宜冝 彦彥 岩嵒 函凾 凡凢 却卻 多夛 哲喆 啓啟 婿壻聟 庵菴 庄庒 強强
最㝡 歌謌 歳歲 氷冰 汚汙污 清淸 煙烟 爾尓尒 牆墻 槍鎗 棋碁棊 樽罇 床牀 猫貓 猪豬 皐皋 煕熙凞 頴穎 瑶瑤 砺礪
窓窗窻 筝箏 箪簞 篭籠 竈竃 線綫 繍繡 繋繫 纉纘 聡聰 脈脉 舗舖 荊荆 蒋蔣 莱萊 蝉蟬 蝋蠟 簑蓑 裴裵 諌諫 讃讚
賎賤 逹達 迩邇 郷鄕鄉 鈎鉤 鎖鎻 鑑鑒 靱靭 頬頰 顛顚 騨驒 鯵鰺 麹麴 鼓鼔 倶俱 侠俠 呑吞 噛嚙 嘘噓 填塡 妍姸
屏屛 屡屢 掴摑 撹攪 梼檮 涛濤 唖啞 疎疏 楡榆 査查 涜瀆 潅灌 焔焰 醤醬 躯軀 鹸鹼 剥剝 叱𠮟 奇竒 昂昻 栖棲 携攜
曳曵 檪櫟 厨廚 冊册 兎兔 劫刧 虎乕
"""

SPLIT = """
戸戶户 説說 青靑 姫姬 内內 教敎 概槪 呉吳 既旣 顔顏 産產 税稅 脱脫 鋭銳 閲閱 悦悅 晩晚 没沒 戻戾 飲飮 晋晉
尚尙 巽巺 研硏 告吿 宮宫 別别 絶絕 俞兪 兌兑 衆眾
"""

SIMPLIFIED = """
張张 陳陈 劉刘 楊杨 趙赵 孫孙 馬马 羅罗 鄭郑 謝谢 許许 韓韩 馮冯 鄧邓 蕭萧 盧卢 閻阎 湯汤 譚谭 賈贾 鄒邹 陸陆
顧顾 龔龚
"""


def _table() -> dict[str, str]:
    groups = " ".join((STANDARD, NAMES, SPLIT, SIMPLIFIED)).split()
    table = {variant: group[0] for group in groups for variant in group[1:]}
    for code in (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        plain = unicodedata.normalize("NFC", chr(code))
        if plain != chr(code):
            table[chr(code)] = table.get(plain, plain)
    return table


VARIANTS: Final = _table()
"""Variant → the form search keys carry. No form stands on both sides."""
