"""Lists of words, each once for all rooms."""

from __future__ import annotations


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

TRANSCRIBING = frozenset(
    "阿艾爱埃安昂奥澳巴白拜班邦保鲍贝本比彼毕宾波伯博布查柴戴丹德邓狄迪蒂丁东杜顿多恩尔法范凡菲费芬弗福夫富盖甘冈高戈格葛根贡古圭哈海汉豪赫黑亨胡"
    "华怀霍基吉加贾嘉简杰金居喀卡凯坎康考科克肯库夸奎拉莱兰朗劳勒雷黎里理利莉连列林琳卢鲁路伦罗洛马玛迈麦曼芒毛梅门蒙米密明莫默姆穆纳娜奈南内"
    "尼妮宁纽努诺欧帕潘庞佩彭皮平珀普奇齐乔切钦琼丘热瑞日若萨塞赛森沙莎山尚绍舍申圣施史舒斯丝司苏索塔泰坦汤唐陶特滕提田铁廷图托瓦万旺威韦维魏温"
    "文翁沃乌伍武西希锡夏香肖谢辛欣休许雪逊雅亚延杨耶叶伊因英尤约泽曾扎詹章兹宗祖佐"
    "愛奧鮑貝畢賓東頓爾範費蓋岡貢漢懷賈簡傑開凱庫誇萊蘭勞黎連盧魯倫羅馬瑪邁麥門蒙納寧紐諾歐龐齊喬欽瓊熱薩賽紹聖絲蘇湯陶鐵圖萬韋維溫烏錫謝許遜"
    "雅亞楊葉約澤"
)
"""The characters that the usual transcription tables use for foreign names, simplified and traditional."""
