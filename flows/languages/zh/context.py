"""What the words around a finding say: whether it lies in the past, whose clause it stands in."""

from __future__ import annotations

import re

from flows.languages.pattern import Pattern
from flows.languages.scanner import Scene
from flows.understanding.values import Asked

_WINDOW = 24
# Blanks stand for commas only before words that start something new: 还了500 剩下的15号还.
_CLAUSE_END = Pattern(
    "[,，。;；!?…、\n]|(?=剩下|剩余|其余|余下|余款|另外)| (?=剩|余|然后|另|还有|再|一定)"
)
_PAYS = "(?:还|付|交|转|缴|打款|打钱|打过|汇|存|给|充|入|扣|划|结清|结|过去|处理|弄|清)"
_PAID = (
    "(?:还|付|交|转(?!了?(?:工(?!资|钱)|[职岗校院科机台]|电话|手机|号))|缴|打|汇|存|给|充|入|扣|划|处理|弄|(?<!月)结)(?:款|账|钱|费|过去|走|掉)?"
    "(?:了(?!工(?![行商])|岗|学|院|先|再)|过(?!去|户|来|几|两|段|阵)|清了|完了|掉了|好了|上了|的(?!话|时候|起))"
)
_PAST = Pattern(
    f"(?:已经?|早就|刚刚?|刚才|早已).{{0,4}}{_PAYS}|{_PAID}|[过进]去了|过了(?=[0-9一二三四五六七八九十百千万]{{2,8}}(?:块|元|蚊)?(?:$|[,，。 啦咯喽囉啰嘛咩喇]))|过了[^,，。]{{1,5}}数|[一二三四五六日天号晚]过了(?![再就才])"
)
_PAYS_AT_ALL = Pattern(_PAYS)
_TELLING_MIN = 2
_AHEAD = Pattern(
    "会(?!员)|就[还付给转交缴打](?![了过]|[款钱账]了|[清完上掉好齐][了啦]|.{0,3}[打转汇](?:了|过[去来]了)|[进过]去了)|可以|能不能|能[还付给转]|打算|准备|将|保证|肯定|争取|尽量|到时|才[能有还发]|先还(?!了)|之前还|以前还|吧|行[吗不]|"
    "发了?工资|没(?!有?(?:收到|到账|显示|更新|记录|看到|查到|入账))|未|还不|(?:之前|以前)(?:一定|肯定|再|给你?)?[还付转打交缴汇存]|"
    "想(?!起|必|来)[^了过已]{0,12}[还付交缴给]的?(?:$|[吧呢啊])"
)
# What a day of the month is told with beside a payment: 7号就退租了, 5号那笔, 只住到5号.
_TOLD_AFTER = Pattern(
    "(?:那天|晚上|早上|上午|中午|下午|就|才|我[们妈爸哥姐弟妹]?|他|她|老公|老婆|孩子|家里)*(?:退租|搬走|搬|离职|辞职|下岗|住院|出院|去世|过世|走|取消|退货|退款|退|注销|销户|停机|停|签|买|丢|出事|办|离婚|生|失业|病倒?|脑梗|中风|心梗|晕倒|翻车|追尾|着火|分手|断|坏|漏水|淹|出车祸|摔伤?|撞|(?:动|做)?手术|开刀|确诊|骨折|破产|倒闭|转让|跑路|关门|离世|死|结婚|烧|塌|偷|抢|骗|冻结|起火|失火|着凉|发烧|感冒|阳|化疗|流产|入职|上岗|开除|解雇|裁员|炒鱿鱼|报警|立案|隔离|开庭|起诉|吵架|打架|摔|撞车|罚款|拆|被[^,，。 再就]{1,6})[断伤坏掉过没光]?(?:了(?! ?我?[再就才])|的(?!话|时候))"
    "|那[笔次](?![一再])|(?:[上下中]午|晚上)?出的(?:[账款差院事]|车祸)"
)
# 12号进医院了: something is over by then, and nothing speaks of paying or of what may come.
_IS_OVER = re.compile("了[\u3400-\u9fff]{0,3}(?=$|[,，。！？!? ])")
_MAY_COME = Pattern(
    "说|讲|约|答应|还|付|交|缴|转(?![岗院学正])|汇|打|存|给|清|结(?!婚)|处理|弄|搞|钱(?!包)|款|账|数|薪|工资|粮|发|行|可以|吧|前|后|会|能|要|再|就|才|定|肯定|保证|先|改|推|延|等|拖|宽限|迟|得|好|吗|呢|么|期|开始|起|扣|入|过|或|最|"
    "争取|尽量|试|联系|没问题|差不多|大概|准|空|错|想|[元块半剩全够有到回放开收下毕休满完齐出来晚]"
)
_TOLD_BEFORE = Pattern("(?:只|就|才)(?:住|用|上|做|干)到$")


def clause(text: str, start: int, end: int) -> str:
    """The words between the nearest marks of punctuation around a span, a few dozen at most."""
    first = max(0, start - _WINDOW)
    for mark in _CLAUSE_END.finditer(text, first, start):
        first = mark.end()
    last = _CLAUSE_END.search(text, end, end + _WINDOW)
    return text[first : last.start() if last else end + _WINDOW]


# 我周五把3600还了 promises: what is named is a day to come, and nothing says it is done.
_WILL_HAVE = Pattern(
    f"(?:周|星期|礼拜|明|后天|月底|月末|下个?月|下周|今晚|晚上|发工资).{{0,8}}[把将].{{1,10}}{_PAYS}(?:清|完|掉|上|齐|过去)?了"
)
_DONE = Pattern("已|早就|刚|昨|前天|上个?(?:周|星期|礼拜|月)|[了啦]吗|[过]了$|的时候")


def _narrow(text: str, start: int, end: int) -> str:
    """The clause, ended by blanks too where what is left speaks of paying or of what may come.

    A blank stands for a comma in most replies; 5号 还的 is one clause all the same.
    """
    around = clause(text, start, end)
    if " " not in around:
        return around
    for beside in (0, 1):
        first = text.rfind(" ", max(0, start - _WINDOW), max(0, start - beside)) + 1
        last = text.find(" ", end + beside, end + _WINDOW)
        within = text[first : last if last > 0 else len(text)]
        if within in around and any(
            pattern.search(within) for pattern in (_PAYS_AT_ALL, _AHEAD, _PAST)
        ):
            return within
    return around


def is_paid_then(text: str, start: int, end: int) -> bool:
    """The clause tells of a payment made: 5号就还了, and not of one to come: 5号之前还."""
    around = _narrow(text, start, end)
    if _was_moved(around):
        return True
    if not _PAST.search(around) or _AHEAD.search(around):
        return False
    return "了" not in around or not _WILL_HAVE.search(around) or bool(_DONE.search(around))


# 上周有汇四千喔, 上礼拜给过一千了吧: a day gone by, and money that moved on it.
_GONE_BY = Pattern(
    "(?:上个?(?:周|星期|礼拜|月)|昨|前天|前[几两]天)[^,，。]{0,8}(?:还|付|交|转|缴|打|汇|存|给)(?!工资|电话|不|的人)"
)
_NOT_MOVED = Pattern(
    "说|讲|约|答应|想|打算|准备|先|没|未|忘|应该|本来|要|不(?!是)|会|能|发工资|收到|给我(?!妈|爸|老)|打(?:给|来|我)|让|叫|交代|还是|还有|还欠|还差|还没|还在"
)


def _was_moved(around: str) -> bool:
    moved = _GONE_BY.search(around)
    return moved is not None and not _NOT_MOVED.search(around)


# 周五会还, asked when he paid.
_WILL = Pattern("会(?!员)|打算|准备|就[还付交](?![了过的])|才[还付交有](?![了过的])|一定")


def lies_behind(match: re.Match[str], scene: Scene) -> bool:
    """A day left open is a past one: something is told of it, or its details were asked for."""
    if scene.asked is Asked.CLAIM_DETAILS:
        return not _WILL.search(clause(match.string, match.start(), match.end()))
    text, start, end = match.string, match.start(), match.end()
    if text[end - 1] in "月周期拜":
        # Last month is no day to ask about unless he paid then.
        return is_paid_then(text, start, end)
    if _TOLD_AFTER.match(text, end) or _TOLD_BEFORE.search(text, max(0, start - 4), start):
        return True
    return is_paid_then(text, start, end) or _is_over_by_then(text, start, end)


# What is told as done, and the words of paying, of wages and of what may come that it lacks.
_TELLS = re.compile(
    "(?:[了的][\u3400-\u9fff]{0,3}|没(?:通过|过|成|中|录取|考上)|才(?:出院|出来|回来|回国|到家|复工|入职|下葬|安顿))(?=$|[,，。！？!? ])"
)
_TOLD_BY = frozenset("了的没才")
_OF_PAYING = Pattern(
    "还|付|交|缴|转(?![岗正院学让])|汇|打[款钱给过]|存|给|清|结(?!婚)|处理|弄|搞|钱(?!包)|款|账|数|薪|工资|粮|发(?![烧现生])|可以|行(?!李)|能|会(?!员)|要|再|定|肯定|保证|先|改|推|延|等|拖|宽限|得|好|吗|呢|么|期|扣|划|入|"
    "收|俾|最|争取|尽量|(?<![面考口笔])试|联系|准|想|[元块半剩全够有到拿领退满]|那[笔天]|电话|约|聊|倾|不对|不是|错|早|应该|好意思|搞|记"
)


def is_of_something_else(text: str, start: int, end: int) -> bool:
    """The clause of a day tells what was done and nothing of paying: 六号查出来的癌症."""
    if _TOLD_BY.isdisjoint(text[end:]):
        return False
    if not _is_told_behind(text, start, end, _TELLS):
        return False
    return not _OF_PAYING.search(_narrow(text, start, end).replace(text[start:end], "", 1))


def _is_told_behind(text: str, start: int, end: int, done: re.Pattern[str]) -> bool:
    """What is told as done stands behind the day, as a verb does in Chinese."""
    around = _narrow(text, start, end)
    behind = around[around.find(text[start:end]) + end - start :]
    is_telling = len(around) - (end - start) > _TELLING_MIN and len(behind) >= _TELLING_MIN
    return is_telling and done.search(behind) is not None


def _is_over_by_then(text: str, start: int, end: int) -> bool:
    """Something that is no payment is told as done on that day, and nothing of what may come."""
    if text.find("了", end) < 0 or not _is_told_behind(text, start, end, _IS_OVER):
        return False
    return not _MAY_COME.search(_narrow(text, start, end).replace(text[start:end], "", 1))
