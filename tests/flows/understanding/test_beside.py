"""Grave words are heard beside anything: no figure of speech or other matter drowns them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from flows.understanding import understand
from flows.understanding.intents import Intent

TODAY = date(2026, 3, 11)
# Of so many mixtures one in two hundred may be missed, of stops and dangers none.
MISSED_MAX = 0.005
NEVER_MISSED = (Intent.OPT_OUT, Intent.VULNERABLE)

GRAVE = {
    "zh": {
        Intent.OPT_OUT: ("别再给我发短信了", "以后不要再联系我", "退订", "请停止发送信息"),
        Intent.VULNERABLE: ("我不想活了", "活着没意思 想死", "我站在天台上了"),
        Intent.DECEASED: ("他上个月去世了", "机主已经过世了", "本人已死亡，我是家属"),
        Intent.WRONG_PERSON: ("你打错了", "我不认识这个人", "这个号码换人用了"),
        Intent.LEGAL: ("找我律师谈", "我已经申请破产了", "请联系我的律师"),
        Intent.DISPUTE_DEBT: ("我没借过这笔钱", "这不是我的债", "我从没开过这个账户"),
    },
    "en": {
        Intent.OPT_OUT: ("stop texting me", "please take me off your list", "unsubscribe me"),
        Intent.VULNERABLE: ("i want to kill myself", "i took all my pills", "i can't go on living"),
        Intent.DECEASED: ("he passed away last month", "the account holder is deceased"),
        Intent.WRONG_PERSON: ("you have the wrong number", "i'm not him", "this is his mother"),
        Intent.LEGAL: ("i have filed for bankruptcy", "my solicitor is dealing with this"),
        Intent.DISPUTE_DEBT: ("i never took this loan", "someone opened this in my name"),
    },
}
BESIDE = {
    "zh": (
        "你好", "我手机死机了", "累死了", "笑死", "烦死了", "别停我的卡", "利息太高了", "我周五发工资",
        "我妈住院了", "昨天还了另一家的", "链接发我", "不好意思打错字", "你们律师函吓唬谁", "公司破产了",
    ),
    "en": (
        "hi", "my phone died", "i'm dead tired", "this bill is killing me", "don't stop my card",
        "the interest is too high", "i get paid friday", "my mum is in hospital", "i paid the other one",
        "sorry typo", "i'll stop by the bank", "my company went bankrupt", "no plan needed",
    ),
}  # fmt: skip
JOINED = {"zh": ("{}，{}", "{} {}", "{}。{}"), "en": ("{}, {}", "{}. {}", "{} and {}")}


def _mixtures(intent: Intent) -> Iterator[str]:
    for language, grave in GRAVE.items():
        for words, other, joint in product(grave[intent], BESIDE[language], JOINED[language]):
            yield joint.format(words, other)
            yield joint.format(other, words)


@pytest.mark.parametrize("intent", GRAVE["en"])
def test_a_grave_word_is_heard_beside_anything(intent: Intent) -> None:
    mixtures = list(_mixtures(intent))
    missed = [text for text in mixtures if intent not in understand(text, today=TODAY).intents]
    allowed = 0 if intent in NEVER_MISSED else MISSED_MAX * len(mixtures)
    assert len(missed) <= allowed, missed
