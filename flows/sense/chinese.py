"""What a reply in Chinese comes to in this talk, where its words resemble another matter."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import two_parts
from flows.days import months_after
from flows.languages.zh.numbers import read_number
from flows.model import Turn
from flows.replacing import replace
from flows.sense.named import Rule
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Entity, EntityKind, Role, Tag, Understanding

_KEEPS_DATA = re.compile(
    r"^\W*(?:我|你|先|[偏就梗點点][係系]?|[干幹]嘛|[为為]什[么麼]要?|凭什么|憑什麼|點解要?|点解要?|[没沒]必要)*"
    r"(?:(?:[不唔]|不想|唔想|不肯|唔會|不会|不會|[懒懶]得)(?:[说說讲講話答给給畀俾]|告[诉訴]|[提透][供露]|方便)|(?:[给給畀俾講讲說说]|告[诉訴]|話).{0,2}[你妳]).{0,8}$"
)
_KEPT_FROM = frozenset({Intent.DENY, Intent.PRIVACY, Intent.REFUSE, Intent.WRONG_PERSON})


# 不想报身份证: whatever stands before it.
_KEEPS_ITEMS = re.compile(
    r"(?:不[想愿肯会要]|唔[想肯會]|不願|不會|[没沒]必要)[^,，。]{0,3}(?:[报報给給说說讲講提发發填传傳俾畀話])[^,，。]{0,6}(?:[证證]|生日|[号號][码碼]?|[资資]料|信息|[隐隱]私)"
)


_GIVES_UP = re.compile(
    r"\W*(?:那|咁|就|还是|還是|好吧|唉|[ ,，])*(?:算了|算啦|算数|算數|不用了|唔使喇|罢了|罷了)[吧啦喇呀啊]?\W*"
)


def _with_data_kept(reading: Understanding, turn: Turn) -> Understanding:
    """唔講, 不告诉你, before we know who writes: his data stay his, and nobody says he is another."""
    is_guess = reading.evidence.keyword is None and not turn.conversation.is_bound
    if is_guess and _GIVES_UP.fullmatch(reading.text):
        # 那算了, asked for two items: he lets it be, and says nothing of who he is.
        return replace(reading, intent=Intent.UNCLEAR, also=())
    is_kept = set(reading.intents) <= {*_KEPT_FROM, Intent.BUSY} and bool(
        _KEEPS_DATA.match(reading.text)
    )
    is_half = reading.band is Band.CLARIFY and bool(_KEEPS_ITEMS.search(reading.text))
    if not is_guess or not (is_kept or is_half):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


# Without one of these nobody wants to be called.
_CALLS = re.compile(
    r"[电電][话話]|打|来电|來電|[联聯]|微信|[加找搵回覆]|叫|\b(?:call\w*|phone|ring)\b",
    re.IGNORECASE,
)
_GIVES = re.compile(r"[俾畀比給给還还付繳缴交找清]")
_NOT_TO_COME = frozenset({Tag.PAST, Tag.NEGATED, Tag.CANNOT, Tag.WILL_NOT, Tag.HEDGE})


_PARTS = re.compile(r"[ ,，。;；!！]+")


def _last_part(reading: Understanding) -> str:
    """The clause with the last day that is named: 先得閒睇電話 before it tells another thing."""
    named = [e.text for e in reading.entities if isinstance(e.value, date)]
    parts = [part for part in _PARTS.split(reading.text) if named and named[-1] in part]
    return parts[-1] if parts else reading.text


def _with_payment_back(reading: Understanding, turn: Turn) -> Understanding:
    """月尾俾返晒你: what is given back on a day is the money, and no call."""
    if reading.intent is not Intent.REQUEST_CALLBACK or reading.evidence.keyword is not None:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    is_told = bool(days) and days[-1] >= turn.today and bool(_GIVES.search(reading.text))
    if not is_told or reading.tags & _NOT_TO_COME or _CALLS.search(_last_part(reading)):
        return reading
    calls = (Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN, Intent.PROMISE_TO_PAY)
    also = tuple(i for i in reading.also if i not in calls)
    ahead = tuple(e for e in reading.entities if e.value == days[-1])
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=also, entities=ahead, band=Band.CONFIRM
    )


_AGREED_WITH = re.compile(
    r"[跟和同與与][^,，。]{0,5}(?:客服|人工|同事|[专專][员員]|[经經]理|工作人[员員]|小姐|先生|[职職][员員])[^,，。]{0,4}?(?:[说說谈談讲講约約倾傾]|商量)[^,，。]{0,2}(?:好|定|妥|过|過|咗|掂)"
)
_PERSON_NOW = re.compile(
    r"[转轉找搵換换叫][^,，。]{0,3}(?:人工|真人|客服|[专專][员員]|[经經]理)|(?:再|想)[跟和同]"
)
_SIZES = frozenset({EntityKind.COUNT, EntityKind.FREQUENCY, EntityKind.PAY_DAY})


def _with_talk_told(reading: Understanding, turn: Turn) -> Understanding:
    """跟你们客服谈好了 6期: who tells what was agreed with a person asks for none."""
    if Intent.REQUEST_HUMAN not in reading.intents or not _AGREED_WITH.search(reading.text):
        return reading
    kinds = {e.kind for e in reading.entities}
    if not kinds or _PERSON_NOW.search(reading.text):
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.REQUEST_HUMAN)
    meant = Intent.REQUEST_INSTALMENTS if kinds & _SIZES else Intent.PROMISE_TO_PAY
    lead, *also = others or (meant,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


_WAITS = re.compile(r"[缓緩宽寬]|延|推|[晚迟遲][点點些几幾一两兩三半\d]|再等")


def _with_later_asked(reading: Understanding, turn: Turn) -> Understanding:
    """能不能晚一周还: more time is asked for, and no day to pay on is promised."""
    is_guess = reading.intent is Intent.PROMISE_TO_PAY and reading.band is not Band.ACT
    is_until = [e.role for e in reading.entities] == [Role.UNTIL]
    if not is_guess or not is_until or Tag.ASKS not in reading.tags:
        return reading
    if not _WAITS.search(reading.text) or Tag.WHOLE in reading.tags:
        return reading
    return replace(reading, intent=Intent.REQUEST_EXTENSION, band=Band.ACT)


_OF_FIRST = re.compile(r"首[期次]|第一[期次笔筆]|[开開]始|[几幾][号號]")
_MONTH_AND_DAY = re.compile(r"(1[0-2]|0?[1-9])/(3[01]|[12][0-9]|0?[1-9])")


def _with_day_for_share(reading: Understanding, turn: Turn) -> Understanding:
    """第一期可以1/5嗎: the fifth of January, and no fifth of the debt."""
    shares = [e for e in reading.entities if e.kind is EntityKind.SHARE]
    # 1/3 全額繳清: in full, on the third of January.
    is_day = Tag.WHOLE in reading.tags or bool(_OF_FIRST.search(reading.text))
    if len(shares) != 1 or not is_day:
        return reading
    said = _MONTH_AND_DAY.fullmatch(shares[0].text.strip())
    day = _coming(int(said[1]), int(said[2]), turn.today) if said is not None else None
    if day is None:
        return reading
    role = None if Tag.WHOLE in reading.tags else Role.START
    meant = replace(shares[0], kind=EntityKind.DATE, value=day, role=role)
    entities = tuple(meant if e is shares[0] else e for e in reading.entities)
    return replace(reading, entities=entities)


def _coming(month: int, day: int, today: date) -> date | None:
    """The next such day, today included; None where the month has none."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found >= today:
            return found
    return None


_WHOLE_ASKED = re.compile(
    r"(?:[对對][吧吗嗎不嘛]|是[吧吗嗎不嘛]|[没沒][错錯][吧吗嗎嘛]|[係系]咪|啱唔啱|[对對]不[对對])\W*$"
)
_FAULT = re.compile(r"不[对對](?!$)|[错錯][了咗]|多[收算了]|怎[么麼]|[点點]解|只[欠该該]")


def _with_sum_confirmed(reading: Understanding, turn: Turn) -> Understanding:
    """是3600对吧: he asks whether that is what he owes, and finds no fault with it."""
    if reading.intent is not Intent.DISPUTE_AMOUNT or not _WHOLE_ASKED.search(reading.text):
        return reading
    owed = turn.case.account.outstanding.decimal
    is_owed = [e.value for e in reading.entities] == [owed]
    if not is_owed or _FAULT.search(reading.text.replace("没错", "").replace("沒錯", "")):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY, entities=())


_SO_MUCH = re.compile(
    r"\W*[吓嚇啊哇哗嘩咩喂唉]*\W*(?:[这這那咁]|怎[么麼][这這])[么麼]?(?:多|高|大)[啊呀喎吖吗嗎嘅㗎?？!！ ]*"
)


def _without_dispute_of_surprise(reading: Understanding, turn: Turn) -> Understanding:
    """吓 咁多: surprised at the sum, he calls nothing wrong."""
    if reading.intent is not Intent.DISPUTE_AMOUNT or reading.entities:
        return reading
    if not _SO_MUCH.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY)


_HE_CALLS = re.compile(
    r"(?:[让讓叫请請要等][他她佢]|[他她佢](?:们|們|哋)?(?:[给給]我)?)[^,，。]{0,4}(?:[联聯][系繫络絡]|找|搵|打[给給俾畀]|打[电電][话話]|[回覆复復])[^,，。]{0,3}我"
)


def _with_call_by_other(reading: Understanding, turn: Turn) -> Understanding:
    """那你让他联系我: he who is to call is one of ours; the customer wants the call."""
    if reading.intent is not Intent.WRONG_PERSON or reading.evidence.keyword is not None:
        return reading
    if not turn.conversation.is_bound or not _HE_CALLS.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_CALLBACK)
    return replace(reading, intent=Intent.REQUEST_CALLBACK, also=also)


_KIN_ILL = re.compile(
    r"[妈媽爸父母婆公爷爺奶儿兒女仔哥弟姐妹伴孩娃][^,，。]{0,6}(?:住院|[发發][高]?[烧燒]|[开開]刀|[手][术術]|[病癌]|[车車][祸禍]|中[风風]|icu|ICU)|(?:住[了咗]?院|[开開]刀|[车車][祸禍])"
)


def _with_hardship_in_grumble(reading: Understanding, turn: Turn) -> Understanding:
    """我儿子高烧住院了你们有没有人性: half a guess around an illness tells of hard times."""
    taken_for = (Intent.UNCLEAR, Intent.ABUSE)
    is_guess = reading.intent in taken_for and Intent.HARDSHIP not in reading.also
    if not is_guess or reading.entities or not _KIN_ILL.search(reading.text):
        return reading
    return replace(reading, intent=Intent.HARDSHIP, band=Band.CONFIRM)


_LESS_EACH = re.compile(
    r"(?:月[付供缴繳]|[每一][期月]|[每一][个個]月).{0,6}(?:便宜|[少低]|[轻輕])|(?:便宜|[少低]|[轻輕])[^,，。]{0,4}(?:月[付供缴繳]|[每一][期]|[每一][个個]月)"
)


def _with_less_a_month(reading: Understanding, turn: Turn) -> Understanding:
    """有沒有更便宜的月付: smaller instalments are wished for, and no reduction."""
    if reading.intent is not Intent.REQUEST_DISCOUNT or not _LESS_EACH.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_INSTALMENTS)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


def _with_terms_of_refusal(reading: Understanding, turn: Turn) -> Understanding:
    """一係減我一半 一係我唔還: what he refuses hangs on the reduction he asks for."""
    if reading.intent is not Intent.REFUSE or Intent.REQUEST_DISCOUNT not in reading.also:
        return reading
    also = tuple(i for i in reading.intents if i is not Intent.REQUEST_DISCOUNT)
    return replace(reading, intent=Intent.REQUEST_DISCOUNT, also=also)


def _with_down_refused(reading: Understanding, turn: Turn) -> Understanding:
    """不付首付行不行: he asks for a plan without a first part, and refuses nothing."""
    is_guess = reading.intent is Intent.REFUSE and Tag.ASKS in reading.tags
    if not is_guess or not _OF_DOWN.search(reading.text):
        return reading
    tags = reading.tags - {Tag.WILL_NOT, Tag.NEGATED}
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, tags=tags)


_OF_DOWN = re.compile(r"首付|[头頭]期款|[定订訂]金")


def _without_payment_of_down(reading: Understanding, turn: Turn) -> Understanding:
    """可以不要首付吗, under a schedule, asks about it; nobody wants a link for the whole."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    is_asked = reading.intent is Intent.PAY_NOW and Tag.ASKS in reading.tags
    if not is_plan or not is_asked or reading.entities or not _OF_DOWN.search(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


_IS_DONE = re.compile(r"[了過过咗已]|[刚剛啱][刚剛啱才]?")


def _with_payment_to_come(reading: Understanding, turn: Turn) -> Understanding:
    """下個月3號找晒數: no word says that it is done, and the day is ahead."""
    if reading.intent is not Intent.ALREADY_PAID or reading.evidence.keyword is not None:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    is_ahead = bool(days) and min(days) > turn.today
    is_ahead = is_ahead and bool(reading.tags & {Tag.FUTURE, Tag.WHOLE})
    if not is_ahead or _IS_DONE.search(reading.text) or reading.tags & (_NOT_TO_COME - {Tag.PAST}):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    tags = reading.tags - {Tag.PAST}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, tags=tags, band=Band.CONFIRM)


_PASSED = re.compile(r"(?:过完|過完|过了|過了|过咗|過咗|等)\W*$")
_AFTERWARDS = re.compile(r"\W*(?:之后|之後|以后|以後|后|後|过后|過後)")


def _without_festival_passed(reading: Understanding, turn: Turn) -> Understanding:
    """过完元旦1月4号还: the day comes after the festival, which is none to pay on."""
    days = [e for e in reading.entities if e.kind is EntityKind.DATE]
    if len(days) <= 1:
        return reading
    text = reading.text
    passed = [
        e
        for e in days
        if not any(ch.isdigit() for ch in e.text)
        and (_PASSED.search(text[: e.start]) or _AFTERWARDS.match(text, e.end))
    ]
    if len(passed) != 1 or days[-1] is passed[0]:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e is not passed[0]))


_LEAST_EACH = re.compile(
    r"最(?:少|低)[^,，。]{0,4}(?:[每一][个個]?[月期]|月[付供])|(?:[每一][个個]?[月期]|月[付供])[^,，。]{0,3}最(?:少|低)"
)


def _with_least_asked(reading: Understanding, turn: Turn) -> Understanding:
    """最少一个月交多少: he asks for the plan with the smallest payments, not for the balance."""
    if reading.intent is not Intent.BALANCE_QUERY or not _LEAST_EACH.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_INSTALMENTS)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


_WAS_MEANT = re.compile(r"(?:本[来來]|原本|原[来來]|原先)[^,，。]{0,8}$")


def _without_day_meant_before(reading: Understanding, turn: Turn) -> Understanding:
    """本来打算月底还的 那就8号吧: what he meant to do before is not what he does now."""
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if len(days) <= 1 or not _WAS_MEANT.search(reading.text[: days[0].start]):
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e is not days[0]))


_KIN_BESIDE = re.compile(
    r"我[跟和同與与][^,，。]{0,2}(?:[他她][爸妈媽]|[爸妈媽老]|孩子)|[我俺](?:们|們|哋|家)?[^,，。]{0,2}(?:轮流|輪流|一起)"
)


def _without_kin_beside(reading: Understanding, turn: Turn) -> Understanding:
    """我跟他爸轮流陪床 能不能分10期: one who asks for himself is no stranger for his kin."""
    is_guess = reading.intent is Intent.WRONG_PERSON and reading.evidence.keyword is None
    wishes = {
        Intent.REQUEST_INSTALMENTS,
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_EXTENSION,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_DISCOUNT,
    }
    wish = next((i for i in reading.also if i in wishes), None)
    if not is_guess or wish is None or not turn.conversation.is_bound:
        return reading
    if not _KIN_BESIDE.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not wish)
    return replace(reading, intent=wish, also=also)


_WAS_PAID = re.compile(
    r"不是[^,，。]{0,6}[还還打付交缴繳转轉汇匯][了过過][^剩余餘]{0,12}[吗嗎么麼嘛]"
)


def _with_rest_after_claim(reading: Understanding, turn: Turn) -> Understanding:
    """不是打了五百过去吗 剩下的周五打: a part is claimed, and the rest promised for the day."""
    is_grumble = reading.intent is Intent.COMPLAINT and not _COMPLAINS.search(reading.text)
    is_guess = reading.evidence.keyword is None and (reading.band is Band.CLARIFY or is_grumble)
    if not is_guess or not _WAS_PAID.search(reading.text):
        return reading
    rest = two_parts.rest_at(reading.text)
    days = [e for e in reading.entities if isinstance(e.value, date) and e.value >= turn.today]
    if rest is None or len(days) != 1 or days[0].start < rest.start():
        return reading
    entities = tuple(
        replace(e, role=Role.PAID) if e.kind is EntityKind.AMOUNT and e.end <= rest.start() else e
        for e in reading.entities
    )
    return replace(
        reading,
        intent=Intent.ALREADY_PAID,
        also=(Intent.PROMISE_TO_PAY,),
        entities=entities,
        band=Band.ACT,
    )


_TOO_LONG_IS_FINE = re.compile(
    r"[多长長久期][^,，。]{0,3}(?:[没沒][关關][系係]|[无無]所[谓謂]|[没沒]事|不要[紧緊]|唔緊要|[没沒]差)"
)


def _without_refusal_of_length(reading: Understanding, turn: Turn) -> Understanding:
    """太多期沒關係: many payments are fine with him; nothing is too much."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    is_taken_so = Tag.TOO_MUCH in reading.tags or reading.intent in (Intent.REFUSE, Intent.DENY)
    if not (is_plan and is_taken_so) or not _TOO_LONG_IS_FINE.search(reading.text):
        return reading
    tags = reading.tags - {Tag.TOO_MUCH}
    return replace(reading, intent=Intent.UNCLEAR, also=(), tags=tags)


def _without_day_before_own(reading: Understanding, turn: Turn) -> Understanding:
    """要12月3号以后 12月4号吧: the day named is the one, and not that after which it lies."""
    days = [e for e in reading.entities if isinstance(e.value, date)]
    bounds = [e for e in days if e.role is Role.AFTER]
    own = [e for e in days if e.role is None]
    if len(bounds) != 1 or len(own) != 1 or bounds[0].start > own[0].start:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e is not bounds[0]))


def _with_day_of_new_plan(reading: Understanding, turn: Turn) -> Understanding:
    """2号, right after a plan was agreed: the day of its instalments is still to be named."""
    plan = turn.case.live_plan
    is_new = plan is not None and plan.accepted_at.date() == turn.now.date()
    is_free = turn.conversation.dialogue.question is None and reading.intent is Intent.UNCLEAR
    kinds = {e.kind for e in reading.entities}
    if not is_new or not is_free or not kinds or not kinds <= _DAYS:
        return reading
    if not _DAY_ONLY.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, band=Band.CONFIRM)


_DAYS = frozenset({EntityKind.DATE, EntityKind.PAY_DAY})
_DAY_ONLY = re.compile(
    r"\W*(?:那|就|定|每[个個]?月|咁|改)*(?:\d{1,2}月)?[\d一二三四五六七八九十廿]{1,3}[号號日][吧啦喇呀啊好]?\W*"
)


_SAW_IT = re.compile(
    r"[哦噢喔啊](?:我)?(?:[看睇][到见見]|[想记記]起[来來]?|明白|知道)(?:了|咗|喇)?"
)


def _without_first_doubt(reading: Understanding, turn: Turn) -> Understanding:
    """你们发错号了吧 哦看到了 那我分4期: what he sees after all takes the doubt back."""
    if reading.intent is not Intent.WRONG_PERSON or not turn.conversation.is_bound:
        return reading
    seen = _SAW_IT.search(reading.text)
    after = [e for e in reading.entities if seen is not None and e.start >= seen.end()]
    if not after:
        return reading
    kinds = {e.kind for e in after}
    meant = Intent.REQUEST_INSTALMENTS if kinds & _SIZES else Intent.PROMISE_TO_PAY
    return replace(reading, intent=meant, also=(), band=Band.CONFIRM)


_LENGTH = re.compile(
    r"(?<![那这這嗰最某每第])(?P<n>[一二两兩俩三四五六七八九十]|十[一二三四五]|\d{1,2}|半)[个個]?(?P<unit>天|日|周|週|星期|[礼禮]拜|月)(?![一二三四五六日天底末初\d号號])"
)
_IN_DAYS = {"天": 1, "日": 1, "周": 7, "週": 7, "星期": 7, "礼拜": 7, "禮拜": 7}


def _with_length_of_time(reading: Understanding, turn: Turn) -> Understanding:
    """太久了啊 那就两周, where time is talked about: so many days from today."""
    question = turn.conversation.dialogue.question
    is_talk = question is not None and question.owner == "promise"
    is_grumble = reading.intent is Intent.COMPLAINT and reading.evidence.keyword is None
    is_time = reading.intent is Intent.REQUEST_EXTENSION
    is_time = is_time or (is_grumble and not _COMPLAINS.search(reading.text))
    if not is_talk or not is_time or reading.entities or Tag.VAGUE_TIME in reading.tags:
        return reading
    said = list(_LENGTH.finditer(reading.text))
    until = _days_from(said[0], turn.today) if len(said) == 1 else None
    if until is None:
        return reading
    start, end = said[0].span()
    length = Entity(
        kind=EntityKind.DATE,
        text=said[0][0],
        start=start,
        end=end,
        value=until,
        role=Role.UNTIL,
    )
    return replace(reading, intent=Intent.REQUEST_EXTENSION, also=(), entities=(length,))


_COMPLAINS = re.compile(r"投[诉訴]|[举舉][报報]|[骚騷][扰擾]|[态態]度|[报報]警|[烦煩]|[骂罵]")


def _days_from(said: re.Match[str], today: date) -> date | None:
    number = read_number(said["n"].replace("兩", "两")) if said["n"] != "半" else None
    if said["unit"] == "月":
        whole = months_after(today, int(number)) if number is not None else None
        return whole or (today + timedelta(days=HALF_A_MONTH) if said["n"] == "半" else None)
    return None if number is None else today + timedelta(days=int(number) * _IN_DAYS[said["unit"]])


# 半个月 is said of two weeks and a day.
HALF_A_MONTH = 15
_ABLE = re.compile(r"(?:能|可以|得)[^,，。]{0,2}(?:拿|出|给|給|凑|湊|挤|擠)")


def _with_offer_each_time(reading: Understanding, turn: Turn) -> Understanding:
    """周六结钱 一周能拿出二百: what he can spare each week is not paid yet."""
    rhythms = [e for e in reading.entities if e.kind is EntityKind.FREQUENCY]
    is_offer = bool(rhythms) and Tag.PAST not in reading.tags and bool(_ABLE.search(reading.text))
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if not is_offer or len(sums) != 1 or sums[0].role is not Role.PAID:
        return reading
    each = replace(sums[0], role=Role.PER_INSTALMENT)
    return replace(reading, entities=tuple(each if e is sums[0] else e for e in reading.entities))


_OF_WAGES = re.compile(
    r"^\W*(?:[发發][工薪]|出[粮糧]|[领領]薪|[开開]支|到[账帳])|^\W*(?:[发發]|拿)(?:工资|工資|薪)"
)


def _without_day_of_wages(reading: Understanding, turn: Turn) -> Understanding:
    """每月11号发工资 12号还: the day of the wages is none of the two to pay on."""
    days = [e for e in reading.entities if e.kind in (EntityKind.PAY_DAY, EntityKind.DATE)]
    wages = [e for e in days if _OF_WAGES.search(reading.text[e.end :])]
    owns = [e for e in days if e not in wages]
    if (
        not wages
        or not owns
        or owns[-1].start < wages[-1].end
        or Tag.INCOME_DAY not in reading.tags
    ):
        return reading
    own = next((e for e in owns if e.kind is EntityKind.PAY_DAY), owns[-1])
    if len({e.start for e in owns}) != 1:
        return reading
    kept = tuple(
        e
        for e in reading.entities
        if e not in wages and not (e is not own and e.start == own.start)
    )
    return replace(reading, entities=kept)


_HALVES = re.compile(r"一半[^,，。\d]{0,3}一半|一人一半|[两兩]次(?:各|平)")


def _with_halves(reading: Understanding, turn: Turn) -> Understanding:
    """一半一半得唔得 今個月尾同下個月尾: the whole in two parts, and no respite."""
    days = [e for e in reading.entities if isinstance(e.value, date) and e.value >= turn.today]
    taken_for = (Intent.REQUEST_EXTENSION, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT)
    if reading.intent not in taken_for or len(days) != 2 or not _HALVES.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=())


_TOGETHER = re.compile(
    r"\W*[那就咁]*一(?:起|齐|齊|把|併|并|次)(?:全|都)?(?:[还還付缴繳交给給俾畀清])(?:[了清掉啦喇吧你完]*)\W*"
)


def _with_all_together(reading: Understanding, turn: Turn) -> Understanding:
    """一起还, asked about a day: all of it then; half a guess at a refusal is none."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.owner == "promise"
    is_guess = reading.band is not Band.ACT and reading.intent is not Intent.ALREADY_PAID
    if not (is_guess and is_asked) or not _TOGETHER.fullmatch(reading.text):
        return reading
    tags = reading.tags | {Tag.WHOLE}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags, band=Band.CONFIRM)


_CAN_GIVE = re.compile(r"[最顶頂]多|只能|能[给給拿出俾畀]")
_CALLS_WRONG = re.compile(
    r"不[对對]|唔啱|[错錯]|多[收算扣]|不[认認]|凭什么|憑什麼|[乱亂]|[异異][议議]"
)


def _with_offer_in_story(reading: Understanding, turn: Turn) -> Understanding:
    """药费三千 我最多一个月给两百五: a sum of his own each month, and nothing called wrong."""
    is_guess = reading.intent is Intent.DISPUTE_AMOUNT and reading.band is not Band.ACT
    kinds = {e.kind for e in reading.entities}
    is_offer = {EntityKind.AMOUNT, EntityKind.FREQUENCY} <= kinds
    if not (is_guess and is_offer) or _CALLS_WRONG.search(reading.text):
        return reading
    if not _CAN_GIVE.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_INSTALMENTS)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(*also, Intent.HARDSHIP))


_WAY_WANTED = re.compile(
    r"(?:[给給畀俾][我個个]|[发發傳传]我?)[^,，。]{0,4}(?:付款|缴费|繳費|还款|還款|收款|[链鏈]接|連結|[账帳][号號]|二[维維][码碼]|方式|码|碼)"
)
_AT_ONCE = re.compile(r"现在|現在|[马馬]上|立刻|即刻|而家|依家|这就|這就")


def _with_way_asked_first(reading: Understanding, turn: Turn) -> Understanding:
    """给我个付款方式 现在给你们结了: the way is asked for, so nothing is paid yet."""
    leads = (Intent.ALREADY_PAID, Intent.PAY_NOW)
    is_guess = Intent.ALREADY_PAID in reading.intents and reading.evidence.keyword is None
    if not is_guess or reading.intent not in leads or reading.entities:
        return reading
    if not _WAY_WANTED.search(reading.text) or not _AT_ONCE.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PAY_NOW, also=(), tags=reading.tags - {Tag.PAST})


_LOOK = re.compile(r"[查核][^,，。]{0,3}(?:一下|下|查|收|账|帳|實|实)|[查核][实實收]")
_HOW_MUCH = re.compile(r"多少|[几幾]多|[还還仲][欠差爭争]|剩|余额|餘額|明[细細]")


def _without_balance_of_claim(reading: Understanding, turn: Turn) -> Understanding:
    """刚转的 麻烦查一下: the payment is to be looked for; no balance is asked."""
    if Intent.BALANCE_QUERY not in reading.also or reading.intent is not Intent.ALREADY_PAID:
        return reading
    if not _LOOK.search(reading.text) or _HOW_MUCH.search(reading.text):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.BALANCE_QUERY))


RULES = (
    Rule("chinese.way_asked_first", _with_way_asked_first, {Intent.ALREADY_PAID}),
    Rule("chinese.balance_of_claim", _without_balance_of_claim, {Intent.ALREADY_PAID}),
    Rule("chinese.offer_in_story", _with_offer_in_story, {Intent.DISPUTE_AMOUNT}),
    Rule("chinese.all_together", _with_all_together),
    Rule("chinese.first_doubt", _without_first_doubt, {Intent.WRONG_PERSON}),
    Rule(
        "chinese.length_of_time", _with_length_of_time, {Intent.REQUEST_EXTENSION, Intent.COMPLAINT}
    ),
    Rule("chinese.offer_each_time", _with_offer_each_time),
    Rule("chinese.day_of_wages", _without_day_of_wages),
    Rule(
        "chinese.halves",
        _with_halves,
        {Intent.REQUEST_EXTENSION, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT},
    ),
    Rule("chinese.length_is_fine", _without_refusal_of_length),
    Rule("chinese.day_before_own", _without_day_before_own),
    Rule("chinese.day_of_new_plan", _with_day_of_new_plan, {Intent.UNCLEAR}),
    Rule("chinese.least_asked", _with_least_asked, {Intent.BALANCE_QUERY}),
    Rule("chinese.meant_before", _without_day_meant_before),
    Rule("chinese.kin_beside", _without_kin_beside, {Intent.WRONG_PERSON}),
    Rule("chinese.rest_after_claim", _with_rest_after_claim),
    Rule("chinese.day_for_share", _with_day_for_share),
    Rule("chinese.festival_passed", _without_festival_passed),
    Rule("chinese.sum_confirmed", _with_sum_confirmed, {Intent.DISPUTE_AMOUNT}),
    Rule("chinese.surprise", _without_dispute_of_surprise, {Intent.DISPUTE_AMOUNT}),
    Rule("chinese.call_by_other", _with_call_by_other, {Intent.WRONG_PERSON}),
    Rule("chinese.grumble", _with_hardship_in_grumble, {Intent.UNCLEAR, Intent.ABUSE}),
    Rule("chinese.less_a_month", _with_less_a_month, {Intent.REQUEST_DISCOUNT}),
    Rule("chinese.terms_of_refusal", _with_terms_of_refusal, {Intent.REFUSE}),
    Rule("chinese.down_refused", _with_down_refused, {Intent.REFUSE}),
    Rule("chinese.payment_to_come", _with_payment_to_come, {Intent.ALREADY_PAID}),
    Rule("chinese.later_asked", _with_later_asked, {Intent.PROMISE_TO_PAY}),
    Rule("chinese.down_asked", _without_payment_of_down, {Intent.PAY_NOW}),
    Rule("chinese.talk_told", _with_talk_told, {Intent.REQUEST_HUMAN}),
    Rule("chinese.data_kept", _with_data_kept),
    Rule("chinese.payment_back", _with_payment_back, {Intent.REQUEST_CALLBACK}),
)
