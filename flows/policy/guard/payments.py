"""Two sentence kinds about money itself: figures that cannot be right, and places to pay to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from flows.policy.guard.figures import Amount, amounts
from flows.policy.guard.reading import Link, Reading, bit
from flows.policy.guard.view import fold

Span = tuple[int, int]

# Hosts that hide where a link leads; a selection of the services in use.
SHORT_HOSTS = frozenset(
    [
        "bit.ly",
        "t.cn",
        "t.co",
        "goo.gl",
        "tinyurl.com",
        "ow.ly",
        "is.gd",
        "v.gd",
        "dwz.cn",
        "url.cn",
        "suo.im",
        "suo.nz",
        "reurl.cc",
        "ppt.cc",
        "lihi.cc",
        "lihi1.cc",
        "lihi2.cc",
        "pse.is",
        "rb.gy",
        "cutt.ly",
        "buff.ly",
        "shorturl.at",
        "tiny.cc",
        "rebrand.ly",
        "bl.ink",
        "s.id",
        "6url.cn",
        "mrw.so",
        "w.url.cn",
        "dlvr.it",
        "adf.ly",
        "t.ly",
        "x.co",
        "soo.gd",
        "u.nu",
        "tinyurl.cc",
        "kutt.it",
        "short.io",
        "linktr.ee",
        "dwz.date",
        "dwz.win",
        "dwz1.cc",
        "0x.sh",
        "da.gd",
        "qr.ae",
        "trib.al",
        "lnkd.in",
        "amzn.to",
        "fb.me",
        "wp.me",
        "git.io",
        "cli.re",
        "bitly.com",
        "sourl.cn",
        "985.so",
        "c7.gg",
        "tb.cn",
        "m.tb.cn",
        "z.cn",
        "rrd.me",
        "t.im",
        "shrtco.de",
        "gg.gg",
        "clck.ru",
        "vk.cc",
        "hyperurl.co",
        "smarturl.it",
        "shorte.st",
        "ouo.io",
        "tr.im",
        "j.mp",
        "su.pr",
        "b.link",
        "urlzs.com",
        "tny.im",
        "shorturl.com",
        "short.gy",
        "risu.io",
        "maac.io",
        "picsee.co",
        "myppt.cc",
        "psee.io",
        "supr.link",
        "4fun.tw",
        "goo.su",
        "zpr.io",
        "surl.li",
        "shrinke.me",
        "is.id",
        "n9.cl",
    ]
)

_TOTAL = re.compile(
    r"(?:合计|总计|共计|总额|总欠款?|总共|一共|应还|应付|应缴|应缴总金额|待还|待付|欠款|账单金额|账单总额|余额|尚余|还差|还剩|仍欠|未结清|须付|需付|总金额|总应付|全部)[^,。;!?\d]{0,8}$"
    r"|\b(?:totals?|balance|amount due|you owe|owed|outstanding|adds up to|altogether|in all|still open|remaining|due|full amount)\b[^.;!?\d]{0,22}$"
)
_TOTAL_AFTER = re.compile(
    r"^[^,。;!?\d]{0,3}(?:未结清|待还|未还|尚未|没有到账|欠款|逾期)|^ (?:is |are )?(?:still |now )?(?:open|outstanding|overdue|past due|due|owed|owing|in all|in total|to go|remains|left)\b"
)
_PART = re.compile(
    r"(?:本金|利息|息费|罚息|费用|手续费|服务费|违约金|滞纳金|每期|首期|末期|首付|每月|每周|每两周|期|已付|已还|已收到?|收到(?:了)?(?:您)?(?:的)?(?:付款|还款)?|支付了|付了|还了|先付|先还|定金|最低|分摊|减免|优惠|折扣|其中|之前|原定|约定|每次|到账|入账)[^,。;!?\d]{0,8}$"
    r"|\b(?:principal|interest|fees?|costs|charges?|instal?lments?|payments?|each|per|monthly|weekly|first|last|down|deposit|received|paid|minimum|at least|discount|waived?|of which|split|arrived|plus|promised|planned|picked|part|and)\b[^.;!?\d]{0,22}$"
)
_PART_AFTER = re.compile(
    r"^(?:的)?(?:本金|利息|费用|手续费|已收到|每期|每月|一期|到账)|^ (?:each|per|a month|a week|every|monthly|weekly|now|today|next|principal|interest|fees?|in fees|in interest|on|has arrived|arrived|is in|was received|down)\b"
)
_LABEL_REACH = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the deployer has approved; None where there is no list."""

    hosts: tuple[str, ...] | None = None
    payees: tuple[str, ...] | None = None
    ledger: tuple[int, ...] | None = None


def wrong_amounts(reading: Reading, allowed: Allowed, *, is_reminder: bool) -> Iterator[Span]:
    """Amounts that are not in the ledger, or a second, different total. S3, S16, US-13."""
    found = list(amounts(reading.text))
    if allowed.ledger is not None:
        for amount in found:
            if not any(amount.is_minor(minor) for minor in allowed.ledger):
                yield amount.start, amount.end
    first: Amount | None = None
    for amount in found:
        if not _is_total(reading.text, amount, is_reminder):
            continue
        if first and amount.value != first.value:
            yield amount.start, amount.end
        first = first or amount


def _is_total(text: str, amount: Amount, is_reminder: bool) -> bool:
    before = text[max(0, amount.start - _LABEL_REACH) : amount.start]
    after = text[amount.end : amount.end + _LABEL_REACH]
    total, part = _TOTAL.search(before), _PART.search(before)
    if total and (part is None or total.start() > part.start()):
        return _PART_AFTER.search(after) is None
    if part or _PART_AFTER.search(after):
        return False
    return is_reminder or _TOTAL_AFTER.search(after) is not None


_PRIVATE = re.compile(
    r"(?:转|汇|打|付|存|还|交)(?:账|款|钱)?(?:到|至|给|入|进)?[^,。!?]{0,8}(?:(?:我(?!们|司|行|方)(?:的|本人|个人)?|个人|私人|本人)[^,。!?]{0,6}(?:账户|账号|账上|卡|微信|支付宝|银行|就行|即可|名下|$)?|(?:承办人员?|专员|经理|同事)的?[^,。!?]{0,6}(?:账户|账号|账上|卡上|微信|支付宝))"
    r"|加(?:我|一下我)(?:的)?(?:微信|支付宝|line|qq|好友)|扫(?:描|一下)?(?:我(?!们)|这个|下面)(?:的)?[^,。]{0,10}码|(?:我|给您|给你)发收款码|收款码"
    r"|(?:支付宝|微信|line pay|街口)[^,。!?]{0,8}(?:转|打|付)[^,。!?]{0,5}我(?!们)|转给我(?!们)|打给我(?!们)[^,。]{0,6}(?:钱|款)"
    r"|(?:点数卡|礼品卡|购物卡|充值卡|游戏点|比特币|虚拟币|虚拟货币|加密货币|usdt|泰达币|以太坊)|(?:私下|线下|当面)[^,。!?]{0,6}(?:转|付|交|给)(?:钱|款|现金|账)?|现金(?:交|给)(?:给)?我|发红包"
    r"|\b(?:send|transfer|pay|wire|deposit|put|zelle|venmo|paypal|cash ?app)\b[^.!?]{0,40}\b(?:my (?:own |personal |private )?(?:\w+ )?(?:account|wallet|card|venmo|paypal|zelle|cash ?app|bank|alipay|wechat|iban)|personal account|private account|to me\b|me directly)"
    r"|\b(?:venmo|zelle|cash ?app|paypal) me\b|\b(?:gift|prepaid|itunes|steam|google play) cards?\b|\b(?:bitcoin|crypto\w*|usdt|ethereum|btc)\b|\b(?:western union|moneygram|money order to me)\b|\bcash (?:in an envelope|in hand|to me)\b|\bpay me\b"
)
_REFUSED = re.compile(r"不会|不要|请勿|切勿|不得|从不|绝不|never|not|do not|without", re.I)
_REFUSED_REACH = 60
_PERSONAL = bit("personal")
_LONG_WORD = re.compile(r"[a-z0-9]{24}")
_WALLET = re.compile(
    r"\b(?:bc1[a-z0-9]{20,60}|0x[0-9a-f]{40}|t[a-z0-9]{33}|[13][a-km-z1-9]{25,34})\b"
)
_PAYEE_NUMBER = re.compile(
    r"(?:账号|账户|卡号|户号|收款账号|收款账户|收款卡|account|acct|iban|wallet|支付宝|微信)(?: number| no\.?)?[^a-z0-9,。;]{0,6}(?P<number>[a-z]{0,2}\d[\d -]{4,34}\d|[a-z]{2}\d{2}[a-z0-9 ]{8,30}|\S+@\S+)"
)
_PAYEE_NAME = re.compile(
    r"(?:收款人|收款方|户名|收款单位)(?:为|是|:|：)? ?(?P<name>[^\s,。;:()]{2,30})|\b(?:payee|beneficiary|account name|payable to)(?: is|:)? ?(?P<en>[a-z][a-z .&'-]{1,40}?)(?=[,.;()]|$| account| at | by )"
)
_TOWARDS = re.compile(r"(?:到|至|入|收款|汇|转|打款|存|to|into|pay|payee)")


def wrong_destinations(reading: Reading, allowed: Allowed) -> Iterator[Span]:
    """Links and payees nobody approved, short links, private accounts. CN-8; fraud."""
    for link in reading.links:
        if not link.is_mail and not _is_good(reading, link, allowed.hosts):
            yield link.start, link.end
    text = reading.text
    for sentence in reading.sentences:
        if not sentence.classes & _PERSONAL:
            continue
        for match in _PRIVATE.finditer(sentence.text):
            if not _REFUSED.search(sentence.text[: match.start()][-_REFUSED_REACH:]):
                yield sentence.start + match.start(), sentence.start + match.end()
    for match in _WALLET.finditer(text) if _LONG_WORD.search(text) else ():
        if not _is_listed(match[0], allowed.payees or ()):
            yield match.span()
    if allowed.payees is not None:
        yield from _unlisted(text, allowed.payees)


def _is_good(reading: Reading, link: Link, hosts: Sequence[str] | None) -> bool:
    start, end = reading.view.span(link.start, link.end)
    scheme, separator, rest = link.text.rpartition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    if separator and scheme != "https":
        return False
    if not reading.view.raw[start:end].partition("?")[0].isascii() or "xn--" in host:
        return False
    if host.removeprefix("www.") in SHORT_HOSTS or re.fullmatch(r"[\d.]+|\[.*", host):
        return False
    if "@" in rest.partition("/")[0]:
        return False
    return hosts is None or any(_is_of(host, each) for each in hosts)


def _is_of(host: str, allowed: str) -> bool:
    plain = re.split(r"[/?#]", allowed.lower().rpartition("://")[2], maxsplit=1)[0]
    plain = plain.removeprefix("*.").removeprefix("www.").partition(":")[0]
    return bool(plain) and (host == plain or host.endswith("." + plain))


def _unlisted(text: str, payees: Collection[str]) -> Iterator[Span]:
    for match in _PAYEE_NUMBER.finditer(text):
        if _TOWARDS.search(text[max(0, match.start() - 24) : match.end()]):
            digits = sum(char.isdigit() for char in match["number"])
            if (digits >= 6 or "@" in match["number"]) and not _is_listed(match["number"], payees):
                yield match.span("number")
    for match in _PAYEE_NAME.finditer(text):
        name = "name" if match["name"] else "en"
        if not _is_listed(match[name], payees):
            yield match.span(name)


def _is_listed(value: str, payees: Collection[str]) -> bool:
    wanted = _bare(value)
    return any(wanted and (wanted in bare or bare in wanted) for bare in map(_bare, payees) if bare)


def _bare(value: str) -> str:
    return "".join(char for char in fold(value) if char.isalnum())
