"""Answers that hold no figure: a way of paying, a time to be called, none of a list, the most.

Each is asked only of the question it answers, and only where the whole reply is such an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flows.languages.pattern import Pattern
from flows.understanding.intents import Intent
from flows.understanding.values import Asked

_PIECE = re.compile(r"[\ue001-\ue007]|[a-z]+(?:'[a-z]+)?|[\u3400-\u9fff]|[?0-9]")
_SLOTS = frozenset("\ue001\ue002\ue003\ue004\ue005\ue006\ue007")
# Such an answer is short; more words bring a matter of their own.
_LONGEST = 64

_WAY = Pattern(
    r"微信(?:支付)?|支付宝|云闪付|花呗|借呗|京东(?:白条)?|财付通|零钱通?|余额宝|数字人民币|公众号|小程序|(?:手机|app)?银行(?:卡|app|柜台|转账|汇款|网点)?|网银|网上银行|手机银行"
    r"|(?:中|工|农|建|交|招|邮储|浦发|中信|民生|光大|兴业|平安|汇丰|恒生|渣打|中银|东亚|国泰|玉山|台新|富邦|中信|永丰|台银|土银|第一|华南)(?:行|银行|银)|汇丰|恒生|渣打|中银|邮储"
    r"|转账|转数快|汇款|过数|入数(?:机)?|过户|存款机|存款|跨行|转帐|自动(?:扣款|转账|代扣)|代扣|代缴|扣款|信用卡|借记卡|储蓄卡|卡|刷卡|扫码|二维码|条码|现金|现钞|支票|本票"
    r"|柜台|柜员机|柜机|提款机|取款机|临柜|网点|营业厅|门店|便利店|便利商店|超商|超市|邮局|邮政|邮储|全家|全联|莱尔富|小七|罗森|ok便利店|ok店|7-?11|7-?eleven|seven"
    r"|八达通|八达|街口(?:支付)?|悠游付|台湾pay|全支付|一卡通|电子钱包|网上|线上|手机(?:上)?"
    r"|(?<![a-z])(?:bank|wire|card|cards|visa|mastercard|amex|debit|credit|cash|cheque|check|che[ck]que|transfer(?:red)?|e-?transfer|interac|standing order|direct debit|dd|autopay|auto ?pay"
    r"|online(?: banking)?|internet banking|mobile banking|app|website|site|portal|link|zelle|venmo|paypal|cash ?app|apple ?pay|google ?pay|gpay|samsung pay|alipay(?:hk)?|we ?chat(?: ?pay)?|payme|paynow|paylah|grabpay|octopus"
    r"|fps|ach|bacs|chaps|eft|giro|bpay|payid|osko|faster payments?|money order|western union|moneygram|line ?pay|atm|counter|branch|teller|post office|australia post|shop|store|petrol station|gas station|supermarket|paypoint|payzone|kiosk|axs|over the phone|by phone)(?![a-z])"
)
_AROUND_WAY_HAN = "我是在用从由通过去里面上那个的了呢吧啊呀啦嘛喔哦嗯呗囉啰喇就走拿给你们公司账户号自己帮亲本人做办交付还缴打转存入刷扫转过咗早晚午中下前后天夜大概好像记得应该可能左右那边家机行店款钱数"
_AROUND_WAY_WORDS = """
by via with through from using used use at on in the my our a an his her your yours it its it's was i think
guess believe probably maybe about around or so ish and also same usual did done made paid went sent
s to into number payment pay mate lah morning evening afternoon night lunchtime bank's account acc hq
main local husband wife mum dad son daughter partner last this st nd rd th time way there
"""
_AROUND_WAY = frozenset(_AROUND_WAY_HAN) | frozenset(_AROUND_WAY_WORDS.split())

# What a claim is not: a wish to pay, put as a plan or a question.
_TO_COME = Pattern(
    r"\b(?:i'?ll|will|can|could|gonna|going to|want|need|would)\b|会|能|可以|要|想|准备|打算|下(?:周|个?月|星期|礼拜)"
    r"|给(?:我|个|一?张|你.{0,4}号)|你给|[账卡]号|\bby [\ue002\ue003]"
    r"|\ue002[^\ue003]{0,4}[还付交缴](?![的了过])"
)

_WHEN = Pattern(
    r"[\ue002\ue006]|早上|早晨|上午|清晨|中午|下午|傍晚|晚上|晚间|夜里|夜晚|今晚|明晚|明早|随时|任何时[间候]|(?:什么|啥)时[间候]都|[几哪][点时天个]都|都(?:行|可以|得|ok|方便|没问题)|饭[后以之]|下班|收工|放工|放学|午休"
    r"|工作日|平日|平时|周末|周六日|白天|现在|立刻|马上|越快越好|尽快|有空|空的时候|休息"
    r"|(?<![a-z])(?:any ?time|whenever|any day|mornings?|afternoons?|evenings?|nights?|tonight|noon|midday|lunch(?:time)?|dinner|breakfast|tea ?time|weekdays?|weekends?"
    r"|(?:after|before|finish(?:ed|ing)?|off|leave|out of|home from) (?:work|school|shift|class|uni)|as soon as (?:possible|you can)|asap|now|right away|straight away|(?:office|business|working) hours)(?![a-z])"
)
_AROUND_WHEN_HAN = "我就那在吧的了呢啊呀啦嘛喔哦嗯呗囉啰喇好可以行吗左右以前之后食或者能应该大概先点半到至间最方便比较打电话给来联系接回时候有空等都得再这段只吃完饭过要比是较天内里工作日一二三四五六七八九十刻钟分每较为宜前上下午晚早中"
_AROUND_WHEN_WORDS = """
the in on at by for around about best good fine great ok okay works work suits suit me you is are i'm
im i free available finish finished get home off done my call ring phone please pls maybe between and
or to till until before after from not only would be preferably prefer late early mid end of day days
can could do it's its thanks thank u ta cheers if possible when that this tomorrow today tmrw tmr
ideal better break time times sometime past half quarter o'clock oclock am pm next any during a ish
school shift class either both all then yes yeah yep sure no idea mind really easiest easier
"""
_AROUND_WHEN = frozenset(_AROUND_WHEN_HAN) | frozenset(_AROUND_WHEN_WORDS.split())
_GREETS = Pattern(
    r"(?:good |hi |hello |gd )+(?:morning|afternoon|evening|night)\b.*|(?:早上|上午|中午|下午|晚上)好.*|早安|晚安|午安|早晨|not (?:now|today|tonight)\b.*"
)
_PAYS = Pattern(r"[还付缴]|交[钱清款]|转[账钱]|\b(?:pay\w*|paid|settle\w*|send|clear)\b")

_NONE = Pattern(
    r"(?:我|觉得|感觉|这|那|方案|全部|其实|好像|[一两二三四几哪个种款])*(?:都|全|也)(?:不|没)(?:太|想|能|是|怎么|大)*(?:行|要|合适|适合|可以|好|对|选|得|喜欢|满意|接受|考虑|划算)*(?:[了的啊呀呢吧啦哦喔嘛囉啰]|[,，。 ])*"
    r"|(?:没|没有|不)(?:一个|哪个|一种)(?:是|能)?(?:合适|适合|行|对|好|可以|想要|喜欢|满意)?(?:[了的啊呀呢吧啦哦喔嘛囉啰]|[,，。 ])*"
    r"|(?:sorry,? |no,? |um,? )*(?:neither|none|not any)(?: one)?(?: of (?:them|those|these|that|the (?:two|three|options|plans|above)))?"
    r"(?: (?:is|are|will|would|really|quite|sound|sounds|look|looks|work|works|suit|suits|fit|fits|good|right|do|ok|for|me|help|helps|options?|plans?|ones?|please|sorry|thanks|i'?m afraid))*[.! ]*"
    r"|(?:sorry,? |no,? )*(?:i )?(?:don'?t|do not|dont|can'?t|cant|cannot) (?:really )?(?:like|want|do|manage|take|accept) (?:any|either)(?: one)?(?: of (?:them|those|these|the (?:options|plans)))?(?: (?:options?|plans?))?[.! ]*"
)
_MOST = Pattern(
    r"(?:那|就|请问|能|可以|我|想|要|选|给|[,， ])*(?:最[多长久大]|(?:越|愈)[多长久](?:越|愈)好)(?:可以|能够?|可|给|是|允许|让)*(?:分|付|到|拖|做)?成?(?:多少|几多?|多久|多长|多少个|几耐)?(?:期|个月|次|时间|月|笔)*(?:的|那个|那种|数)*[呀啊呢吗嘛吧啦喔 ]*\??"
    r"|(?:and |so |ok |well )?(?:what'?s|what is|whats) the (?:max\w*|most|longest|limit|highest)(?: (?:number|amount|you (?:allow|offer|do|can do|have)|i can (?:have|get|do)|possible|allowed|available|of payments|payments))*\??"
    r"|(?:and |so |ok )?how many (?:can|could|do|may|would|are) (?:i|we|you|they)?(?: ?\w+){0,5}\??|max(?:imum)?(?: (?:possible|number|allowed|you (?:allow|do)))?\??"
    r"|(?:as many|as long) as (?:possible|you can|i can|you allow|allowed|you(?:'ll| will) let me)"
    r"|(?:the )?(?:longest|most|max\w*)(?: (?:one|plan|option|possible|available|allowed|time|you(?:'?ve)?|have|got|allow|offer|do|can|there|is|please|pls))+"
)
_NOT_HIM = Pattern(
    r"(?:sorry|no|nope|nah|negative|[ ,.!])*\b(?:no|nope|nah|negative|not)\b(?:[ ,.!]|sorry|i'?m|i am|im|that|this|it|is|isn'?t|ain'?t|'?s|not|me|him|her|them|a|the|different|another|wrong|person|guy|man|woman|lady|one|number)*"
)
_AGREED = Pattern(
    r"(?:[嗯哦好 ,，]|那|就)*(?:正|掂|妥|成交|拍板|一言为定|(?:说|讲|约)定|定(?=了)|没毛病|中(?=了|咯|$))(?:[啊呀喔哦嘅啦喇晒了咯嘞哈的 ,，。.!]|定)*"
    r"|(?:ok(?:ay)?|fine|alright|sure|yes|yeah|yep)[, ]+(?:then )?whatever[.! ]*"
)
_NOTED = Pattern(
    r"收到(?:[了啦喇哦噢啊。.! ]|谢谢|感谢|多谢)*|(?:好的?|嗯+|哦+|ok|[ ,，。])*(?:我?(?:知道|明白|了解|清楚|晓得|看到)(?:了|啦|喇|的)?|noted|understood|got it|i (?:see|understand)|acknowledged)(?:[啊呀喔哦嗯 ,，。.!]|了|谢谢|thanks|thank you)*"
)


def names_way(text: str, masked: str) -> bool:
    """Whether a masked reply holds only a way of paying, perhaps with the day and the sum."""
    if "\ue002" in masked and not _TODAY.search(text):
        return False
    return _holds_only(_WAY, _AROUND_WAY, masked) and not is_to_come(masked)


_TODAY = Pattern(r"今|刚|\b(?:today|tonight|this (?:morning|afternoon|evening)|just)\b")


def is_to_come(masked: str) -> bool:
    """Whether the words are of a payment to be made, not of one that was."""
    return bool(_TO_COME.search(masked))


def names_past_day(masked: str) -> bool:
    """Whether a masked reply holds only a day, with a doubt beside it: on the 9th I think."""
    pieces = _PIECE.findall(masked)
    return (
        "\ue003" in masked
        and _AROUND_WAY.issuperset(set(pieces) - _SLOTS)
        and not is_to_come(masked)
    )


def names_call_time(masked: str) -> bool:
    """Whether a masked reply holds only when a call would suit: 下班以后, any time, Friday morning."""
    if _GREETS.fullmatch(masked) or _PAYS.search(masked):
        return False
    return _holds_only(_WHEN, _AROUND_WHEN, masked)


def _holds_only(named: Pattern, around: frozenset[str], masked: str) -> bool:
    if len(masked) > _LONGEST:
        return False
    rest = named.split(masked)
    if len(rest) < 2:
        return False
    pieces = {piece for part in rest for piece in _PIECE.findall(part)}
    return around.issuperset(pieces - _SLOTS - _ASIDE)


# Marks and figures that add nothing: 下午可以吗?
_ASIDE = frozenset("?")


def notes_only(text: str) -> bool:
    """Whether the words only take notice: 知道了, noted."""
    return bool(_NOTED.fullmatch(text))


def given(text: str, masked: str, asked: Asked) -> Intent | None:
    """The meaning of a reply without figures that answers this very question, else None."""
    answer = _ANSWERS.get(asked) if len(text) <= _LONGEST else None
    return answer(text, masked) if answer else None


# 哪天不记得了, can't remember when: the claim stands without its day. 忘了还 is no claim.
_DAY_FORGOTTEN = Pattern(
    r"(?:不(?:太|大|怎么)?记得|记不(?:得|清|住|起)|想不起)(?!.{0,4}(?:还|付|交|转)(?:过?没|了没|过))"
    r"|忘(?:记|了|掉|咗){0,2}(?:是|在)?(?:哪|几|边|什么时|具体|日期|时间|日子)"
    r"|(?:哪天|哪一天|几号|日期|时间|日子)(?:我|也|都|真|给|就|的|了)*(?:忘|不清楚|说不(?:上|准|清)|不确定)"
    r"|\b(?:don'?t|do not|can'?t|cannot|couldn'?t) (?:really |quite |exactly |honestly )*(?:remember|recall|say)\b(?! (?:if|whether|paying|having|sending))"
    r"|\b(?:no idea|not sure|unsure|forgot|forget|forgotten) (?:of |on |about )?(?:exactly )?(?:when|wh(?:at|ich) (?:day|date)|the (?:exact )?(?:date|day))\b"
)


def _of_claim(text: str, masked: str) -> Intent | None:
    is_detail = names_way(text, masked) or names_past_day(masked)
    return Intent.ALREADY_PAID if is_detail or _forgets_day(masked) else None


_OF_DAY = Pattern(
    r"[\ue002\ue003哪几边日天周月]|礼拜|星期|具体|\b(?:when|which|what|day|date|weeks?|months?)\b"
)


def _forgets_day(masked: str) -> bool:
    found = _DAY_FORGOTTEN.search(masked)
    if found is None or not _OF_DAY.search(masked):
        return False
    return not is_to_come(masked[: found.start()] + masked[found.end() :])


def _of_call(_text: str, masked: str) -> Intent | None:
    return Intent.REQUEST_CALLBACK if names_call_time(masked) else None


def _of_choice(text: str, masked: str) -> Intent | None:
    return Intent.DENY if _NONE.fullmatch(text) else _of_count(text, masked)


def _of_count(text: str, _masked: str) -> Intent | None:
    return Intent.REQUEST_INSTALMENTS if _MOST.fullmatch(text) else None


def _of_confirm(text: str, _masked: str) -> Intent | None:
    return Intent.AFFIRM if _AGREED.fullmatch(text) else None


def _of_person(text: str, _masked: str) -> Intent | None:
    return Intent.WRONG_PERSON if _NOT_HIM.fullmatch(text) else None


_ANSWERS: dict[Asked, Callable[[str, str], Intent | None]] = {
    Asked.CLAIM_DETAILS: _of_claim,
    Asked.CALLBACK_TIME: _of_call,
    Asked.CHOOSE_OPTION: _of_choice,
    Asked.CONFIRM: _of_confirm,
    Asked.COUNT: _of_count,
    Asked.IDENTITY: _of_person,
}
