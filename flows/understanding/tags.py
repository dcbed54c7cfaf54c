"""Polarity and manner by rule: 还没还, 已经还了, 还不了 and 不还 differ by a character or two.

Works on normalised text (Simplified, lower case). A rule runs only when one of its trigger
characters or words is there, so that a reply costs a few patterns, not all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flows.languages.pattern import Pattern
from flows.understanding.triggers import Triggered, pieces
from flows.understanding.values import Tag

_PAY = "(?:还款|还钱|还清|偿还|缴费|缴款|缴|交费|交钱|付款|支付|转账|汇款|打款|结清|处理|还|交|付|转|汇|结)"
# 我周五把钱还了 is said of a day to come.
_TO_COME = "(?:(?<!上)(?<!上个)(?:周|星期|礼拜)[一二三四五六日天]|明天|明晚|后天|月底|下个?月初?|下周)(?:我|就|会|一定|再|晚上|早上|下午|上午)*"
_FAMILY = (
    "(?:爸|妈|爹|娘|父亲|母亲|老公|老婆|丈夫|妻子|先生|太太|儿子|女儿|哥|姐|弟|妹|爷爷|奶奶|"
    "外公|外婆|叔|姨|舅|姑|豆|窦|家人|家里人|朋友|同事|同学|室友|前夫|前妻|男朋友|女朋友|男友|女友|对象|孩子|媳妇|舍友|孙子|孙女|侄子)"
)
_FAMILY_EN = (
    "(?:husband|wife|mum|mom|mother|dad|father|son|daughter|brother|sister|uncle|aunt|"
    "grandpa|grandma|grandfather|grandmother|friend|boyfriend|girlfriend|partner|roommate|"
    "flatmate|colleague|coworker|ex|parents|family)"
)
_PAID_EN = r"(?:paid|payed|sent|transferred|settled|cleared|made (?:a|the|my|this|that|full)\b.{0,12}payment)"


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way a tag shows: `pattern` found and `unless` not found.

    Every match of the pattern holds a character of `needs`, where these are named.
    """

    tag: Tag
    triggers: frozenset[str]
    pattern: Pattern
    unless: Pattern | None
    needs: frozenset[str]


def _rule(
    tag: Tag, triggers: str, pattern: str, unless: str | None = None, *, needs: str = ""
) -> _Rule:
    return _Rule(
        tag,
        frozenset(triggers.split()),
        Pattern(pattern),
        Pattern(unless) if unless else None,
        frozenset(needs),
    )


def _han(
    tag: Tag, triggers: str, pattern: str, unless: str | None = None, *, needs: str = ""
) -> _Rule:
    return _rule(tag, " ".join(triggers), pattern, unless, needs=needs)


_HAN_RULES = (
    _han(
        Tag.PAST,
        "了过已扣",
        rf"(?:已经?|早就?|刚刚?|刚才|昨天|前天|上周|上个月|今早|早上).{{0,8}}{_PAY}(?!不|得|吗$)"
        rf"|(?<!忘)(?<!忘[记了掉]){_PAY}(?:过去|进去|掉|完|好|清|上)?(?:了|过)(?!再|先|以后|之后|就|没|吗我|工(?!资|钱)|[职岗校院科机台]|电话|手机|号)"
        rf"|扣(?:了|过|走|掉|款了)|打过去了|存(?:了|进去)|已扣|不是.{{0,6}}{_PAY}(?:过|完|清)?(?:钱|费|款)?了[吗嘛么]",
        rf"^那.{{0,8}}把.{{1,8}}{_PAY}了$|(?:还是|干脆|索性|直接|一次|一把).{{0,6}}{_PAY}(?:清|完|掉)?了(?:吧|算了|得了|拉倒)|{_TO_COME}[把将].{{1,8}}{_PAY}(?:清|完|掉|上)?了(?!吗|的)|(?:没|未|不曾)(?:有|能|来得及)?.{{0,3}}{_PAY}|(?:等|要是|如果|假如|万一|到时|届时).{{0,8}}{_PAY}|不{_PAY}了?|快?要{_PAY}了",
    ),
    _han(
        Tag.NEGATED,
        "没未忘",
        rf"忘(?:记|了|掉){{0,2}}(?:要|去)?{_PAY}|(?:没|未|没有|还没|尚未|从未)(?:有|能|来得及|办法|给|去|再|全部?|一起|那么快)?{_PAY}(?!得)|没还完|{_PAY}(?:款|账|钱)?(?:都|也)?(?:没|未)(?:有)?成功?|(?:还没|尚未|没有?)(?:把.{{1,4}})?打(?:款|钱|过去)|(?:还没|没有?)$",
        r"怎么(?:会|可能)(?:还)?没",
    ),
    _han(
        Tag.CANNOT,
        "不没无拿难",
        rf"{_PAY}不(?:了|起|上|出|动|成|进|到|完|下|清|掉|通|过去)|不(?:能|可以|够)(?:够)?(?:[把将].{{1,4}}|一次|马上|现在|全部?|再)?{_PAY}"
        r"|(?:没|没有|无)(?:有)?(?:一分|什么|那么多|这么多|多余的?)?(?:钱|能力|收入|办法|法子|工资|工作)|无力|无法|拿不出|给不(?:到|了|起|出)|凑不|周转不|扣不了|打不开|进不去|难以",
        r"不能不|不得不|没钱也|没问题",
    ),
    _han(
        Tag.WILL_NOT,
        "不拒休绝没",
        rf"(?:不|拒绝?|绝不|就不|偏不)(?:想|会|打算|愿意?|准备|肯|再|用)?{_PAY}(?!起|上|不|出|太|清楚|吗|可以|行)|休想|一分(?:钱)?(?:也|都)(?:不|别)|没门|没(?:有)?(?:要|想|打算)?{_PAY}的(?:意思|打算)|(?:别|甭)想(?:要)?(?:钱|我)",
        rf"不(?:是|会|能|可能|得)?不.{{0,2}}{_PAY}|(?:没|没有)(?:说|想)(?:过)?.{{0,2}}不|会不{_PAY}吗|{_PAY}不{_PAY}|不{_PAY}(?:的话|会怎|会不会|有什么)|不转人",
    ),
    _han(
        Tag.STILL,
        "还仍依",
        r"还(?:在|是|有|没|要|能|会|不(?![了起上出动完清]|$)|可以|得|差|剩|想|未)|仍|依然",
    ),
    _han(Tag.HOW, "怎如咋哪", r"怎么|怎样|怎|如何|咋|哪里|去哪|在哪|哪儿"),
    _han(
        Tag.ASKS,
        "?吗呢么嘛能可行是多几谁怎如咋哪什何为有会",
        r"\?|吗|呢$|[么嘛]$|能不能|可不可以|行不行|是不是|会不会|有没有|要不要|好不好|可否|能否|是否|多少|几(?:号|点|天|期|个月|时)|谁|怎么|怎样|如何|咋|哪|什么|为何|为啥",
        r"^没什么|不怎么|什么都",
    ),
    _han(
        Tag.FUTURE,
        "会要就准打将等明后下晚再周月",
        rf"(?:会|要|就|准备|打算|将|再|去){_PAY}|(?:明|后)(?:天|日|早|晚)|下(?:个?月|周|星期|个?礼拜|班)|今?晚上?|下午|等.{{1,10}}(?:就|再)|月底|[周号]前",
        rf"(?:不|没|未)(?:会|要|打算|准备)?{_PAY}",
    ),
    _han(
        Tag.SPLIT,
        "分每按月慢",
        r"分(?:[一二三四五六七八九十两几多\d]|[\ue001-\ue007]|成|开|批){0,4}(?:期|次|个?月|批|笔|年)|分(?:期|开|摊|批)|每个?(?:月|周|星期|礼拜)|按月|月供|慢慢(?:还|来|付|交)",
        r"分之|十分|部分(?!期)|分钟",
    ),
    _han(
        Tag.NO_PLAN,
        "不别没无取算免",
        r"(?:不|不用|不要|不想|不需要?|别|无需|没想|没打算|不用给我)(?:再|做|办|给我|要|搞|选|弄)?分(?:期|开|批)|(?:别|不用|不要)(?:给|帮)我(?:做|办|搞)?分期|取消分期|不分了|分期[ ,，]*(?:就)?(?:不要|不用|算了|不需要|免了)",
        r"不能分|能不能分|可不可以分|不给分|不让分",
        needs="分取",
    ),
    _han(
        Tag.THIRD_PERSON,
        "他她我俺本机别",
        rf"(?<![晒清])[他她](?!们?公司)|[我俺](?:们?家|的)?老?{_FAMILY}|(?:不是|非)本人|别人|机主|户主",
        r"其他|他妈的?(?!妈)|他们",
    ),
    _han(
        Tag.CONDITIONAL,
        "如要假的万除只等有",
        r"如果|要是|假如|假设|的话|万一|除非|只要|等我?有钱|有钱了?(?:就|再)",
        needs="万假只果等要设话钱非",
    ),
    _han(
        Tag.HEDGE,
        "尽看可也应争大说试不估希",
        r"尽(?:量|力)|看(?:情况|看|着办|一下情况)|可能|也许|应该|争取|大概|说不定|试试|试一下|不一定|不确定|不肯定|没准|不好说|估计|希望能|到时候?(?:再)?看|(?:号|底|月|周|星期.|年终奖|工资|钱)了?再[说看](?:吧|啦|了)?(?=$|[,，。 ])",
        r"不可能|可能(?:就)?(?:不行|来不及|不够|没法|还不)|可能性|有没有可能|有可能吗|应该怎么|尽快",
        needs="争估准定尽希应概看确肯能许试说",
    ),
    _han(
        Tag.CORRECTION,
        "不我说讲打更改写搞弄记才",
        r"(?:[号日天期]|星期.|周.)才(?:是|对)|不对[,，。 ]|(?:^|(?<=[,，。 ]))[哦啊呃额诶哎]*不(?:对|是)(?=(?:[周下明后]|星期|礼拜|\d{1,2}[号期月]|[一二三四五六七八九十]{1,2}[号期月]))|^不(?:对|是)我(?:要|想|说)|[讲记]错了?|不是.{1,8}[,，]?\s*是|我(?:是)?说的?是|说错|打错字|更正|改[成为做作到]|写错|搞错了?[,，]?.{0,2}是|弄错了?[,，]?.{0,2}是|打错了?[,，。 ]*(?:是|应该|\d)|不[,，]?不[,，]|(?<=[,，。 ])[哦啊呃]?不(?=[,，。 ]|\d{1,2}(?:[期号]|月\d)|[一二三四五六七八九十]{1,2}期)",
        needs=",不写字对弄才搞改是更记讲说错，",
    ),
    _han(
        Tag.WHOLE,
        "全一清所都付还晒",
        r"(?:还|付|给|交|缴|清|找|过|汇|pay)清?晒|全(?:部|额|数|都|还|款|清|付|结|缴)|一次性?(?:就|全|给|都)?(?:还|付|结|缴|交)?清?|(?:还|付|结|缴|交|给|找)清|所有的?(?:钱|款|欠款)|都还",
        r"一次都|再一次|第一次|上一次|这一次|有一次|先还一",
        needs="全所晒次清都",
    ),
    _han(
        Tag.ALL_ACCOUNTS,
        "都全两俩",
        r"都|全(?:部|都)|两(?:个|笔|张|边|条数|份账)",
        r"什么都|都不|谁都|都没",
    ),
    _han(
        Tag.TOO_MUCH,
        "太承负压拿高多",
        r"太(?:多|高|贵|大|重)|承(?:受|担)不|负担不|压力(?:太|好|很)?大|拿不出(?:这么|那么)?|(?:还|付|交)不(?:起|了|出)(?:这么|那么)多|(?:这么|那么)(?:多|高).{0,3}不",
    ),
    _han(
        Tag.WITHDRAWS,
        "算不取",
        r"算了|(?:不用|不必|不需要|不要)(?:了|再)?.{0,2}(?:人工|客服|经理|主管|领导|转接?|找人|打给我|回电|打电话给我)|当我没说|取消(?:刚才|申请)|不用了",
        r"死了?算了|活着?算了|[他她]?死.{0,3}算了",
        needs="取当必用算要需",
    ),
    _han(
        Tag.VAGUE_AMOUNT,
        "几点些左大来多百千万",
        r"(?:[一二两三四五六七八九][一二三四五六七八九]|几|好几|[一二两三四五六七八九]?百?多)[百千万](?!年)|[百千](?:块|元)?(?:到|至)[^，。]{0,3}[百千]|一(?:点|些|部分)|点(?:钱|吧)|左右|大概|差不多|多少(?:还|给|交)一?点",
    ),
    _han(
        Tag.VAGUE_TIME,
        "过晚等改迟回以有尽再慢缓段近快",
        r"过(?:几|两|些|一)(?:天|阵|段|个)|过(?:段|阵)|等(?:几|两)天|等(?:等|一下|一阵|一段)|晚(?:点|些|一点|几天)|迟(?:点|些|几天)|改天|回头|以后再|有(?:了)?钱(?:了)?(?:就|再)|尽(?:快|早)|(?:缓|宽限|延)(?:几|两|一下|一阵)|这(?:几|两)天|近期|一段时间|慢慢|快了$",
        r"过(?:几|两)(?:期|次)|还过",
        needs="两几后头宽尽延快慢改晚段等缓过近迟钱阵",
    ),
    _han(
        Tag.INCOME_DAY,
        "工薪粮钱资金助保成",
        r"发(?:了)?(?:工资|薪水?|奖金|钱)|工资(?:到|发|下来|日|还没|没发)|(?:退休金|养老金|退休工资|补助|低保|救济金|提成|佣金|奖金).{0,6}(?:发|到|下来)|领(?:了)?(?:薪水?|工资)|出粮|开(?:工资|支)|薪水?(?:到|下来|日)",
        needs="休低佣养助发奖提支济粮薪资领",
    ),
    _han(Tag.MINIMUM, "最低少", r"最低(?!价)|最少(?:还|交|要|得)|至少(?:还|交)"),
)

_EN_RULES = (
    _rule(
        Tag.PAST,
        "paid payed sent transferred settled cleared payment posted done went already did",
        rf"\b{_PAID_EN}\b|\bdid (?:actually |already |just |also )?(?:pay|transfer|send|wire|settle)\b|payment (?:went|was|is|has)\b.{{0,12}}(?:through|made|sent|posted|taken|received)|already done",
        r"(?:\bnot|\bnever|\bno|n't|\b(?:did|have|has|had|was|were|is|are|do|does|could|would|ai)nt)\b[^.!;]{0,16}\b(?:paid|payed|sent|transferred|settled|cleared|made)\b|"
        r"(?:get|gets|getting|got|be|been|i'm|im|am|when|until|once|as soon as).{0,8}\bpaid\b|\bpaid (?:on|every|weekly|monthly|friday)\b|paid or|have this paid|will have|(?:un)?till? (?:it|that|this|the [a-z]+)(?:'s| is|s)? (?:all )?(?:been )?(?:paid|settled|cleared)",
    ),
    _rule(
        Tag.PAST,
        "didn't didnt haven't havent did",
        r"\b(?:did|have)(?:n't|nt) (?:i|we)\b.{0,12}\b(?:pay|paid|sent?|settled?|transfer(?:red)?)\b|\bdid i not (?:\w+ )?(?:pay|send|settle)\b",
    ),
    _rule(
        Tag.NEGATED,
        "paid pay unpaid received yet sent not haven't havent hasn't didn't didnt never",
        r"(?:have|has|had|did)(?:n't|nt| not)\b.{0,14}\b(?:paid|pay|payed|sent|settled|received|got|gotten|made)\b|"
        r"(?:never|not) (?:yet )?(?:paid|received|been paid)|unpaid|not yet",
        r"\b(?:did|have)(?:n't|nt) (?:i|we)\b",
    ),
    _rule(
        Tag.CANNOT,
        "where can't cant cannot can unable able couldn't afford no broke money nothing won't wont will not ain't aint haven't havent don't dont",
        r"w(?<=\bw)here got (?:so much )?(?:money|cash|\$)|c(?<=\bc)an(?:'t|t|not| not)\b|c(?<=\bc)ould(?:n't| not)\b|u(?<=\bu)nable\b|n(?<=\bn)ot able\b|n(?<=\bn)o (?:money|funds|income|job|way to pay)\b|b(?<=\bb)roke\b|do(?:n't|nt| not) have (?:the |any |enough )?(?:money|funds|cash)|(?:ain't|aint|haven't|havent|don't|dont) (?:(?:got|have) (?:it|that) (?:rn|right now|now|atm|at the moment|yet|on me)|got (?:it|that|a penny|a cent|(?:the |any |enough )?(?:money|cash|funds)))\b|nothing left|(?:w(?<=\bw)(?:on't|ont|ill not)|n(?<=\bn)ot (?:going to|gonna)) (?:have|get) (?:it|(?:the |any )?(?:money|cash|funds)|enough|anything|that)\b",
        r"can't you|cant you|can't i |cant i |why can't|can't wait|can't believe|cannot believe",
    ),
    _rule(
        Tag.WILL_NOT,
        "won't wont will not refuse never ain't aint nope",
        r"\b(?:won't|wont|will not|refuse|ain't|aint)\b.{0,14}\b(?:pay|paying|give|send)\b|not (?:going to|gonna|gona) (?:pay|give)|not (?:pay|paying)\b|never (?:going to |gonna )?pay|refuse to pay|not getting a (?:cent|penny|dime)",
        r"not paying (?:late|attention)|didn't say|did not say|not saying|not refusing|can't|cannot",
    ),
    _rule(Tag.STILL, "still", r"\bstill\b"),
    _rule(Tag.HOW, "how where", r"\bhow\b(?! come)|\bwhere\b"),
    _rule(
        Tag.ASKS,
        "? can could may is are do does will would what when why who how which should did was were am whats who's whos",
        r"\?|^(?:(?:hi|hey|hello|ok|so|and|but|sorry|yes|no|thanks|please)[ ,.!]*)?(?:can|could|may|is|are|do|does|will|would|what|whats|what's|when|why|who|who's|whos|how|which|should|did|was|were|am|any chance)\b",
        r"^can(?:not|'t)",
    ),
    _rule(
        Tag.FUTURE,
        "will i'll ill we'll going gonna tomorrow tmr tmrw next by until on tonight later",
        r"\b(?:will|i'll|ill|we'll|going to|gonna|tomorrow|tmr|tmrw|tonight|next (?:week|month|pay|friday|monday))\b|\bby (?:the )?(?:end|mon|tue|wed|thu|fri|sat|sun|\d|next|tomorrow|noon)",
        r"\bwill (?:not|you|this|it|they)\b",
    ),
    _rule(
        Tag.SPLIT,
        "instalment instalments installment installments plan monthly weekly split month week spread biweekly fortnightly arrangement parts payments chunks fortnight",
        r"instal+ments?|payment (?:plan|arrangement|schedule)|\bplan\b|\bmonthly\b|\bweekly\b|biweekly|fortnight|\bsplit|\bspread|(?:a|per|each|every|/) ?(?:month|week|fortnight|payday)\b|(?:two|three|four|five|six|few|\d+|[\ue001-\ue007]) (?:equal )?(?:payments|parts|chunks)|over (?:the next )?(?:several|few|\w+) (?:months|weeks)",
        r"^(?:this|last) (?:month|week)",
    ),
    _rule(
        Tag.NO_PLAN,
        "don't dont not no without cancel never",
        r"(?:don't|dont|do not|no) (?:need|want|need for)(?: for)?(?: a| any| the| to)?(?: payment| instal+ment)?(?: plan| plans| instal+ments?| split)|no (?:plan|instal+ments)\b|(?:don't|dont|do not) (?:need|want) to (?:pay |do )?(?:it )?(?:monthly|weekly|in (?:instal+ments|parts))|(?:without|cancel) (?:a |the |my )?(?:plan|instal+ment)|rather not split|never asked for a plan",
    ),
    _rule(
        Tag.THIRD_PERSON,
        "he she him his her husband wife mum mom mother dad father son daughter brother sister friend partner roommate he's she's hes shes parents ex",
        rf"\b(?:he|she|him|his|her|he's|she's|hes|shes)\b|\bmy {_FAMILY_EN}\b",
    ),
    _rule(
        Tag.CONDITIONAL,
        "if unless once when provided",
        r"\b(?:if|unless|provided)\b|\bwhen (?:i|my)\b|\bonce\b(?! (?:the |my )?(?:kids?|they|baby|he|she|i)(?:'re|'s|'m| are| is| am| get| got)? (?:asleep|home|back|off|done|finished|in bed|up|out|at home)\b)",
    ),
    _rule(
        Tag.HEDGE,
        "could might maybe perhaps try trying probably possibly hope hopefully hoping unsure sure should depends prob see",
        r"\b(?:could be|might|maybe|perhaps|try|trying|probably|prob|possibly|hope|hopefully|hoping|unsure|depends)\b|not sure|should be able|see (?:what|how|if)|i'll see|do my best|no promises",
        r"not trying|tried|see what i owe",
    ),
    _rule(
        Tag.CORRECTION,
        "meant mean correction typo scratch no wait",
        r"m(?<=\bm)eant\b|i(?<=\bi) mean\b(?! (?:it|business)[.! ]*$)|correction|t(?<=\bt)ypo\b|scratch that|n(?<=\bn)o,? (?:wait|sorry)\b|w(?<=\bw)ait,? no\b",
    ),
    _rule(
        Tag.CORRECTION,
        "no sorry wait oops nah nope actually hmm",
        r"^(?:(?:no|sorry|wait|oops)[, ]+(?:not |i meant|it's|its|make it|the)|(?:no|nah|nope|wait|actually|hmm)[, ]+(?:(?:no|wait)[, ]+)?(?:hang|hold) on\b|actually\b)",
    ),
    _rule(
        Tag.CORRECTION,
        "make back was is",
        r"b(?<=\bb)ack to (?:the )?\d|[0-9] (?:was (?:right|better|fine|ok|okay|good|it)|is better)\b(?: after all)?$|make (?:that|it) (?:on |to )?(?:the )?(?:[\d\ue001-\ue007]|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tomorrow))",
    ),
    _rule(
        Tag.WHOLE,
        "full al all whole entire complete everything total clear settle off",
        r"\bin full\b|\ball (?:at once|in one go)\b|\ball (?:today|tomorrow|tonight|(?:this |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|\b(?:complete|entire|total) (?:sum|amount|balance|bill)\b|\bfull (?:amount|balance|payment|thing|lot|sum|bill|whack)\b|\ball? of (?:it|them|that)|\ball (?:on|by) (?:the [0-9]|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]* [0-9]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight)|\b(?:pay|paying|clear|settle) (?:it )?all\b|\bwhole\b|\bentire\b|\beverything\b|it all\b|total amount|\b(?:clear|settle) (?:it|this|that|the (?:balance|bill|debt|account))\b|\b(?:pay|finish|clear|knock|polish) (?:it|this|that) (?:off|out)\b|\bpay off the (?:balance|bill|debt|account)\b",
        r"can't.{0,20}(?:full|all)|cannot.{0,20}(?:full|all)|after all|\bat all|not in full|(?:clear|settle|off).{0,30}\b(?:over|in \d|instal?ments?|bit by bit|monthly)\b",
    ),
    _rule(
        Tag.ALL_ACCOUNTS,
        "both all",
        r"\bboth\b|\ball (?:of them|accounts|the accounts|my accounts|three|two)\b",
    ),
    _rule(
        Tag.TOO_MUCH,
        "too much afford more steep high than",
        r"too (?:much|high|steep|expensive)|(?:can't|cant|cannot|can not|couldn't) (?:afford|manage|do) (?:that|this|so|it|the)|more than i can|out of my (?:reach|budget)",
        r"too much (?:noise|trouble)",
    ),
    _rule(
        Tag.WITHDRAWS,
        "nevermind mind nvm nvmd forget need cancel",
        r"never ?mind|\bnvmd?\b|forget (?:it|about it|that)|(?:no|don't|dont|do not) (?:need|longer need)(?: for| to)? ?(?:a |an |the |speak|talk)?.{0,10}(?:person|human|agent|manager|supervisor|call|anyone|somebody|someone)?$",
        r"need (?:a|any|the)? ?(?:payment )?(?:plan|instal)",
    ),
    _rule(
        Tag.VAGUE_AMOUNT,
        "few some little bit something around about couple roughly",
        r"(?:a few|a couple(?: of)?) (?:hundred|bucks|dollars|quid|pounds)|\bsome (?:of it|money|now)|a (?:little|bit)(?: of it)?\b|\bsomething\b|(?:around|about|roughly) [\d\ue001-\ue007$£€]",
    ),
    _rule(
        Tag.VAGUE_TIME,
        "soon later some few asap shortly eventually can while sometime couple",
        r"s(?<=\bs)oon\b|l(?<=\bl)ater\b|some ?time|few (?:more )?(?:days|weeks)|couple (?:of )?(?:days|weeks)|a(?<=\ba)sap\b|shortly|eventually|(?:when(?:ever)?|as soon as) (?:i )?(?:can|could|have)|in a (?:bit|while)|more time",
        r"sooner|later today|later tonight|see you later",
    ),
    _rule(
        Tag.INCOME_DAY,
        "payday paid paycheck paycheque salary wages wage pay",
        r"pay ?day|get paid|gets paid|i'm paid|im paid|paid on (?:the|mon|tue|wed|thu|fri|sat|sun)|pay ?che(?:ck|que)|salary|wages?\b",
        r"garnish",
    ),
    _rule(
        Tag.MINIMUM,
        "minimum min lowest least",
        r"\bminimum\b|\bmin (?:payment|amount|due)|\blowest\b|at least",
    ),
)

_LATIN = re.compile(r"[a-z]")
_HAN = re.compile("[\u3400-\u9fff]")

_BY_HAN = Triggered((rule, rule.triggers, rule.needs) for rule in _HAN_RULES)
_BY_WORD = Triggered((rule, rule.triggers, rule.needs) for rule in _EN_RULES)


def read_tags(text: str, present: set[str] | None = None) -> frozenset[Tag]:
    """The tags that hold for a normalised text; empty when none does.

    `present` are the `pieces` of the text where they are known already.
    """
    if present is None:
        present = pieces(text)
    found: set[Tag] = set()
    if _HAN.search(text):
        _collect(found, _BY_HAN.wanted(present), text)
    if _LATIN.search(text):
        _collect(found, _BY_WORD.wanted(present), text)
    return frozenset(found)


def _collect(found: set[Tag], rules: Iterable[_Rule], text: str) -> None:
    for rule in rules:
        if rule.tag in found:
            continue
        if rule.pattern.search(text) and not (rule.unless and rule.unless.search(text)):
            found.add(rule.tag)
