"""Hard keywords: the opt-out table of the rules, its negatives, and the decoys."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding import understand
from flows.understanding.intents import Intent
from flows.understanding.keywords import letters_of, whole_word
from flows.understanding.normalise import normalise
from flows.understanding.values import Band, Tag

TODAY = date(2026, 3, 11)

ZH_HANS = "T TD TT R 退订 退 退定 取消订阅 取消 停止 停 拒收 不再接收 别发了 不要发了 别再发 不要再发 屏蔽 勿扰 不要打扰 停发"
ZH_HANT = "T TD R 退訂 取消訂閱 取消 停止 停 拒收 不再接收 別發了 不要傳了 別再傳 不要再傳 勿擾 請勿打擾 停發 停止接收"
EN = [
    "STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "UNSUB", "CANCEL", "END", "QUIT", "REVOKE", "OPT OUT",
    "OPTOUT", "OPT-OUT", "REMOVE", "REMOVE ME", "NO MORE TEXTS", "STOP TEXTING", "STOP TEXTING ME",
    "LEAVE ME ALONE", "/stop",
]  # fmt: skip
WORDS = sorted({*ZH_HANS.split(), *ZH_HANT.split(), *EN})
_TO_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _forms(word: str) -> list[str]:
    return [
        word,
        word.lower(),
        word.title(),
        word.swapcase(),
        word.translate(_TO_WIDE),
        " ".join(word),
        f"  {word}  ",
        f"{word}!",
        f"{word}！！！",
        f"{word}。谢谢",
        f"{word}，謝謝",
        f"请{word}",
        f"麻烦 {word} 谢谢",
        f"please {word}",
        f"{word} thanks",
        f"{word} pls",
        f"{word}\u200b",
        f"{word} 🙏",
    ]


@pytest.mark.rule("US-24", "US-27", "CN-24")
@pytest.mark.parametrize("word", WORDS)
def test_a_stop_word_alone_stops_in_any_dress(word: str) -> None:
    read = {form: whole_word(letters_of(normalise(form).text)) for form in _forms(word)}
    assert [form for form, keyword in read.items() if keyword is None] == []


@pytest.mark.parametrize("word", WORDS)
def test_a_stop_word_is_acted_on_whatever_question_is_open(word: str) -> None:
    found = understand(word, today=TODAY)
    assert (found.intent, found.band, found.confidence) == (Intent.OPT_OUT, Band.ACT, 1.0)


RULE_TWO = """
别再给我发短信了 | 不要再打电话给我 | 不要再联系我了 | 请停止发送短信 | 停止骚扰我 | 拒绝接收你们的消息 | 禁止再联系我 | 不想再收到你们的短信 | 不准再打给我 |
别催了 | 請不要再傳訊息給我 | 唔好再打嚟 | 唔好再send嘢俾我 | 別再打電話來了 | 麻烦把我的号码删了 |
please stop texting me | stop calling me | don't message me again | do not contact me | no more messages please | never call me again |
take me off your list | lose my number | quit harassing me | cease all contact | I don't want any more calls | STOP. I already paid | stop, I paid yesterday |
remove my number from your list | stop sending me these reminders | stop bothering my family | no más mensajes | pls dont text me anymore
"""


@pytest.mark.rule("US-24")
@pytest.mark.parametrize("text", [part.strip() for part in RULE_TWO.split("|")])
def test_a_stop_word_near_a_contact_word_stops(text: str) -> None:
    assert Intent.OPT_OUT in understand(text, today=TODAY).intents


RULE_FOUR = """
停止计息 | 请停止扣款 | 取消自动扣款 | 取消分期 | 月底 | 月底还 | 别担心 | 退款 | 什么时候退款 | 别停我的卡 | 我要退订单 | 回T退订是什么意思 | 不 | 不是 | N | no |
停止計息 | 別擔心 | 不要挂电话 | 别忘了发链接给我 | 能不能别停卡 | 我没说不还 | 别发错了 | 打电话给我 | 发短信给我
stop charging interest | cancel my autopay | cancel the plan | end of the month | don't stop | I can't stop thinking about it | STOP this terrible bill |
I'll stop by tomorrow | I will stop by the branch | don't worry | the payments stopped | I never got a text from you | I don't have your number |
call me tomorrow | I don't recognise this number | can I quit the plan | this never ends | remove the late fee | I don't appreciate these calls
"""


@pytest.mark.parametrize(
    "text", [part.strip() for part in RULE_FOUR.replace("\n", "|").split("|") if part.strip()]
)
def test_a_stop_word_about_something_else_stops_nothing(text: str) -> None:
    assert Intent.OPT_OUT not in understand(text, today=TODAY).intents


@pytest.mark.parametrize(
    "word",
    [
        "START",
        "unstop",
        "Yes start",
        "开始",
        "恢复",
        "重新订阅",
        "開始",
        "恢復",
        "重新訂閱",
        "/start",
    ],
)
def test_only_exact_words_open_again(word: str) -> None:
    assert Tag.RESTART in understand(word, today=TODAY).tags


@pytest.mark.parametrize(
    "word", ["YES", "好", "start paying", "恢复分期", "开始还款了", "when do I start"]
)
def test_nothing_else_opens_again(word: str) -> None:
    assert Tag.RESTART not in understand(word, today=TODAY).tags


@pytest.mark.rule("US-27")
@pytest.mark.parametrize("word", ["HELP", "info", "帮助", "幫助", "Help!"])
def test_help_words_ask_who_we_are(word: str) -> None:
    found = understand(word, today=TODAY)
    assert Tag.HELP in found.tags
    assert found.intent is Intent.IDENTITY_QUERY


@pytest.mark.parametrize("word", ["sotp", "stpo", "unsubcribe", "unsubsribe", "cancle", "opotut"])
def test_a_slip_of_spelling_still_stops(word: str) -> None:
    assert understand(word, today=TODAY).intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    "word", ["shop", "step", "spot", "quiet", "quite", "cancer", "store", "top", "unit"]
)
def test_a_real_word_is_no_slip_of_spelling(word: str) -> None:
    assert whole_word(word) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert understand(text, today=TODAY).text == text


@pytest.mark.parametrize(
    "said",
    ["stop texing me", "Stpo texting me!", "leave me aloen", "unsubscirbe me", "no mroe texts pls"],
)
def test_a_stop_phrase_may_stand_a_slip(said: str) -> None:
    found = whole_word(letters_of(normalise(said).text))
    assert found is not None
    assert found.rule in ("opt_out.exact", "opt_out.typo")


@pytest.mark.parametrize(
    "said",
    ["removed", "I want to opt", "no more taxes", "leave me a note", "please step"],
)
def test_a_phrase_that_only_begins_alike_stops_nothing(said: str) -> None:
    found = whole_word(letters_of(normalise(said).text))
    assert found is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("累死了不想活了", Intent.VULNERABLE),
        ("热死了，我真的想死", Intent.VULNERABLE),
        ("烦死了 我要跳楼", Intent.VULNERABLE),
        ("遊戲死機 我都唔想做人 想自殺", Intent.VULNERABLE),
        ("my laptop died and i want to die", Intent.VULNERABLE),
        ("this interest is killing me, i'm going to kill myself", Intent.VULNERABLE),
        ("i'm dead tired and i want to end my life", Intent.VULNERABLE),
        ("请停止扣款，也别再给我发短信", Intent.OPT_OUT),
        ("別停我的卡 不要再傳簡訊給我", Intent.OPT_OUT),
        ("don't cancel my card, just stop texting me", Intent.OPT_OUT),
        ("i'll stop by the branch. stop messaging me", Intent.OPT_OUT),
        ("my phone died. the customer passed away in march", Intent.DECEASED),
        ("passed my driving test! sadly he is deceased", Intent.DECEASED),
        ("不是打错字 你们真的找错人了", Intent.WRONG_PERSON),
        ("律师函别吓唬我，我已经申请破产了", Intent.LEGAL),
        ("公司破产了，我个人也申请破产了", Intent.LEGAL),
    ],
)
def test_an_excuse_holds_for_its_own_words_only(said: str, meant: Intent) -> None:
    assert meant in understand(said, today=TODAY).intents


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("利息高得要死，能减点吗", Intent.VULNERABLE),
        ("贵到要死", Intent.VULNERABLE),
        ("日期打错了 是15号", Intent.WRONG_PERSON),
        ("Mum died and the funeral took everything, I can't pay", Intent.DECEASED),
        ("会收到法院传票吗", Intent.LEGAL),
        ("會不會收到支付命令", Intent.LEGAL),
    ],
)
def test_words_of_degree_and_questions_are_no_grave_matter(said: str, never: Intent) -> None:
    assert never not in understand(said, today=TODAY).intents
