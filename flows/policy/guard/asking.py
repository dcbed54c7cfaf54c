"""Whether a text asks for money: requests payment, names a day to pay by, or gives a way to pay.

A balance, a receipt, the read-back of a promise or plan do not.
"""

from __future__ import annotations

import re

from flows.policy.guard.reading import MASK, Link, Reading, Sentence, bit, read
from flows.policy.guard.view import HAN

_PAY = bit("pay")
_MUST = bit("must", "now", "final")
_TODAY = bit("today")
_NOT_NEEDED = bit("not_needed")

# Payment is mentioned, not asked for: done, conditional, the customer's own plan, or a question
# about his own wish.
_MENTIONED = re.compile(
    r"已(?:经|于|在)?(?:收到|付|还|支付|缴|结清|到账|安排)|收到(?:了)?您|如已|若已|(?:付|还|缴)(?:款)?过|刚付|刚还"
    r"|(?:付款|还款|缴款|支付|转账|汇款|付|还)(?:之?后|以后|成功|记录|凭证|方式|日期|计划|提醒|有困难|困难)"
    r"|对吗|是吗|可以吗|好吗|行吗|确认吗|没错吧|什么时候|何时|哪天|哪一天|几号|多少|几期|怎么|如何|想分"
    r"|(?:约定|承诺|答应|说好|记下|登记|安排好|确认)(?:了|的|于|在)?|将于|您(?:会|将|打算|计划|可以|可)"
    r"|不(?:需要|用|必|会|再)|无需|无须|暂停|停止|请忽略|忽略本|没(?:有)?关系|提醒"
    r"|谢谢|感谢|多谢|怎么还|怎么付|thank"
    r"|\b(?:received|arrived|already|have paid|has been paid|if paid|you paid|your payment of|payment was)\b"
    r"|\b(?:is that right|is that correct|shall i|does that|would that|do you want|would you like|would you prefer|when|which|which day|what day|how much|how many|how)\b"
    r"|\b(?:you will pay|you would pay|you plan|you planned|you promised|noted|confirmed|agreed|set up|each of)\b"
    r"|\b(?:no need|not need|need not|nothing to pay|do not have to|not have to|no rush|stop|paused?|reminders?)\b"
    r"|\b(?:you can (?!afford)|you could|you may|if you want to|would like to|suits you|do you want|would you like|would you prefer|trouble paying|difficult to pay)\b"
    r"|\b(?:payment plan|payment method|ways? to pay|payment date|payment history|payments made|proof of payment)\b"
)
_REQUEST = re.compile(
    r"(?:请(?:您)?(?!问|忽略|告诉|告知|勿|不要)|务必|必须|尽快|尽早|及时|按时|按期|赶紧|赶快|抓紧|马上|立即|立刻|烦请|敬请|敦请|望您?|希望您?|盼|麻烦您?|要求您?|应当|需(?:要)?(?:您)?|限|快点|快)"
    rf"[^。!?;]{{0,24}}?(?:还|付|缴|支付|汇|处理|结清|清偿|入账|到账|转账|打款)"
    r"|(?:等候|等待|期待|恭候|静候)(?:您的|你的)?(?:付款|还款|缴款|款项)"
    rf"|(?:还款|付款|缴款|支付)(?:入口|链接|连结|网址|页面|账号|账户)[^{HAN}]"
    r"|(?:在|于)[^。!?;]{1,14}?(?:前|之前|以前)(?:付|还|缴|支付|处理|结清|汇|把)"
    r"|(?:转账|转|汇款?|打款?|存)(?:到|至|入|给)(?:以下|下列|这个|如下|我们的?|账号|账户|收款|户名)"
    r"|\d日(?:之|以)?前(?:能|可以|把|全部|先)?(?:付|还|缴|处理|结清)"
    r"|(?:收款账号|收款账户|收款人|户名)"
    r"|\b(?:please|kindly|must|need to|needs to|have to|has to|required to|make sure (?:you|to)|ask you to"
    r"|ask that you|want you to|expect you to|urge you to|time to|remember to|try to|got to|should|need you to|forget to)\s(?:\w+\s){0,4}?"
    r"(?:pay|settle|clear|repay|remit|transfer|send (?:us )?(?:the )?(?:money|payment|\$|¥|£|\d)|bring your account|make (?:a|the|your|this|that|an)\s?(?:\w+\s){0,2}payment)\b"
    r"|\bpay(?:ment)? (?:of )?(?:\S+ ){0,5}?(?:by|before|within|no later than|on or before|is (?:now )?(?:due|required|expected)|must|in the next|at the latest)\b"
    r"|\b(?:payment|paying|it|this|the balance|the bill|the amount) (?:is (?:\w+ )?(?:required|requested|expected|due (?:now|today|immediately|by))|(?:must be|has to be|should be|needs to be|to be) (?:\w+ )?(?:paid|settled|cleared|made|received))\b"
    r"|\bwe (?:ask|request|expect|require|look forward to|await|are (?:still )?waiting for|would appreciate|need) (?:\w+ ){0,3}?pay(?:ment)?\b"
    r"|\b(?:can|could|would|will) you (?:\w+ ){0,3}?(?:pay|settle|clear|send|make a payment)\b"
    r"|\bpay (?:here|now|today|online|at|via|through|there|off|in full|before|by|right|immediately|up|me)\b"
    r"|\b(?:payment (?:link|page)|pay link)\b|\btransfer (?:\S+ ){0,4}?to (?:the |our )?(?:following |bank )?account\b"
    r"|\b(?:sort code|account number|iban|swift)\b.{0,30}\d{4}"
)
# A question whether the customer can pay, and a day put to him, ask in any surroundings.
_CERTAIN = re.compile(
    r"(?:能|能否|可否|能不能|可不可以|可以)(?:先|再)?(?:付|还|缴|支付|汇|转)[^,。?多几哪什怎何]{0,8}(?:吗|么)"
    r"|参考(?:还款|付款|缴款)日期|先按[^,。]{1,8}来?(?:打算|安排)|\bpencill?ed in\b|\bsuggested (?:pay )?date\b"
)
_IMPERATIVE = re.compile(
    r"(?:^|[.!?;:,] ?|\b(?:and|or|then|so) )(?:pay|settle|clear|repay|remit)\b(?! (?:plan|method|day))"
)
_ASKED_WISH = re.compile(r"\b(?:do you want|would you (?:like|prefer|rather)) (?:to )?(?:\w+ )?$")
_HAN_OBJECTLESS = re.compile(r"^(?:现在|今天|今晚)?(?:还款|付款|还钱|缴款|还清|结清)[!。]?$")
_PAY_LABEL = re.compile(
    r"(?:还|付|缴|支付|处理|结清|pay|settle|clear)[^。.!?]{0,16}$|(?:here|入口|这里|点击)\W*$"
)
_INFO_LABEL = re.compile(
    r"(?:条款|细则|明细|说明|凭证|收据|隐私|详情|帮助|官网|咨询|证明|材料|资料|投诉|申诉|规则|解释|查看|查询|检视"
    r"|document|documents|terms|details|receipt|privacy|explain\w*|explanation|help|advice|website|complain\w*|form|faq|read|learn|breakdown|line by line|see it)[^。!?]{0,12}$"
)
_PAY_WORD = re.compile(r"还款|付款|支付|缴|现在付|提前付|在(?:这里|同一页)付|\bpay")
_PAY_HOST = re.compile(r"(?:^|[/.])(?:pay|bill|checkout|invoice|cashier)[\w-]*[/.]|/pay")


def asks_for_money(text: str, *, pays_on_request: bool = False) -> bool:
    """Whether the text asks for money; what a reminder does, whoever wrote it.

    `pays_on_request`: the text answers a customer who asked how to pay, so that the way to pay
    alone asks for nothing. Source: RG 96 and Regulation F speak of attempts to collect.
    """
    return asks(read(text), pays_on_request=pays_on_request)


def asks(reading: Reading, *, pays_on_request: bool = False) -> bool:
    """The same of a text already read."""
    if any(_requests(sentence) for sentence in reading.sentences):
        return not pays_on_request or any(_demands(each) for each in reading.sentences)
    return not pays_on_request and any(_invites(reading, link) for link in reading.links)


def _requests(sentence: Sentence) -> bool:
    if _CERTAIN.search(sentence.text):
        return True
    if not sentence.classes & _PAY:
        return bool(_REQUEST.search(sentence.text)) and not _MENTIONED.search(sentence.text)
    if _HAN_OBJECTLESS.search(sentence.text.strip()):
        return True
    found = _REQUEST.search(sentence.text) or _IMPERATIVE.search(sentence.text)
    if found is None:
        return False
    if sentence.classes & _NOT_NEEDED or _ASKED_WISH.search(sentence.text[: found.start()]):
        return False
    around = sentence.text[max(0, found.start() - 12) : found.end() + 24]
    return _MENTIONED.search(around) is None


def _demands(sentence: Sentence) -> bool:
    return _requests(sentence) and bool(sentence.classes & (_MUST | _TODAY))


def _invites(reading: Reading, link: Link) -> bool:
    """A bare link, one labelled as a way to pay, or one to a payment page."""
    if link.is_mail:
        return False
    before = reading.text[max(0, link.start - 24) : link.start]
    label = before.rpartition("。")[2].rpartition(MASK)[2]
    if _PAY_WORD.search(label):
        return True
    if _INFO_LABEL.search(label):
        return False
    alone = len(reading.text.replace(MASK, "").strip()) <= 3
    return alone or bool(_PAY_LABEL.search(label)) or bool(_PAY_HOST.search(link.text))
