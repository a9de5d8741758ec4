"""Lists of words, and how long they take, each once for all rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subsync.datatypes import Ms

PER_LETTER = 65
"""ms that a letter takes on average in unscripted English, pauses left out: 15 letters a second, 150 to 180 words a
minute."""
DRAWN_OUT = 3
"""So many times as long as its letters take is no word."""


def need(words: Iterable[str]) -> Ms:
    """How long it takes to say words."""
    return PER_LETTER * sum(map(len, words))


def words_of(text: str) -> frozenset[str]:
    """A list of words, written with spaces between them."""
    return frozenset(text.split())


FILLERS = words_of("ah eh er erm hm hmm mhm mm mmm uh uhh uhm um umm")
"""Sounds of hesitation, which one writing of a speech may have and the other leave out."""

ENGLISH_PARTICLES = words_of(
    "a an and are as at be been but by can did do does don't for from had has have he her his how if i i'm in is it "
    "it's its me my no not of on or our she so that that's the their them there they they're this to was we we're were "
    "what when who why will with you your you're"
)
"""What makes an English sentence, and is hardly ever in a name quoted from it."""

CHINESE_PARTICLES = frozenset(
    "的了是在我你他她们們这這那和有也就都不很与與把被给給说說要会會吗嗎呢吧么麼为為从從对對到"
)
"""The same for Chinese: single characters."""

SOUNDS = (
    "music", "laughter", "laughs", "laughing", "laugh", "chuckles", "chuckling", "giggles", "applause", "applauds",
    "clapping", "cheering", "cheers", "booing", "inaudible", "unintelligible", "indistinct", "unclear", "crosstalk",
    "overlapping", "silence", "pause", "pauses", "noise", "noises", "static", "sighs", "sighing", "coughs", "coughing",
    "sneezes", "sniffles", "gasps", "groans", "screams", "crying", "sobbing", "sobs", "whistles", "whistling", "bell",
    "beep", "beeps", "ringing", "jingle", "sound", "sounds", "foreign", "blank_audio",
    "音乐", "音樂", "笑声", "笑聲", "笑", "大笑", "掌声", "掌聲", "鼓掌", "欢呼", "歡呼", "听不清", "聽不清",
    "听不清楚", "无声", "静音", "沉默", "停顿", "停頓", "噪音", "杂音", "雜音", "叹气", "嘆氣", "咳嗽", "哭", "哭泣",
    "尖叫", "铃声",
)  # fmt: skip
"""What transcripts put in brackets for a sound that is no speech."""

READERS = {
    "作者|讲者|講者|主持人|嘉宾": "author writer speaker host guest moderator anchor",
    "口吻|口音|语速|語速|文笔|文筆": "tone accent pace speed fast slow prose",
    "这一?[段句节章集期]|這一?[段句節章集期]|本[段节章集期]|此[处段]": (
        "passage paragraph section part chapter episode here this story"
    ),
    "比喻|隐喻|类比": "metaphor analogy image compare like",
    "笔记|筆記|卡片|摘抄|摘录|摘到|抄下来|记下来|记一下|收藏|划重点|重点|重點|金句|存档": (
        "note notebook card copy write wrote record save mark key main focus emphasis point important quote"
    ),
    "参见|參見|参考|對照|对照|出处|原文|核实|查一下|查查|查证|来源不明": (
        "see refer compare source original verify check look search"
    ),
    "待办|回头|回頭|以后再|以後再|下次|有空": "todo later back turn after next time free again another",
    "想起|想到|联想|聯想|让我想": ("remind remember recall think thought occur mind associate memory imagine idea"),
    "没听懂|没看懂|没懂|听不懂|没听清|沒聽懂|沒看懂|听了.{1,2}遍": (
        "understand catch get hear heard follow sense listen clear"
    ),
    "疑问|疑問|存疑": "question doubt wonder",
    "同意|赞同|認同|认同": "agree accept approve consent with",
    "哈哈": "ha haha laugh",
    "有意思|有趣|精彩|妙": ("interest fun funny mean great brilliant cool curious amuse wonderful nice beautiful"),
    "值得": "worth deserve merit should",
    "[读讀]到|听到这|看到这": "read hear see",
}
"""What readers write about a text -> English words that it would translate, where it is the text itself."""

TRANSCRIBING = frozenset(
    "阿艾爱埃安昂奥澳巴白拜班邦保鲍贝本比彼毕宾波伯博布查柴戴丹德邓狄迪蒂丁东杜顿多恩尔法范凡菲费芬弗福夫富盖甘冈高戈格葛根贡古圭哈海汉豪赫黑亨胡"
    "华怀霍基吉加贾嘉简杰金居喀卡凯坎康考科克肯库夸奎拉莱兰朗劳勒雷黎里理利莉连列林琳卢鲁路伦罗洛马玛迈麦曼芒毛梅门蒙米密明莫默姆穆纳娜奈南内"
    "尼妮宁纽努诺欧帕潘庞佩彭皮平珀普奇齐乔切钦琼丘热瑞日若萨塞赛森沙莎山尚绍舍申圣施史舒斯丝司苏索塔泰坦汤唐陶特滕提田铁廷图托瓦万旺威韦维魏温"
    "文翁沃乌伍武西希锡夏香肖谢辛欣休许雪逊雅亚延杨耶叶伊因英尤约泽曾扎詹章兹宗祖佐"
    "愛奧鮑貝畢賓東頓爾範費蓋岡貢漢懷賈簡傑開凱庫誇萊蘭勞黎連盧魯倫羅馬瑪邁麥門蒙納寧紐諾歐龐齊喬欽瓊熱薩賽紹聖絲蘇湯陶鐵圖萬韋維溫烏錫謝許遜"
    "雅亞楊葉約澤"
)
"""The characters that the usual transcription tables use for foreign names, simplified and traditional."""
