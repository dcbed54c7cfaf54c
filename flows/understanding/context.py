"""A bare reply (好, 3, 15号, 第二个) means nothing by itself: it is read against the open question."""

from __future__ import annotations

import re

from flows.languages.pattern import Pattern
from flows.understanding.given import given, is_to_come
from flows.understanding.intents import Intent
from flows.understanding.values import Asked

_PIECE = re.compile(r"[\ue001-\ue007]|[a-z]+(?:'[a-z]+)?|[\u3400-\u9fff]|\?")

# A plain yes is made of these pieces alone and holds one of the words of _YES.
_YES_HAN = "嗯恩哦噢唔啊呃额好是对行成中可以能同意没问题错有必须当然一定确认接受收到得妥见就这样么办按个那定来先我的了吧呀嘛呢啦滴哒哈也都完愿记知道本人正"
_YES_WORDS = """
ok okay okey okie oki k kk yes yeah yep yup ya yea yh y aye sure fine good great perfect agreed
agree accept deal right correct confirm confirmed absolutely definitely certainly alright sounds
sound that that's thats work works for me do it let's lets us please go ahead i can will of course
with by is this its it's the to am happy be just so very then well all i'd like manageable
speaking here he she cool np no problem plan option one you bet why not guess suppose
sweet as too easy beauty beaut ripper brill brilliant lovely grand smashing fab spot on all worries
wuckas dramas sold probs bother sweat issues righto lock in book set up start pls doable happy with days makes sense like a an lah lor swee steady
onz must if say less word roger aight fair enough mate bro man boss sir maam love dear guys
"""
_YES_PIECES = frozenset(_YES_HAN) | frozenset(_YES_WORDS.split())
_YES = Pattern(
    r"嗯|恩|唔|好|是|对|行|成|中|可以|能|同意|没问题|没错|没有问题|必须|当然|一定|确认|确定|接受|得|妥|没意见|就这|按这|愿意|本人|收到"
    r"|\b(?:ok|okay|okey|okie|oki|k|kk|yes|yeah|yep|yup|ya|yea|yh|y|aye|sure|fine|good|great|perfect"
    r"|agreed?|accept|deal|right|correct|confirm(?:ed)?|absolutely|definitely|certainly|alright"
    r"|works?|let'?s|do it|go ahead|of course|speaking|manageable|cool|np|no problem|why not"
    r"|you bet|sweet|too easy|beaut\w*|ripper|brill\w*|lovely|grand|smashing|fab|spot on|(?<!no )(?<!no, )all good|no (?:worries|wuckas|dramas|probs|bother|sweat|issues)|righto"
    r"|sold|lock it in|book it|set it up|start it|doable|happy (?:with (?:this|that|it)|days)|makes sense|swee|steady|onz"
    r"|fair enough|like a plan|if i must|roger|aight|that'?s (?:me|him|her|it)|i am|i can|i do|i will|this is (?:he|she|me))\b"
)
_NO = Pattern(
    r"(?>那|我|还是|就|先|算|嗯|额|呃|可能|恐怕)?+"
    r"(?>不是|不行|不要|不用|不对|不可以|不能|不同意|不好|不需要|不了|不接受|不想|不愿意|不方便|不确定"
    r"|不合适|不太行|不太好|不太方便|还没有|还没|没有|没|不|算了|否|别|拒绝"
    r"|(?:that|this|it)(?:'?s| is)(?:n'?t| not) (?:right|correct)|not (?:right|correct)|不是这样"
    r"|no thank you|no thanks|not really|not yet|not ok|no way|i don'?t think so|i don't agree"
    r"|i can'?t|not that|don'?t|nope|nah|no|n|never|negative|disagree|neither|none)"
    r"(?>[ ,，。.!~、…]|的|了|吧|呀|啊|哦|嘛|呢|啦|哈|谢谢|那么麻烦|这个|这样|联系|来得及"
    r"|[喎啰咯囉噃耶喔哟诶嘞]|thank you|thanks|sir|it|that|one)*+$"
)

# How an answer to a closed question begins, whatever follows: 好的我马上就去查, 还没来得及.
_LEANS_YES = Pattern(
    r"(?:嗯+|啊|哦|那|喂)*[,，。 ]*(?:好(?:的|吧|啊|呀|嘞|滴|[,，。 我那就])|行(?:[,，。 吧啊的]|我)|可以(?!吗|不)"
    r"|对(?:[,，。 啊呀的]|我)|是(?:的|啊|呀|[,，。 ])|没问题|能(?!不|否|[^,，。]*吗)"
    r"|(?:ok|okay|yes|yeah|yep|yup|sure|alright|of course)\b)"
)
# Or how it ends: 昨天说的那个 可以.
_ENDS_YES = Pattern(
    r"(?:^|[^不能可行否没])(?:可以|没问题|就这样|就这么办|同意|确认|成交)(?:吧|的|了|啊)*[。!~ ]*$"
)
_LEANS_NO = Pattern(
    r"(?:嗯+|啊|哦|那|喂|我)*[,，。 ]*(?:还没|没有?(?!问题|钱|事|错)|尚未|不(?:行|用|要|是|能|可以|想|会|太|了)(?![^,，。]*吗)"
    r"|(?:no(?! (?:idea|clue|problem|worries|probs?))|nope|nah|not yet|not really|haven'?t|i haven'?t|didn'?t|i didn'?t)\b)"
)

# What a bare value answers to each open question.
_VALUE: dict[Asked, Intent] = {
    Asked.CHOOSE_OPTION: Intent.AFFIRM,
    Asked.CONFIRM: Intent.AFFIRM,
    Asked.AMOUNT: Intent.PARTIAL_PAYMENT,
    Asked.DATE: Intent.PROMISE_TO_PAY,
    Asked.COUNT: Intent.REQUEST_INSTALMENTS,
    Asked.COUNT_OR_AMOUNT: Intent.REQUEST_INSTALMENTS,
    Asked.CLAIM_DETAILS: Intent.ALREADY_PAID,
    Asked.IDENTITY: Intent.AFFIRM,
    Asked.CALLBACK_TIME: Intent.REQUEST_CALLBACK,
}

# Pieces around a value that add nothing to it.
_AROUND_HAN = "就那我选要分第个号期次元块钱吧的了呢啦呗喇咯啰囉嘛啊呀哦嗯好可以行吗左右以前之后或者能应该大概先还付交每月日天到在是为尾位生邮编身份证卡最四点半这么上下"
_AROUND_WORDS = """
the on in by at for around about maybe say how let's lets option number no plan choose i'll ill i
take go with can do could would it is my its it's please pls ok okay yes sure month months a per
each every payment payments times pay before after and or then of one last digits four birthday
postcode dob ending ends born just only make that me us max guess quid bucks mate lah like
"""
_AROUND = frozenset(_AROUND_HAN) | frozenset(_AROUND_WORDS.split())


# Without an open question only figures and names of days leave a reply bare: 15号可以吗 asks.
_BARE = Pattern(
    r"(?>第|[\d.,:/$£€¥%]|[一二三四五六七八九十两百千万半]|个|号|日|期|天|月|周|星期|礼拜|元|块|蚊|钱|今|明|后|大后|下|上|本|这|晚|早|中午|下午|上午"
    r"|吧|的|了|呢|啊|呀|哦|嗯|[ ,，。.!~、]"
    r"|the|on|in|at|about|maybe|number|option|please|pls|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*|today|tomorrow|next|this|week|month"
    r"|dollars?|pounds?|bucks|quid|st|nd|rd|th|first|second|third|one|two|three|four|five|six|am|pm|of)++"
)

# "I can pay on Friday" is no answer to who somebody is.
_ABOUT_PAYING = Pattern(r"[还付缴交]|\bpay")


def bare_reading(text: str, masked: str, asked: Asked | None) -> Intent | None:
    """The meaning of a reply that holds only yes, no or a value; None when it says more."""
    if asked is None:
        return Intent.UNCLEAR if _BARE.fullmatch(text) else None
    if is_no(masked):
        return _no_to(asked, text)
    if is_value(masked) and not _is_of_other(masked, asked):
        return _VALUE.get(asked)
    return given(text, masked, asked) or (Intent.AFFIRM if is_yes(masked) else None)


def _is_of_other(masked: str, asked: Asked) -> bool:
    """Whether a value is told of paying, where another thing was asked for."""
    if asked is Asked.CLAIM_DETAILS:
        return is_to_come(masked)
    about_him = asked in (Asked.IDENTITY, Asked.CALLBACK_TIME)
    return about_him and bool(_ABOUT_PAYING.search(masked))


# "Not sure" to "are you Mr Chen" tells nothing about who he is.
# nor does who would rather not tell.
_UNSURE = Pattern(
    r"不(?:确定|確定|清楚|知道|一定|太?方便|想|愿意)|拒绝|唔(?:知|肯定|清楚)|not sure|no idea|not certain"
)


def _no_to(asked: Asked, text: str) -> Intent:
    if asked is not Asked.IDENTITY:
        return Intent.DENY
    return Intent.UNCLEAR if _UNSURE.search(text) else Intent.WRONG_PERSON


def leaning(text: str, asked: Asked | None) -> Intent | None:
    """Which way an answer to a closed question leans by its first words, None where neither."""
    if asked is not Asked.CONFIRM:
        return None
    if _LEANS_NO.match(text):
        return Intent.DENY
    is_yes_in_part = _LEANS_YES.match(text) or _ENDS_YES.search(text)
    return Intent.AFFIRM if is_yes_in_part else None


def is_value(masked: str) -> bool:
    """Whether a masked text holds a value and nothing that adds to it."""
    pieces = _PIECE.findall(masked)
    rest = [piece for piece in pieces if not _is_slot(piece)]
    return len(rest) < len(pieces) and _AROUND.issuperset(rest)


def _is_slot(piece: str) -> bool:
    return "\ue001" <= piece <= "\ue007"


def is_yes(text: str) -> bool:
    """Whether a normalised text is a plain yes and nothing more."""
    if not _YES.search(text) or _LACKS.search(text):
        return False
    return _YES_PIECES.issuperset(_PIECE.findall(text))


# 没问题 and "why not" agree; 没一个对 and "not sure" do not.
_LACKS = Pattern(r"没(?!有?(?:问题|意见|事|关系|毛病)|错|的?说)|(?<!why )\bnot\b")


def is_no(text: str) -> bool:
    """Whether a normalised text is a plain no and nothing more."""
    return bool(_NO.match(text))
