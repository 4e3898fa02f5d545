"""異体字: the forms in which a character is still written in names and on doorplates.

The official list (常用漢字表: today's forms, and those before 1949) is the library's; what families
and places have besides is kept here. Neither joins characters that only look or sound alike.
"""

from __future__ import annotations

import joyokanji

FOLD = 3
"""Which table stored tokens are made with; raised where it changes, so that they are made anew."""

# Today's form, and after it the forms that the official list does not have.
_IN_NAMES = """
高髙 崎﨑嵜碕 辺邉 斎齊斉 浜濵 島嶋嶌嶹 渋澀 国圀 吉𠮷 富冨 桧檜 薮藪籔 峰峯 館舘 剣劔 亀龜龝
芦蘆 橋槗𣘺 柳栁桺 葛𦸐 青靑 清淸 淵渕 船舩 桑桒 槙槇 祢禰 籠篭 村邨 野埜 秋穐 杉杦 柏栢 戸戶
内內 呉吳 沖冲 涼凉 麹麴 鶴靍靏鸖 鴎鷗 駆駈 昇曻 鉄鐡銕 飲飮 蛎蠣 砺礪 梼檮 涛濤 尭堯 遥遙
瑶瑤 諫諌 頸頚 侠俠 填塡 頬頰 剥剝 栃杤 厨廚 庵菴 皐皋臯 園薗 場塲 晋晉 萌萠 凛凜 亘亙 彦彥
産產 顔顏 教敎 穣穰 莱萊 土圡𡈽 間閒 隣鄰 鶏雞 竈竃 釜釡 枡桝 皓晧 栖棲 梅楳 松枩 雁鴈 鴬鶯
箪簞 渓谿 壺壷 禄祿 蒋蔣 郷鄉 裏裡 鋭銳 悦悅 説說 脱脫 閲閱 既旣 尚尙 姫姬 煕熙 宝寳 宮宫
兎兔 窪漥 藁藳 体躰軆 本夲 学斈 弁辨瓣辯 闘鬪 舎舍 欅﨔 没沒 舗舖 篠筱 喜㐂 柵栅 巌巖嵒 蓑簑
繋繫 鈎鉤 曳曵 廻迴 廼迺 翠翆 卒卆 昂昻 氷冰 況况 決决 減减 祷禱 餅餠 蝿蠅
"""
# The same, of FOLD 3.
_SINCE_3 = """
剣釼 淵渊 煕凞熈 宜冝 讃讚 鯵鰺 聡聰 槍鎗鑓 焔焰 冴冱 爾尓 留畄
"""


def _table() -> dict[int, str]:
    """What is folded to what, in one step."""
    own = {old: group[0] for group in (_IN_NAMES + _SINCE_3).split() for old in group[1:]}
    kanji = "".join(map(chr, range(0x4E00, 0xA000)))
    today = joyokanji.convert(kanji)
    official = {old: new for old, new in zip(kanji, today, strict=True) if old != new}
    return {ord(old): own.get(new, new) for old, new in (official | own).items()}


TABLE = _table()
"""For `str.translate`, of text in NFKC."""
EARLIER = {group[0]: group for group in _SINCE_3.split()}
"""What may stand in a text of FOLD 2 where one of today's has a character, itself first."""
