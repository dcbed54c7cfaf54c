"""Who writes, and whom he wants: his data, his kin, a person of ours."""

from __future__ import annotations

import re

from flows.model import Turn
from flows.replacing import replace
from flows.sense.in_talk import finds_fault
from flows.understanding.intents import Intent
from flows.understanding.values import Band, EntityKind, Role, Understanding

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


def with_data_kept(reading: Understanding, turn: Turn) -> Understanding:
    """唔講, 不告诉你, before we know who writes: his data stay his, and nobody says he is another."""
    if turn.conversation.is_bound or reading.evidence.keyword is not None:
        return reading
    if _GIVES_UP.fullmatch(reading.text):
        # 那算了, asked for two items: he lets it be, and says nothing of who he is.
        return replace(reading, intent=Intent.UNCLEAR, also=())
    is_kept = set(reading.intents) <= {*_KEPT_FROM, Intent.BUSY} and bool(
        _KEEPS_DATA.match(reading.text)
    )
    is_half = reading.band is Band.CLARIFY and bool(_KEEPS_ITEMS.search(reading.text))
    if not is_kept and not is_half:
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


_AGREED_WITH = re.compile(
    r"[跟和同與与][^,，。]{0,5}(?:客服|人工|同事|[专專][员員]|[经經]理|工作人[员員]|小姐|先生|[职職][员員])[^,，。]{0,4}?(?:[说說谈談讲講约約倾傾]|商量)[^,，。]{0,2}(?:好|定|妥|过|過|咗|掂)"
)
_PERSON_NOW = re.compile(
    r"[转轉找搵換换叫][^,，。]{0,3}(?:人工|真人|客服|[专專][员員]|[经經]理)|(?:再|想)[跟和同]"
)
_SIZES = frozenset({EntityKind.COUNT, EntityKind.FREQUENCY, EntityKind.PAY_DAY})


def with_talk_told(reading: Understanding, turn: Turn) -> Understanding:
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


_HE_CALLS = re.compile(
    r"(?:[让讓叫请請要等][他她佢]|[他她佢](?:们|們|哋)?(?:[给給]我)?)[^,，。]{0,4}(?:[联聯][系繫络絡]|找|搵|打[给給俾畀]|打[电電][话話]|[回覆复復])[^,，。]{0,3}我"
)


def with_call_by_other(reading: Understanding, turn: Turn) -> Understanding:
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


def with_hardship_in_grumble(reading: Understanding, turn: Turn) -> Understanding:
    """我儿子高烧住院了你们有没有人性: half a guess around an illness tells of hard times."""
    taken_for = (Intent.UNCLEAR, Intent.ABUSE)
    is_guess = reading.intent in taken_for and Intent.HARDSHIP not in reading.also
    if not is_guess or reading.entities or not _KIN_ILL.search(reading.text):
        return reading
    return replace(reading, intent=Intent.HARDSHIP, band=Band.CONFIRM)


_OF_HIS = r"[的他她]?(?:先生|太太|[爱愛]人|家[属屬人]|[亲親]戚|[对對]象|舅舅?|叔叔?|姑姑?|老公|老婆|丈夫|妻子|[妈媽]{1,2}|爸爸?|老[爸妈媽豆母]|母[亲親]|父[亲親]|[儿兒]子|女[儿兒]|哥哥?|姐姐?|弟弟?|妹妹?|男友|女友|男朋友|女朋友|室友|同事|朋友|阿[爸妈媽])(?![^ ,，。]{0,6}(?:[还還付]的|借的))"


_WHO_SPEAKS = re.compile(rf"我(?:是|係|系)(?P<of>[\u4e00-\u9fff]{{1,4}}?){_OF_HIS}")


def with_kin_speaking(reading: Understanding, turn: Turn) -> Understanding:
    """我是怡君的先生: by the customer's own name another tells who he is."""
    name = turn.conversation.person.name
    said = _WHO_SPEAKS.search(reading.text) if "我" in reading.text else None
    if said is None or len(name) < _SHORTEST_NAME or not name.endswith(said["of"]):
        return reading
    if len(said["of"]) < _SHORTEST_NAME and said["of"] != name:
        return reading
    also = tuple(i for i in reading.intents if i in _KEPT_BESIDE_KIN)
    # By the name itself it is no guess any more.
    sure = 1.0
    return replace(reading, intent=Intent.WRONG_PERSON, also=also, band=Band.ACT, confidence=sure)


# A given name of one character says too little.
_SHORTEST_NAME = 2
_KEPT_BESIDE_KIN = frozenset({Intent.DECEASED, Intent.OPT_OUT, Intent.VULNERABLE, Intent.LEGAL})


_KIN_BESIDE = re.compile(
    r"我[跟和同與与][^,，。]{0,2}(?:[他她][爸妈媽]|[爸妈媽老]|孩子)|[我俺](?:们|們|哋|家)?[^,，。]{0,2}(?:轮流|輪流|一起)"
)


def without_kin_beside(reading: Understanding, turn: Turn) -> Understanding:
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


_SAW_IT = re.compile(
    r"[哦噢喔啊](?:我)?(?:[看睇][到见見]|[想记記]起[来來]?|明白|知道)(?:了|咗|喇)?"
)


def without_first_doubt(reading: Understanding, turn: Turn) -> Understanding:
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


_CALLS_US = re.compile(
    r"我(?:自己|先|再|会|會|去|就|等下|晚点|待会|而家|[一]?阵|聽日|明天|回头|回頭)*打(?![了过過咗])[个個]?[^,，。给給畀俾我]{0,6}(?:[电電][话話]|[过過]去|核[实實])"
)
_CALL_ME = re.compile(
    r"[给給畀俾]我|打[来來]|[回覆][电電我]|call ?me|叫[你妳]|[联聯][系繫络絡]我", re.IGNORECASE
)


def with_own_call(reading: Understanding, turn: Turn) -> Understanding:
    """先这样 我打电话核实: who calls himself wants no call."""
    is_guess = reading.intent is Intent.REQUEST_CALLBACK and reading.evidence.keyword is None
    if not is_guess or reading.entities or _CALL_ME.search(reading.text):
        return reading
    if not _CALLS_US.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_HUMAN)
    return replace(reading, intent=Intent.THANKS, also=also)


_IN_COURT = re.compile(
    r"法院[^,，。]{0,4}(?:[冻凍][结結]|查封)|(?:[别別]的|其他|另外?)[^,，。]{0,3}案子?|(?:在|正|等|要|去|准备|準備)(?:[开開]庭|出庭|法院上班)|[开開]庭[呢中ing]|[开開][着著]庭|法[院庭][^,，。]{0,4}判[了咗]?(?:也|都|我赢|我[胜勝])|(?:老板|老闆|公司|包工[头頭]|[对對]方|人家)[^,，。]{0,10}(?:跑了|欠我|判)"
)
_OF_HIS_CASE = re.compile(
    r"律[师師]|破[产產]|代理|[债債][务務]|起[诉訴]|[传傳]票|[告诉訴](?:你|我)|官司"
)


def without_court_of_others(reading: Understanding, turn: Turn) -> Understanding:
    """在开庭, or a court that judged for his wages: no representative comes into the talk."""
    is_told = any(rule.startswith("legal.") for rule in reading.evidence.rules)
    is_guess = Intent.LEGAL in reading.intents and not is_told
    if not is_guess or not _IN_COURT.search(reading.text) or _OF_HIS_CASE.search(reading.text):
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.LEGAL)
    lead, *also = others or (Intent.BUSY,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


_OF_CALLS = re.compile(
    r"[电電][话話]|打(?:[给給俾畀]|[过過][来來]|[来來]|我|[个個])|[来來][电電]|[联聯][系繫络絡]|微信|[语語]音|[视視][频頻]|[回覆复復][电電我]|[找搵]我|加我|号[码碼]|號碼|[说説說講讲][话話]|傾|聊"
    r"|\b(?:call|phone|ring|talk|speak|whatsapp|contact)",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"\W*(?:喂|你好|您好|哈[喽囉啰]|嗨|在[吗嗎]|[早晚午]安|hi\b|hello\b)", re.IGNORECASE
)


def without_idle_call(reading: Understanding, turn: Turn) -> Understanding:
    """我眼睛不好使 字打得慢: with no word of a call none is wanted."""
    is_guess = reading.intent is Intent.REQUEST_CALLBACK and reading.evidence.keyword is None
    if not is_guess or reading.band is Band.ACT or reading.entities:
        return reading
    if reading.text.isascii() or _OF_CALLS.search(reading.text):
        return reading
    others = tuple(i for i in reading.also if i is not Intent.REQUEST_HUMAN)
    greets = Intent.GREETING if _GREETS.match(reading.text) else Intent.UNCLEAR
    lead, *also = others or (greets,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


_OF_PERSONS = re.compile(
    r"人|客服|[转轉]|[专專][员員]|[经經]理|[领領][导導]|[电電][话話]|[说説說講讲谈談聊傾][话話清]?|[负負][责責]|[谁誰]|[边邊]個|[联聯][系繫络絡]|[回覆复復]|[管找搵]"
    r"|\b(?:human|person|agent|staff|rep|manager|talk|speak)",
    re.IGNORECASE,
)


def without_idle_person(reading: Understanding, turn: Turn) -> Understanding:
    """上次那个: half a guess with no word of a person asks for none."""
    is_guess = reading.intent is Intent.REQUEST_HUMAN and reading.evidence.keyword is None
    if not is_guess or reading.band is Band.ACT or reading.entities:
        return reading
    if reading.text.isascii() or _OF_PERSONS.search(reading.text):
        return reading
    others = tuple(i for i in reading.also if i is not Intent.REQUEST_CALLBACK)
    lead, *also = others or (Intent.UNCLEAR,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


_WHO_SIGNED = re.compile(
    r"[谁誰邊边][个個]?[^,，。你您]{1,6}[你您]?(?:就|们|們|哋)?(?:去)?[找问問搵][谁誰邊边]"
)


def with_debt_of_signer(reading: Understanding, turn: Turn) -> Understanding:
    """谁签的字你找谁去: the debt is another's; nobody says that the number is wrong."""
    is_guess = reading.intent in TAKEN_FOR_SIGNER and reading.evidence.keyword is None
    if not is_guess or not _WHO_SIGNED.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.DISPUTE_DEBT)
    return replace(reading, intent=Intent.DISPUTE_DEBT, also=also, band=Band.CONFIRM)


TAKEN_FOR_SIGNER = frozenset(
    {Intent.WRONG_PERSON, Intent.UNCLEAR, Intent.IDENTITY_QUERY, Intent.REFUSE, Intent.COMPLAINT}
)


_HOW_COULD_I = re.compile(
    r"(?:咋|怎[么麼]|[点點]|拿(?:什|甚)[么麼]|攞咩)(?:样|樣)?(?:可能|能)?[还還付畀俾缴繳]"
)


def with_too_little_earned(reading: Understanding, turn: Turn) -> Understanding:
    """我一个月才挣2800 你说咋还: no fault is found and no way is asked, it is more than he has."""
    taken_for = (Intent.DISPUTE_AMOUNT, Intent.PAY_NOW)
    is_guess = reading.intent in taken_for and reading.evidence.keyword is None
    has_income = any(e.role is Role.INCOME for e in reading.entities)
    if not is_guess or not has_income or not _HOW_COULD_I.search(reading.text):
        return reading
    if finds_fault(reading.text):
        return reading
    return replace(reading, intent=Intent.HARDSHIP, also=(), band=Band.CONFIRM)


_OTHERS = (
    r"(?:[他她佢]|我?(?:老公|老婆|[爱愛]人|家[人里裡]?|[爸妈媽父母][爸妈媽親亲]?|阿[爸妈媽公婆]|屋企(?:人)?|公司|[单單]位|[学學]校|同事|[领領][导導]|老[板闆]|朋友"
    r"|孩子|女[儿兒友]|[儿兒]子|[亲親]戚|[邻鄰]居|[长長][辈輩]|男友|前妻|前夫))"
)
_LEAVE_KIN = re.compile(
    r"(?:[别別]|不要|唔好|勿|不[准許许能可])(?:再|老|总|總|去|随便|隨便)*(?:"
    r"(?:打(?:[电電][话話])?|[找搵]|[联聯][系繫络絡]|[发發傳传][^,，。]{0,3}|告[诉訴]|[话話]|[吓嚇惊驚烦煩]|[骚騷][扰擾]|打[扰擾]|[为為][难難]|去|上|跟|[和同向])"
    rf"(?:[电電][话話])?(?:[给給俾畀到去]|知)?{_OTHERS}"
    rf"|[给給俾畀]{_OTHERS}(?:打|[发發傳传])"
    r")"
)
_STOPS_ALL = re.compile(
    r"(?:[别別]|不要|唔好|勿)(?:再|老|总|總)*(?:[给給俾畀]我|[发發傳传]了|[烦煩]我|[骚騷][扰擾]我|打[扰擾]?我|send)|退[订訂]|[拉][黑]|屏蔽"
)


def without_stop_for_kin(reading: Understanding, turn: Turn) -> Understanding:
    """我老公不知道 别打给他: another is to be left out of it; to him we may write."""
    is_stop = Intent.OPT_OUT in reading.intents and turn.conversation.is_bound
    rest, left = _LEAVE_KIN.subn(" ", reading.text)
    if not is_stop or not left or _STOPS_ALL.search(rest):
        return reading
    if any(rule.startswith(("opt_out.", "wrong_person.")) for rule in reading.evidence.rules):
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.OPT_OUT)
    meant = Intent.UNCLEAR if _NOT_HERE.search(reading.text) else Intent.COMPLAINT
    lead, *also = others or (meant,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


# What such words are taken for where they bring no other matter.
KIN_TAKEN_FOR = frozenset(
    {
        Intent.UNCLEAR,
        Intent.PRIVACY,
        Intent.VULNERABLE,
        Intent.WRONG_PERSON,
        Intent.DENY,
        Intent.REFUSE,
        Intent.BUSY,
        Intent.THANKS,
        Intent.HARDSHIP,
        Intent.ABUSE,
    }
)
_KIN = r"(?:老公|老婆|[爱愛]人|[爸妈媽父母][爸妈媽親亲]?|阿[爸妈媽公婆]|爷爷|奶奶|爺爺|外[公婆]|老人家?|[儿兒]子|女[儿兒]|孩子|家[里裡]人|屋企人)"
_KIN_ILL_THEMSELVES = re.compile(
    rf"(?:{_KIN}|[他她佢])"
    r"[^,，。我]{0,3}(?:有|得了|患|身[体體]|心[脏臟]|血[压壓]|年[纪紀]|精神)"
)
_OWN_DISTRESS = re.compile(
    r"我[^,，。爸妈媽老]{0,6}(?:不想活|[抑憂忧][郁鬱]|死|跳|撑不|撐不|崩[溃潰]|受不了)|自[杀殺]|[轻輕]生|寻死|尋死|不想活|活不下去"
)


def with_kin_left_out(reading: Understanding, turn: Turn) -> Understanding:
    """别打给我家人, 我妈心脏不好 你们别吓她: who is to leave his kin alone complains to us."""
    is_told = turn.conversation.is_bound and bool(_LEAVE_KIN.search(reading.text))
    if not is_told or reading.entities or reading.intent not in KIN_TAKEN_FOR:
        return reading
    rules = reading.evidence.rules
    if any(rule.startswith(("opt_out.", "wrong_person.")) for rule in rules):
        return reading
    if Intent.VULNERABLE in reading.intents and not _is_of_kin(reading.text):
        return reading
    if _NOT_HERE.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i not in (*KIN_TAKEN_FOR, Intent.COMPLAINT))
    kept = (Intent.HARDSHIP,) if Intent.HARDSHIP in reading.intents else ()
    return replace(reading, intent=Intent.COMPLAINT, also=(*also, *kept), band=Band.CONFIRM)


# One of the kin who writes himself, 我是他妈 别找他了; or who only asks that they do not hear of it.
_NOT_HERE = re.compile(
    r"我是[他她佢]|不是[他她佢本]|[他她佢]不[在住]|唔[係系]佢|[认認識识]|[走去离離]世|死了|走了|不(?:知道|晓得|曉得|知情)|唔知|[瞒瞞]"
)


def _is_of_kin(text: str) -> bool:
    """Whether it is one of his kin who is ill, and nothing tells of danger to himself."""
    return bool(_KIN_ILL_THEMSELVES.search(text)) and not _OWN_DISTRESS.search(text)


_TOLD_POLICE = re.compile(
    r"(?:已[经經]|都|刚|剛|早|我)?(?:[去过過])?(?:[报報](?:[过過咗了]?警|[过過咗了]?案)|[报報]警|立[了咗]?案)[了咗]?|(?:警察|派出所|差[人館馆]|警署)[^,，。]{0,6}(?:案|[证證]明|回[执執]|[笔筆][录錄])"
)
_AGAINST_US = re.compile(r"你[们們哋]|再[^,，。]{0,6}就|[骚騷][扰擾]|投[诉訴]")


def with_theft_reported(reading: Understanding, turn: Turn) -> Understanding:
    """已经报警了, said of a debt he disputes, is more about that, and no threat to us."""
    is_told = reading.intent is Intent.COMPLAINT and turn.case.open_dispute is not None
    if not is_told or not _TOLD_POLICE.search(reading.text) or _AGAINST_US.search(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=(), band=Band.CONFIRM)


# 你们给我领导打电话了: what we did, and no call that he wants.
_CALLED_OTHERS = re.compile(
    rf"你[们們哋]?[^,，。]{{0,6}}(?:[给給]|打[给給俾畀到去])我?{_OTHERS}[^,，。]{{0,4}}(?:打|[电電][话話])?[^,，。]{{0,3}}[了过過咗]"
)


def with_work_left_out(reading: Understanding, turn: Turn) -> Understanding:
    """以后别打我单位电话 丢人: who is not to be called at work wants no call, and complains."""
    calls = (Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN)
    is_guess = reading.intent in calls and reading.evidence.keyword is None
    is_told = is_guess and bool(
        _LEAVE_KIN.search(reading.text) or _CALLED_OTHERS.search(reading.text)
    )
    if not is_told:
        return reading
    also = tuple(i for i in reading.also if i not in calls and i is not Intent.COMPLAINT)
    return replace(reading, intent=Intent.COMPLAINT, also=also, band=Band.CONFIRM)


_HELPED_BY_KIN = re.compile(
    r"(?:闺女|閨女|[儿兒]子|女[儿兒]|[孙孫](?:子|女)?|孩子|老[公婆]|外甥|[侄姪](?:子|女)?|邻居|鄰居|仔|囡|個女|个女)[^,，。]{0,3}(?:[帮幫替教给給畀俾])我"
)
_OF_OUR_NUMBER = re.compile(
    r"你[们們哋]?[^,，。]{0,4}(?:[换換转轉][^,，。]{0,2}(?:公司|[号號]|人)|[号號][码碼]?)|(?:以前|之前|上次)[^,，。]{0,3}(?:不是|唔[係系])[^,，。]{0,3}(?:[号號]|人|你)"
)


_SURE = 0.9


def without_stranger_helped(reading: Understanding, turn: Turn) -> Understanding:
    """闺女帮我弄的手机, or a doubt of our number: half a guess closes no address of his."""
    is_guess = reading.intent is Intent.WRONG_PERSON and reading.evidence.keyword is None
    if not is_guess or reading.confidence >= _SURE or not turn.conversation.is_bound:
        return reading
    is_of_us = bool(_OF_OUR_NUMBER.search(reading.text))
    if not is_of_us and not _HELPED_BY_KIN.search(reading.text):
        return reading
    lead, *also = (Intent.IDENTITY_QUERY,) if is_of_us else reading.also or (Intent.UNCLEAR,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


# 刚那句打错了, 不好意思发错人了: he himself slipped in writing.
_OWN_WORDS_WRONG = re.compile(
    r"(?:[刚剛上頭]|前面)[才刚剛先]?(?:[那这這嗰]?[一]?(?:句|条|條|[个個]|段|次)|面)?[^,，。你]{0,4}[打发發說说写寫按点點][错錯咗]"
    r"|(?:不好意思|抱歉|[对對]不起|唔好意思|sorry)[ ,，]*(?:我)?[发發打send]{1,4}[错錯咗]{1,2}[了喇]?(?:人|[对對]象|地方)?[了喇啦]?\W*$",
    re.IGNORECASE,
)


def without_stranger_slipped(reading: Understanding, turn: Turn) -> Understanding:
    """刚那句打错了: a slip of his own closes no address."""
    if reading.intent is not Intent.WRONG_PERSON or not turn.conversation.is_bound:
        return reading
    if "你" in reading.text or not _OWN_WORDS_WRONG.search(reading.text):
        return reading
    others = tuple(i for i in reading.also if i is not Intent.OPT_OUT)
    lead, *also = others or (Intent.UNCLEAR,)
    sure = 1.0
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM, confidence=sure)


def with_user_of_debt(reading: Understanding, turn: Turn) -> Understanding:
    """他刷的他还, of a debt in dispute: more about that, and nobody else writes."""
    is_guess = reading.intent is Intent.WRONG_PERSON and reading.evidence.keyword is None
    if not is_guess or turn.case.open_dispute is None or not turn.conversation.is_bound:
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=(), band=Band.CONFIRM)


_STOPS_AT_END = re.compile(
    r"(?:[别別]|不要|唔好)(?:再)?[来來嚟]?[烦煩](?:我|住我|人)?[了喇啦吧]?[!！。. ]*$"
)
STOPS_BESIDE = frozenset({Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID, Intent.PAY_NOW})


def with_stop_at_end(reading: Understanding, turn: Turn) -> Understanding:
    """聽月5號還晒啦 唔好再煩: a stop, told behind a promise, binds as well."""
    if "烦" not in reading.text and "煩" not in reading.text:
        return reading
    if Intent.OPT_OUT in reading.intents or not _STOPS_AT_END.search(reading.text):
        return reading
    return replace(reading, intent=Intent.OPT_OUT, also=reading.intents)
