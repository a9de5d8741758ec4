"""Chinese words as a flow: how they are found, where a line may break, and how punctuation is shown.

The words are those of CC-CEDICT; a phrase model (budoux) says which of their edges end a phrase. The model alone parts
numbers from their units, Latin names and four-character words; the dictionary alone does not know phrases.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import cache
from itertools import accumulate, cycle, pairwise, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from subsync.cues.flow import GLUED, Flow, flow, split_hard
from subsync.text.cedict import simplified_words
from subsync.text.scripts import HAN_RANGES, width
from subsync.text.urls import ADDRESS
from subsync.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from subsync.cues.limits import CueOptions


_OPENERS = "“‘（《〈「『【〔([{"
_CLOSERS = "”’）》〉」』】〕)]}"
_BRACKETS = "（《【〔([{"
_STOPS = "。！？…；：，、!?;:,.—～·％%"
_MEASURES = words_of(
    "个 只 位 名 家 次 倍 台 款 种 条 件 项 张 块 股 份 间 座 场 轮 步 点 成 年 月 日 号 天 周 岁 代 届 人 度 "
    "档 本 部 首 篇 集 期 段 句 页 遍 辆 架 艘 套 组 批 颗 支 枚 笔 门 根 层 "
    "元 吨 米 瓦 秒 分钟 小时 季度 年代 世纪 美元 美金 欧元 英镑 日元 人民币 公里 英里 千瓦 兆瓦 吉瓦"
)
_UNITS = "|".join(sorted(_MEASURES, key=len, reverse=True))
_AMOUNT = rf"[$€£¥￥]?\d+(?:[.,:]\d+)*\s?(?:[%％‰]|[十百千万亿兆多余几]*(?:{_UNITS})?)"
_TOKEN = re.compile(
    # an address; a number with its magnitude and its unit: 7500亿美元, 15%, 2024年, 1500亿至2000亿美元
    rf"{ADDRESS.pattern}|{_AMOUNT}(?:[-–~～至到]{_AMOUNT})?"
    # a Latin word, with what is written together with it
    rf"|[^\W\d_{HAN_RANGES}]+(?:['’&.\-–+/]?[^\W_{HAN_RANGES}]+)*[+#]?"
    rf"|[{HAN_RANGES}]+|\s+|(?s:.)"
)

_NUMERALS = frozenset("一二三四五六七八九十百千万亿两几这那哪每某各半")
_ENCLITICS = words_of(
    "的 了 着 过 地 得 们 吗 呢 吧 啊 呀 嘛 啦 之 者 上 里 中 下 内 外 后 前 时 等 来 去 起来 下来 下去 出来 "
    "而言 来说 以来 以前 以后 之前 之后 之间 之中 之上 左右 上下 本身 一样 似的 "
    "方 员 性 化 率 型 式 版 界 类 级 权 力 量 额 值"
)
"""Lean on what stands before them: particles, directions, places (在市场|上)."""
_PROCLITICS = words_of(
    "在 对 把 被 从 向 给 让 使 为 与 和 或 及 跟 同 由 以 将 会 要 能 可 可以 不 没 没有 很 太 更 最 也 都 就 "
    "还 又 再 才 只 正 正在 已 已经 这 那 这个 那个 这些 那些 每 各 某 第 一 两 几 一个 一种 一些 非常 是 有 "
    "我 你 他 她 它 我们 你们 他们 并 而 但 且 如果 因为 所以 但是 而且 并且 或者 以及 关于 通过 比 像 至 到 "
    "用 所 如 若 当 其 该 本 应 需 必须 应该 能够 不得不 愿意 打算 不能 不会 不是 无法 "
    "想 想要 这么 那么 多么 如此 怎么 什么 令人 让人 使人 绝 绝不 今年 去年 明年 上周 下周 本周 不惜 一档 一把"
)
"""Lean on what follows them: prepositions, negation, auxiliaries, demonstratives, numerals, conjunctions, subjects."""
_OPENINGS = words_of(
    "但 但是 而 而且 并 并且 所以 因此 因为 如果 虽然 尽管 然而 或者 以及 还有 那么 然后 不过 只要 只有 除非 "
    "无论 即使 同时 甚至 例如 比如 尤其 特别是 在 对 对于 关于 通过 从 向 将 把 被 让 与 和 或"
)
"""Conjunctions and prepositions, before which a line may well break."""
_PREDICATES = words_of("是 会 将 能 能够 可以 就 也 都 还 已经 正在 不 没有 必须 应该 有 不是 不会 不能")
"""Begin what is said about the subject in front."""

_STOP_COSTS = dict.fromkeys("。！？!?…", 0.0) | dict.fromkeys("；：;:—", 0.1) | {"，": 0.2, ",": 0.2, "、": 0.6}
_CLAUSE = 0.5
"""The most that a break at the end of the text costs: what is cut into flows are clauses."""


@cache
def _phrase_model() -> Callable[[str], list[str]]:
    import budoux

    parse: Callable[[str], list[str]] = budoux.load_default_simplified_chinese_parser().parse
    return parse


class _Token(NamedTuple):
    """A word with its punctuation and the white space behind it."""

    text: str
    seam: bool
    """Whether the phrase model ends a phrase behind it."""


def _tokens(text: str) -> Iterator[_Token]:
    seams = set(accumulate(map(len, _phrase_model()(text))))
    token = ""
    end = 0
    for word in _words(text, seams):
        if token and not _leans(word) and token[-1] not in _OPENERS + "·":
            yield _Token(token, end in seams)
            token = ""
        token += word
        end += len(word)
    if token:
        yield _Token(token, seam=True)


def _leans(word: str) -> bool:
    """Whether a word belongs to the one in front: closing punctuation, white space, combining marks."""
    return word[0] in _CLOSERS + _STOPS or word.isspace() or unicodedata.category(word[0]) in {"Mn", "Me", "Mc", "Cf"}


def _words(text: str, seams: set[int]) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        if re.match(f"[{HAN_RANGES}]", match[0]):
            yield from _cut(match[0], {seam - match.start() for seam in seams})
        else:
            yield match[0]


def _cut(run: str, seams: set[int]) -> Iterator[str]:
    """Cut Han characters into the fewest dictionary words; of equals, those whose edges the phrase model sees too."""
    words = simplified_words()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        begins = [b for b in range(max(0, end - 8), end) if end - b == 1 or run[b:end] in words]
        best.append(min((best[b][0] + 1.0 - 0.1 * (end in seams), b) for b in begins))
    cuts = [len(run)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    return (run[a:b] for a, b in pairwise(reversed(cuts)))


_UNFINISHED = words_of(
    "在 对 把 被 从 向 将 使 与 和 或 及 以 很 太 更 最 每 各 某 第 令人 让人 使人 不得不 不能 无法 必须 应该"
)
"""What no phrase ends with: it waits for what follows."""
_VERBS = words_of(
    "坐 站 住 放 走 跑 来 去 回 送 停 落 写 看 找 等 留 变 用 做 活 死 睡 躺 挂 存 "
    "建 定 花 投 交 传 带 拉 卖 借 发 转 换 分 译 称 视"
)
_COMPLEMENTS = words_of("在 到 成 为 给 于")
"""A part of the verb in front: 坐|在."""
_PARTICLES = words_of("的 了 着 们 吗 呢 吧")


def parted(left: str, right: str) -> str:
    """What a break between two texts parts: a word, a name in Latin letters, or two words that are one phrase.

    Neither text is empty; what is found is, where nothing is parted that could not stand on two lines.
    """
    text = left + right
    words = list(_words(text, set(accumulate(map(len, _phrase_model()(text))))))
    ends = list(accumulate(map(len, words)))
    place = bisect_left(ends, len(left))
    if ends[place] > len(left):
        return "" if words[place] == "的话" and not _CONDITION.search(left) else f"the word {words[place]}"
    last, after = words[place : place + 2]
    waits = last in _UNFINISHED or (last[-1] in _NUMERALS and after in _MEASURES)
    leans = after in _PARTICLES or (last in _VERBS and after in _COMPLEMENTS)
    return f"{last} from {after}" if waits or leans else ""


_CONDITION = re.compile("如果|假如|要是|若|的时候")


def chinese_break(word: str, after: str, *, seam: bool) -> float:
    """What a break between two Chinese words costs; ``seam``: the phrase model ends a phrase there."""
    bare = word.rstrip().rstrip(_CLOSERS)
    if bare[-1:] in _STOP_COSTS:
        return _STOP_COSTS[bare[-1:]]
    left, right = word.strip(_OPENERS + _CLOSERS + " "), after.strip(_OPENERS + _CLOSERS + _STOPS + " ")
    kinds = (
        (bare.endswith("·") or right in _ENCLITICS, GLUED),
        (bare[-1:] in _NUMERALS and right in _MEASURES, GLUED),  # 另一|个
        (re.match(r"https?:|www\.|\S+@", right) is not None, 0.5),  # an address may well have a line of its own
        (re.match(r"[（(][A-Za-z]", after) is not None, 2.0),  # a name in its own letters: 黄仁勋|（Jensen Huang）
        (after.startswith(tuple(_BRACKETS)), 0.6),  # what it holds stands by itself
        (left.isascii() and right.isascii(), 5.0),  # a Latin name: Jensen Huang
        (left in _PROCLITICS or left[-1:].isdigit(), 3.0),
        (left.endswith("的"), 2.0),
        (right in _OPENINGS, 0.8),
        (right in _PREDICATES, 1.0),
        (len(left) == len(right) == 1, 4.0),  # characters that no word holds: mostly a transcribed name (萨|克斯)
        (len(left) == 1 and not left.isascii(), 3.0),  # a verb and its object: 受|限制; a part of a name: 贝|桑特
        (left.isascii() or right.isascii(), 2.2),
    )
    return next((cost for holds, cost in kinds if holds), 1.3 if seam else 2.0)


def chinese(text: str, options: CueOptions) -> Flow:
    """A clause of Chinese as a flow of words with their punctuation; words wider than a line become several pieces."""
    pieces: list[tuple[str, str, float]] = []
    tokens = list(_tokens(re.sub(r"\s+", " ", text)))
    for token, after in zip_longest(tokens, tokens[1:]):
        shown = show_chinese(token.text) if options.chinese_display else token.text
        core = shown.rstrip("、 ") if options.chinese_display else shown.rstrip()
        if not core:  # white space or a full stop that stands alone
            continue
        *parts, last = split_hard(core, options.zh_columns, width)
        pieces += [(part, "", GLUED) for part in parts]
        cost = chinese_break(token.text, after.text if after else "", seam=token.seam)
        pieces.append((last, shown[len(core) :], cost if after else min(_CLAUSE, cost)))
    return flow(pieces, "zh", options.zh_columns)


_DISPLAY = (
    (re.compile(r"…+|\.{3,}|。{2,}"), "…"),
    (re.compile(rf"(?:[。，；]|(?<=[{HAN_RANGES}])\.(?!\w)|,(?!\d))+([{re.escape(_CLOSERS)}]*)\s*"), r"\1 "),
    (re.compile(rf"(?<=[{HAN_RANGES}{re.escape(_CLOSERS)}])\?"), "？"),
    (re.compile(rf"(?<=[{HAN_RANGES}{re.escape(_CLOSERS)}])!"), "！"),
)


def show_chinese(text: str) -> str:
    """Chinese as subtitles show it: one space for 。， and ；, one … for an ellipsis, full-width ？ and ！.

    Only punctuation and white space change (Netflix, Simplified Chinese guide 215986007, punctuation).
    """
    for pattern, shown in _DISPLAY:
        text = pattern.sub(shown, text)
    return text


def curl_quotes(texts: Iterable[str]) -> list[str]:
    """Straight double quotes as “ and ” in turn, counted through all ``texts``; lengths stay."""
    turn = cycle("“”")
    return [re.sub('"', lambda _: next(turn), text) for text in texts]
