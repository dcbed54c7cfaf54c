"""Threats: a sanction, a crime, an authority or other people held over the customer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.policy.guard.grammar import Setting, Span, at, near, sentences, span
from flows.policy.guard.lexicon import Word
from flows.policy.guard.reading import Reading, Sentence, bit
from flows.policy.guard.view import holds_any

_COND, _DEFAULT, _WILL, _WE, _YOU = (bit(n) for n in ("cond", "default", "will", "we", "you"))
_APOLOGY, _TELL, _PAY = bit("apology"), bit("tell"), bit("pay")


_CONSEQUENCE, _PRESSURE, _AVERT, _MENACE = (
    bit(n) for n in ("consequence", "pressure", "avert", "menace")
)
_VISIT, _VISIT_BENIGN, _NONSTOP, _CALL = (
    bit(n) for n in ("visit", "visit_benign", "nonstop", "call")
)
_LEGAL, _SEIZE, _ASSET, _HANDOVER, _HARSH = (
    bit(n) for n in ("legal", "seize", "asset", "handover", "harsh")
)
_CREDIT, _CREDIT_EFFECT, _CRIME = bit("credit"), bit("credit_effect"), bit("crime")
# Without a word of one of these a sentence holds no threat.
_HARD = bit(
    *("consequence", "pressure", "menace", "visit", "nonstop", "legal", "seize", "handover"),
    *("crime", "credit", "audience", "work_yours"),
)
# What may follow when the customer does not act: help, an answer, things as they are.
_BENIGN = bit("benign", "help", "not_needed", "apology", "agency_ok")
_IF_NOT = re.compile(
    r"(?:再不|若不|如不|如果不|要是不|倘若不|逾期不|拒不|仍不|仍未|若仍|如仍)(?:再|及时|尽快|尽速|主动|按时|立即|马上|不|未)?(?:还|付|缴|交|处理|配合|联系|联络|回|应|理|接|结|清|出面|履行|当)"
    r"|拒绝(?:还|付|缴|配合|沟通)|除非|否则|不然|继续(?:拖|沉默|不|逃|拒)"
    r"|(?:不|未|没)(?:还|付|缴|交|处理|配合|联系|回复|回应|理会|接|结清|清偿|出面|履行|按)[^,。]{0,8}(?:的话|[,就则将会])"
    r"|unless |failure to|failing to|fail to|non-?payment|refusing to|refusal to|or else|otherwise|keep (?:ignoring|refusing|delaying)"
    r"|if (?:you|we|this|it|payment|the \w+)\b[^,.]{0,28}\b(?:fail|refuse|ignore|delay)\b"
    r"|if (?:you|we|this|it|payment|the \w+)\b[^,.]{0,28}\bnot (?:\w+ ){0,3}(?:pay|paid|settled?|clear(?:ed)?|respond"
    r"|repl[yi]\w*|answer\w*|call|contact|act|cooperat\w+|receive|get|hear|arrive|deal|sort\w*|comply|resolved?|see)\b"
)
_THEN = re.compile(
    r"[将会就则]|只能|只好|不得不|可能|自行|视为|想清楚"
    r"|\b(?:will|would|may|might|shall|expect|leads? to|results? in|have to|must|consider)\b"
)
_NO_STEP = re.compile(
    r"\b(?:no|not|any|without|nothing)\b(?: \w+){0,2} $|不(?:会|用|需要|必)?[^,]{0,4}$|无需[^,]{0,4}$"
)
_FROZEN_GOOD = re.compile(
    r"freez\w+ (?:the |all |any )?(?:interest|reminders?|fees|charges|messages)|冻结(?:利息|提醒|费用)"
)
_YOUR_MATTER = bit("complain_word", "dispute_word")


# A menace that names no sanction: where he lives is known, it will end badly, papers are ready.
_VEILED = re.compile(
    r"(?:知道|清楚|查好|查到|查清|掌握|手上(?:都)?有|摸清)[^,。!?]{0,8}(?:住(?:在)?哪|哪(?:一)?[栋楼层]|几号楼|几楼|门牌|单元|老家)"
    r"|(?:住(?:在)?哪|哪(?:一)?[栋楼层]|几号楼|几楼|门牌|单元)[^。!?]{0,12}(?:我们)?(?:都)?(?:知道|清楚|查好|查到|查清|掌握|手上(?:都)?有|了如指掌)"
    r"|(?:后面|接下来|之后|后续|往后|到时候)[^,。!?]{0,8}(?:麻烦|事情?|状况|后果|怎样|怎么样)[^。!?]{0,12}(?:控制不了|(?:不是|无法|没法|不能)[^。!?]{0,6}(?:控制|负责|保证|预料)|管不了|管不着|不敢说|不敢保证|兜不住)"
    r"|别怪(?:我们|我)?(?:事先)?没(?:有)?(?:提醒|通知|说|讲)过|勿谓言之不预|吃亏的(?:可)?(?:只会)?是(?:您|你)|难受的(?:人)?(?:可)?是(?:您|你)"
    r"|换(?:个|一个)(?:地方|场合|方式|办法|法子)[^,。!?]{0,4}(?:谈|聊|说|解决)|走到那一步|(?:一路|一直|一层一层|挨家挨户)[^,。!?]{0,6}(?:找|问|查)到"
    r"|(?:诉状|起诉书|起诉状|状子|诉讼材料)[^。!?]{0,10}(?:写好|备好|准备好|准备就绪|填好|拟好|就差|只差)"
    r"|\b(?:know|found out|have) (?:exactly )?(?:which|what|where) (?:floor|street|house|door|building|flat|road|you (?:live|sleep|park))\b"
    r"|\b(?:see|find out) (?:where that gets you|what (?:we|i) (?:are|am|can|will)|what happens|how far we)\b"
    r"|\bwhat we are capable of\b|\b(?:regret|be sorry for) (?:making|letting|ignoring)\b|\b(?:way|place|manner) you will not (?:enjoy|like)\b"
    r"|\b(?:somewhere|something|a lot|far|much) (?:less pleasant|nastier|uglier|worse for you)\b|\btake (?:this|it) to the next (?:step|level)\b|\btake the next step\b(?!s? (?:with|together|in))"
    r"|\b(?:claim form|court papers|papers for court|lawsuit|writ|summons) (?:is|are) (?:\w+ )?(?:filled|ready|drafted|signed|written|prepared)\b"
    r"|\bon (?:the|his|her|their|our) way to your (?:office|work|workplace|home|house)\b"
    r"|\b(?:make|made) us come (?:and )?(?:find|get|look)"
)


# Nothing veiled is said without one of these; looking for them costs a tenth of looking for it.
_VEILED_HINTS = (
    *("哪", "门牌", "单元", "楼", "老家", "控制", "负责", "保证", "预料", "管不", "不敢", "兜不住"),
    *("别怪", "勿谓", "吃亏", "难受", "换", "走到那", "找到", "问到", "查到", "诉", "状子"),
    *("floor", "street", "house", "door", "building", "flat", "road", "where you "),
    *("which you ", "what you ", "where that gets", "what we ", "what i ", "what happens"),
    *("how far we", "regret ", "be sorry for", "you will not ", "less pleasant", "nastier"),
    *("uglier", "worse for you", "the next ", "claim form", "court papers", "papers for court"),
    *("lawsuit", "writ", "summons", "way to your ", "us come "),
)


def threat(reading: Reading, setting: Setting) -> Iterator[Span]:
    """A sanction under a condition, or one held over the customer. CN-8, TW-2, 12 CFR 1006.14(c)."""
    for sentence in reading.sentences if holds_any(reading.text, _VEILED_HINTS) else ():
        veiled = _VEILED.search(sentence.text)
        if veiled:
            yield at(sentence, veiled)
    for sentence in sentences(reading, _HARD | _COND | _DEFAULT):
        if _is_own_matter(sentence):
            continue
        if sentence.classes & _HARD:
            yield from _menaces(sentence)
            yield from _sanctions(sentence)
        if sentence.classes & (_COND | _DEFAULT) and not sentence.classes & _BENIGN:
            yield from _unnamed(sentence)


# The customer's own lawyer, letter, report or new job, and a friendly word about it.
_OWN = re.compile(
    r"[您你](?:已|已经)?(?:委托|委任|聘请|请|找|咨询)(?:了|过)?[^,。]{0,3}律师|[您你](?:已|已经)?(?:收到|报警|报案)|(?:寄|发|送)给[您你]的(?:信|函|文件|通知)"
    r"|(?:法院|法庭)(?:寄来|发来|送来)的"
    r"|\bif you (?:have |already )*(?:a|an|got a|hired a|instructed a|told the police|reported|received)\b|\b(?:court|police)\b[^.]{0,12}\bha(?:s|ve) written to you\b"
)
_FRIENDLY = re.compile(
    r"请(?:把|将|交|您|告诉|告知|提供|发|联系|更新)|发给我们|告诉我们|就行|可以|\b(?:send|give|show|tell|let) (?:us|me|it|the)\b|\bcan (?:explain|help)\b"
)


def _is_own_matter(sentence: Sentence) -> bool:
    text = sentence.text
    if sentence.classes & _DEFAULT or not (_OWN.search(text) or _THEIR_NEWS.search(text)):
        return False
    return _FRIENDLY.search(text) is not None


def _unnamed(sentence: Sentence) -> Iterator[Span]:
    """Something will follow if the customer does not pay or answer, and it is no help to him."""
    refusal = _IF_NOT.search(sentence.text)
    if refusal and _THEN.search(sentence.text):
        yield at(sentence, refusal)


def _menaces(sentence: Sentence) -> Iterator[Span]:
    yield from span(sentence.first(_MENACE))
    if sentence.classes & _VISIT and not sentence.classes & _VISIT_BENIGN:
        yield from span(sentence.first(_VISIT))
    nonstop = near(sentence, _NONSTOP, _CALL)
    if nonstop:
        yield nonstop
    averted = near(sentence, _AVERT, _CONSEQUENCE | _PRESSURE | _LEGAL, ordered=True)
    if averted:
        yield averted


def _sanctions(sentence: Sentence) -> Iterator[Span]:
    if sentence.classes & _APOLOGY:
        return
    consequence = sentence.first(_CONSEQUENCE)
    if consequence:
        yield consequence.start, consequence.end
    is_conditional = bool(sentence.classes & (_COND | _DEFAULT))
    pressed = sentence.first(_PRESSURE)
    if pressed and not (_is_denied(sentence, pressed) or sentence.classes & _YOUR_MATTER):
        ours = near(sentence, _WE | _WILL, _PRESSURE, ordered=True)
        is_help = sentence.classes & _BENIGN and not sentence.classes & _DEFAULT
        yield from span(pressed if (is_conditional or ours) and not is_help else None)
    if is_conditional:
        yield from _conditional(sentence)
    handed = near(sentence, _HANDOVER, _HARSH)
    if handed and sentence.classes & (_WILL | _COND | _WE):
        yield handed


def _conditional(sentence: Sentence) -> Iterator[Span]:
    """Sanctions that only a condition turns into a threat; the condition must be the customer's."""
    condition = sentence.first(_DEFAULT) or sentence.first(_COND)
    if condition is None:
        return
    seized = near(sentence, _SEIZE, _ASSET)
    if seized and not _FROZEN_GOOD.search(sentence.text):
        yield seized
    for classes in (_LEGAL, _CRIME):
        word = sentence.first(classes)
        if (
            word
            and not sentence.classes & _PROTECT
            and sentence.classes & (_WILL | _DEFAULT | _WE | _PAY)
        ):
            yield min(word.start, condition.start), max(word.end, condition.end)
    if sentence.classes & _AGENCY:
        return
    yield from _told(sentence)
    if sentence.classes & _DEFAULT:
        yield from filter(None, [near(sentence, _CREDIT, _CREDIT_EFFECT)])


def _is_denied(sentence: Sentence, word: Word) -> bool:
    """`no further action is needed`: nothing is held over anyone."""
    before = sentence.text[: word.start - sentence.start]
    return _NO_STEP.search(before) is not None and not sentence.classes & _DEFAULT


_PROTECT, _CRIME_SOFT = bit("protect"), bit("crime_soft")
_AUTHORITY, _AUTHORITY_OK = bit("authority"), bit("authority_ok")
_ACTS = re.compile(
    r"^(?:们|机关|部门|工作人员|的人|执行处)?(?:将|会|已|正|可能|随时|要求|下令|通知|联系|介入|批准|传唤|掌握|盯|找|抓|委托|合作|备案|立案|督导)"
    r"|^(?:'s)? ?(?:officer |officers |order |deputy )?(?:will|has|have|is|are|was|can|may|might|could|knows?|wants?|approved|ordered|asked)\b"
)
_SENDS = re.compile(
    r"(?:我们是|这里是|受|由|经|奉|与|和|移交|移送|呈报|呈交|报告?|转交|送交|提交|交给|交由|配合|联合|代表|来自|通报)(?:了)?[^,。]{0,6}$"
    r"|\b(?:this is|from|behalf of|order of|working with|together with|handed to|reported? (?:you )?to|refer(?:red)? to|passed to|sent by|instructed by|notify|notified|inform|informed|call(?:ed)?|with|go(?:ing)? to|take you to|see you in|we are) (?:the |a |an |your |local |our )*(?:\w+ )?$"
)
_GO_COMPLAIN = re.compile(r"(?:complain|complaint|you can go|you may go|write|turn)\b")


def false_crime(reading: Reading, setting: Setting) -> Iterator[Span]:
    """The customer as a criminal. 12 CFR 1006.18(b)-(c), TW-2, CN-8."""
    for sentence in sentences(reading, _CRIME):
        if _is_own_matter(sentence):
            continue
        is_warning = sentence.classes & _PROTECT
        for word in sentence.all(_CRIME):
            if not (is_warning and word.classes & _CRIME_SOFT):
                yield word.start, word.end
                break


def false_authority(reading: Reading, setting: Setting) -> Iterator[Span]:
    """Court, police or regulator as sender or actor. 12 CFR 1006.18(b)(1), CONC 7.11.1R, CN-8.

    A regulator or court may be named where the customer can complain or has papers of his own.
    """
    if setting.template in ("represented_ack", "complaint_ack", "dispute_ack"):
        return
    for sentence in sentences(reading, _AUTHORITY):
        if _is_own_matter(sentence):
            continue
        for word in sentence.all(_AUTHORITY):
            before = sentence.text[: word.start - sentence.start]
            after = sentence.text[word.end - sentence.start :]
            is_actor = _ACTS.search(after) or (
                _SENDS.search(before) and not _GO_COMPLAIN.search(before)
            )
            if (is_actor and not _is_their_paper(sentence)) or not sentence.classes & _AUTHORITY_OK:
                yield word.start, word.end
                break


def _is_their_paper(sentence: Sentence) -> bool:
    return (
        re.search(
            r"licensed|registered with|如果法院已|if a court|a court has already|您收到|你收到|如收到|收到法院|you (?:already )?(?:have|received)|authori[sz]ed and regulated",
            sentence.text,
        )
        is not None
    )


_AUDIENCE, _YOURS, _WORK, _PUBLIC = (bit(n) for n in ("audience", "work_yours", "work", "public"))
_AUDIENCE_YOURS = bit("audience_yours")
_AGENCY, _POST, _YOUR_INFO = bit("agency_ok"), bit("post"), bit("yourinfo")
_TO_US = re.compile(r"^(?:给|到)?(?:我们|我司|我方|我|本公司)|^ (?:with |to )?(?:us|me)\b")


def third_party(reading: Reading, setting: Setting) -> Iterator[Span]:
    """Others told of the debt, or the threat or promise of it. 12 CFR 1006.6(d)(1), CN-3, HK-2."""
    for sentence in reading.sentences if holds_any(reading.text, _HINTED_HINTS) else ():
        hinted = _HINTED.search(sentence.text)
        if hinted:
            yield at(sentence, hinted)
    for sentence in sentences(reading, _TELL | _POST):
        posted = near(sentence, _POST, _PUBLIC)
        if posted and sentence.classes & (_YOUR_INFO | _YOU) and not _is_offer(sentence):
            yield posted
        if sentence.classes & _AGENCY or _THEIR_NEWS.search(sentence.text):
            continue
        yield from _told(sentence)


# That others may learn of it is said, and no word of telling them.
_HINTED = re.compile(
    r"\b(?:have|got|found) your (?:brother|sister|mother|father|wife|husband|partner|boss|manager|parents|family|employer)(?:'s|s')? (?:number|phone|email|address|contact)"
    r"|\b(?:people you work with|your (?:colleagues|family|boss|neighbou?rs|friends))\b[^.!?]{0,12}\b(?:should|might like to|will want to|deserve to) (?:hear|know|learn)"
    r"|[您你](?:的)?(?:哥哥|弟弟|姐姐|妹妹|父亲|母亲|爸爸|妈妈|妻子|丈夫|老婆|老公|太太|先生|领导|主管|老板)的?(?:电话|号码|手机号?|联系方式)[^。!?]{0,4}(?:我们)?(?:也|都)?(?:有|查到|拿到|知道)"
)
_HINTED_HINTS = (
    *("number", "phone", "email", "address", "contact", " hear", " know", " learn"),
    *("电话", "号码", "手机", "联系方式"),
)
# A new employer is the customer's own news, and the bereaved are spoken to kindly.
_THEIR_NEWS = re.compile(
    r"(?:雇主|公司|单位|工作)(?:如果|如有|若)?(?:变更|更换|变|换|改)了?|换了?(?:公司|单位|工作)|节哀|哀悼"
    r"|\bemployer (?:or address )?(?:has |have )?changed\b|\bchanged? (?:jobs?|employers?)\b|\bnew (?:job|employer)\b"
)


def _is_offer(sentence: Sentence) -> bool:
    return re.search(r"您可以?在|可在|you can|永远?不会公开|官网", sentence.text) is not None


def _told(sentence: Sentence) -> Iterator[Span]:
    for person in _audience(sentence):
        for tell in sentence.all(_TELL):
            gap = max(person.start, tell.start) - min(person.end, tell.end)
            if tell is person or gap > (14 if sentence.is_han else 60):
                continue
            if tell.text.startswith(("告诉我们", "通知我们", "联系我们")) or _TO_US.search(
                sentence.text[tell.end - sentence.start :]
            ):
                continue
            yield min(person.start, tell.start), max(person.end, tell.end)
            return


def _audience(sentence: Sentence) -> Iterator[Word]:
    """Persons other than the customer; words that may be ours too count after `your` only."""
    for word in sentence.all(_AUDIENCE | _YOURS | _AUDIENCE_YOURS | _WORK):
        if word.classes & (_AUDIENCE | _YOURS) or _is_yours(sentence, word):
            yield word


def _is_yours(sentence: Sentence, word: Word) -> bool:
    before = sentence.text[max(0, word.start - sentence.start - 22) : word.start - sentence.start]
    return (
        re.search(
            r"[您你](?:的|们|所在的?|任职的|上班的|工作的|服务的|那位?)?(?:[^,我]{0,3})$|\b(?:your|ur|his|her|their)\b(?: \w+){0,2} $",
            before,
        )
        is not None
    )
