"""What a finding is about, as the Chinese words around it say: by, after, already paid, a month."""

from __future__ import annotations

from flows.languages.pattern import Pattern
from flows.languages.scanner import Found
from flows.languages.zh.context import is_paid_then
from flows.understanding.values import EntityKind, Role

_WINDOW = 10
_FILLER = "(?:最多|不超过|顶多|至少|大概|大约|差不多|左右|以内|只能|只|就|都|也|能|可以|会|我|先|固定|分期|各|还款|还|付|给|交|缴|出|存|打|转|来|的|是|想|要|[ ,，:])*"
_RHYTHM = "(?:每一?个?(?:月|周|星期|礼拜)|逐个?月|按[月周]|月[供付还]|[一1]个?(?:月|周|星期|礼拜)|[两2二]个?(?:周|星期|礼拜)|隔一?个?(?:周|星期|礼拜)|半个月|每期|一期|每次|一次(?!性|过|付清|还清|结|和解|搞定|了结|解决|全)|每笔|每份|各自?)"
_PER_BEFORE = Pattern(
    f"{_RHYTHM}{_FILLER}(?:的?(?:周|星期|礼拜)[一二三四五六日天]|[0-9一二三十、和]{{1,6}}[号日]){{0,2}}{_FILLER}$"
)
_PER_AFTER = Pattern(
    f"(?:左右|以内)? ?/?(?:的)?(?:{_RHYTHM}|月(?![底末初尾头])|周(?!一|二|三|四|五|六|日|末))"
)
_DOWN_BEFORE = Pattern(
    "(?:首付|首期|头款|头期款?|定金|预付)(?:款|了|先|给|交|付|还|是|[ :]|(?:改|换|变|调)(?:成|为|到)?|(?:降|减|调)(?:低|少)?(?:到|成)|就|只|能不能|可不可以|可以|能)*$"
)
_FIRST_BEFORE = Pattern(
    f"(?:先|现在|今天|今晚|立刻|马上|手头|手上|目前){_FILLER}(?:个|你|您|你们|拿|凑|弄|缴|汇|扣|划)*$"
)
_FIRST_AFTER = Pattern(
    "(?:块|元|块钱)?(?:左右)?(?:先|顶住|顶着|行不|行吗|可以吗|可不可以|剩|其余|余下|其他的|再)"
)
_REST_IN_PARTS = Pattern(
    "(?:剩|余|其他|其它).{0,6}(?:分|每个?月|期|[0-9一二两三四五六七八九十]{1,2}个月|[俩仨两]个?月)"
)
# 我会缴六千 其他的分3期: the sum before the rest in parts is paid first.
_REST_NEXT = Pattern(
    "(?:块钱|块|元)?(?:就[0-9]+吧?)?[,，。 ]*(?:(?:今天|今晚|现在|明天|马上|这就|先)?[付交给缴还][,，。 ]*)?(?:那|就|然后)?(?:剩下?|余下?|其余|其他|其它)(?:的|那些)?(?:可以|能|再|就)*(?:分|[0-9一二两三四五六七八九十]{1,2}(?:期|个月))"
)
_INCOME = Pattern(
    "(?:工资|薪水|薪资|收入|月薪|底薪|到手|挣|赚|进账)(?:才|就|只有|只|有|是|大概|差不多|一个月|每个?月|的|也|到手|[ :])*$"
)
_SPENDING = Pattern(
    "(?:房租|房贷|车贷|租金|生活费|学费|奶粉|水电|伙食|吃饭|开销|花销|支出|医药费|药费|看病|保险|幼儿园|养家)(?:要|就要|花|是|大概|一个月|每个?月|都|得|费|贷|[ :])*$"
)
# 一个月三千块药费: what it is spent on follows the sum.
_SPENT_AFTER = Pattern(
    "(?:块钱|块|元|多)*(?:的)?(?:医?药费|房租|房贷|车贷|租金|生活费|学费|奶粉|水电|伙食|保险费?|看病|治疗费|透析|化疗)"
)
_WRONG_BEFORE = Pattern(
    "(?:不是|并非|不该是|多(?:收|算|扣|要)(?:了|我|你们|的)*|乱(?:收|扣)(?:了)?|凭什么收|(?:怎么|却|给我|算|收|扣|写|显示|弄|搞|记)(?:变|要|算|收)?(?:成了?|是))(?:我)?(?:这么|那)?$"
)
_BEYOND_BEFORE = Pattern(
    "(?:还不起|付不起|拿不出来?|出不起|凑不出来?|给不了|还不了|没有|没|不够)(?:那么多|这么多)?$"
)
_REFUSED_AFTER = Pattern(
    "(?:块钱|块|元)?(?:也|我|都|这笔|的)?(?:不认|不对|不合理|凭什么|是什么|哪来的|乱收|太多|太高|还不起|付不起|拿不出|不行(?!吗|么|\\?)|不可以(?!吗|么)|没有(?!问题)|错了)"
)
_RIGHT_BEFORE = Pattern(
    "(?:应该|明明|其实|实际|本来|只欠|才欠|只借|只刷|只用|只花|只买|只该|而是|正确的?)(?:只|才|就|是|欠|借|还|收|该|了|的|金额)*$"
)
_RIGHT_PAIR = Pattern("(?:^|[,，。 ])(?:是|我欠|欠的是|借的是)$")
_NOT_AFTER = Pattern("(?:块|元|块钱)?[,， ]?(?:不是|而不是)")

_DEADLINE_AFTER = Pattern(
    " ?(?:号|日)?(?:早上|上午|中午|下午|晚上)?(?:[0-9一二三四五六七八九十]{1,3}点半?)?(?:之前|以前|前(?!面|天|台)|之内|以内|内|截止)"
)
_AFTER_AFTER = Pattern("(?:那天|当天|左右)?(?:之后|以后|过后|后(?!天|悔|面|续))")
_START_AFTER = Pattern("(?:开始|起(?!诉|来)|开头)")
_DEADLINE_BEFORE = Pattern("(?:最迟|最晚|不超过|截止到?|赶在|不晚于|至迟)(?:是|到|在)?$")
_START_BEFORE = Pattern("(?:从|自|打)(?:下)?$")
_UNTIL_BEFORE = Pattern(
    "(?:宽限|延期?|延后|延迟|推迟|拖|缓|顺延|改|放宽|推|等|挪|延长|展期|通融)(?:一下|我|个)?到$"
)


def role_of(text: str, found: Found) -> Role | None:
    """The role of a finding, or None where nothing around it tells."""
    if found.role is not None:
        return found.role
    if found.kind in (EntityKind.AMOUNT, EntityKind.SHARE):
        return _role_of_sum(text, found)
    if found.kind in (EntityKind.DATE, EntityKind.TIME):
        return _role_of_day(text, found)
    if found.kind is EntityKind.COUNT and is_paid_then(text, found.start, found.end):
        return Role.PAID
    return None


def _role_of_sum(text: str, found: Found) -> Role | None:
    start, end = found.start, found.end
    first = max(0, start - 2 * _WINDOW)
    for pattern, role in _BEFORE_SUMS if start else ():
        if pattern.search(text, first, start):
            return role
    if _SPENT_AFTER.match(text, end):
        return Role.SPENDING
    if _REFUSED_AFTER.match(text, end):
        return Role.WRONG
    if _RIGHT_PAIR.search(text, first, start) and _NOT_AFTER.match(text, end):
        return Role.RIGHT
    return _role_of_payment(text, found)


def _role_of_payment(text: str, found: Found) -> Role | None:
    start, end = found.start, found.end
    first = max(0, start - 2 * _WINDOW)
    if _PER_BEFORE.search(text, first, start) or _PER_AFTER.match(text, end):
        return Role.PER_INSTALMENT
    if is_paid_then(text, start, end):
        return Role.PAID
    if _FIRST_BEFORE.search(text, first, start) or _FIRST_AFTER.match(text, end):
        is_begun = _REST_IN_PARTS.search(text, end, end + 4 * _WINDOW)
        return Role.DOWN_PAYMENT if is_begun else Role.PART
    return Role.DOWN_PAYMENT if _REST_NEXT.match(text, end) else None


def _role_of_day(text: str, found: Found) -> Role | None:
    start, end = found.start, found.end
    first = max(0, start - _WINDOW)
    # 不是，20号才对 names the day that is right.
    is_right = text.startswith(("才对", "才是"), end)
    for pattern, role in _BEFORE_DAYS if start and not is_right else ():
        if pattern.search(text, first, start):
            return role
    for pattern, role in _AFTER_DAYS if end < len(text) else ():
        if pattern.match(text, end):
            return role
    return Role.PAID if is_paid_then(text, start, end) else None


_BEFORE_SUMS = (
    (_INCOME, Role.INCOME),
    (_SPENDING, Role.SPENDING),
    (_WRONG_BEFORE, Role.WRONG),
    (_BEYOND_BEFORE, Role.WRONG),
    (_RIGHT_BEFORE, Role.RIGHT),
    (_DOWN_BEFORE, Role.DOWN_PAYMENT),
)
_BEFORE_DAYS = (
    (Pattern("(?:不是|别|不要)$"), Role.WRONG),
    (_UNTIL_BEFORE, Role.UNTIL),
    (_START_BEFORE, Role.START),
    (_DEADLINE_BEFORE, Role.DEADLINE),
)
_AFTER_DAYS = (
    (
        Pattern(
            "(?:[、和,]?[0-9一二三四五六七八九十廿]{1,3}[号日](?=都))?(?:我|是|都|也|可能|恐怕|怕是|好像|肯定|真的?)*(?:不行(?!吗|么|\\?)|不可以(?!吗|么)|不方便|来不及|没钱|没空|(?:钱|还)?不够|(?:还|付|给|转|交|打|缴|汇|发|拿|弄|凑)不(?:了|上|到|出)(?!多)|没(?:办?法|辙)|不能[还付给转交](?!吗|么)|(?:还|都|仍|仲|又|实在|真的)?(?:没|未)(?:有|能)?(?:弄|办|搞|凑|取|转|付|打|汇|存|赶|还|去|来得及)(?:成|上|到|齐|出来|得成|得及|好)|(?:还|都|仍|仲)?(?:没|未)(?:有)?(?:出粮|发工资|发薪|开支|领薪|到账))"
        ),
        Role.WRONG,
    ),
    (_START_AFTER, Role.START),
    (_DEADLINE_AFTER, Role.DEADLINE),
    (_AFTER_AFTER, Role.AFTER),
)
