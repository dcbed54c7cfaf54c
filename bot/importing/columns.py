"""Which column holds what: headers in English and Chinese, matched by name, never by place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.importing.faults import FileFault

# Our field: the headers it goes by, in lower case, without spaces or punctuation.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "account_id": (
        "accountid",
        "account",
        "accountno",
        "accountnumber",
        "billno",
        "billid",
        "contract",
        "contractno",
        "账户",
        "账户号",
        "账号",
        "账单编号",
        "账单号",
        "合同号",
        "合同编号",
        "借据号",
        "帳戶",
        "帳號",
        "帳單編號",
        "帳單號",
        "合約編號",
        "编号",
        "編號",
    ),
    "name": (
        "name",
        "customer",
        "customername",
        "fullname",
        "姓名",
        "客户姓名",
        "客户",
        "客户名称",
        "客戶姓名",
        "客戶",
        "客戶名稱",
    ),
    "phone": (
        "phone",
        "mobile",
        "phonenumber",
        "mobilenumber",
        "cell",
        "tel",
        "msisdn",
        "手机",
        "手机号",
        "手机号码",
        "电话",
        "联系电话",
        "手機",
        "手機號碼",
        "電話",
        "聯絡電話",
    ),
    "amount": (
        "amount",
        "outstanding",
        "balance",
        "amountdue",
        "amountowed",
        "due",
        "金额",
        "待还金额",
        "应还金额",
        "欠款金额",
        "余额",
        "逾期金额",
        "金額",
        "待還金額",
        "應還金額",
        "餘額",
    ),
    "currency": ("currency", "ccy", "币种", "货币", "幣別", "貨幣"),
    "due_date": (
        "duedate",
        "dueon",
        "due_date",
        "paymentdue",
        "到期日",
        "到期日期",
        "应还日期",
        "还款日",
        "應還日期",
        "還款日",
        "繳款期限",
    ),
    "product": ("product", "producttype", "产品", "产品名称", "业务类型", "產品", "產品名稱"),
    "language": ("language", "lang", "语言", "語言"),
    "timezone": ("timezone", "tz", "时区", "時區"),
    "country": ("country", "国家", "國家"),
    "region": ("region", "state", "province", "地区", "省份", "地區"),
    "fees": ("fees", "fee", "latefee", "费用", "滞纳金", "費用", "滯納金"),
    "pay_link": ("paylink", "paymentlink", "link", "还款链接", "付款链接", "還款連結", "付款連結"),
    "verified": ("verified", "bound", "registered", "已核身", "本人号码", "已驗證"),
    "id_last4": ("idlast4", "idtail", "证件后四位", "身份证后四位", "證件後四碼", "身分證後四碼"),
    "birthday": ("birthday", "birthdate", "dateofbirth", "dob", "生日", "出生日期"),
    "postcode": ("postcode", "zip", "zipcode", "邮编", "邮政编码", "郵遞區號"),
    "telegram": ("telegram", "telegramid", "telegramchat", "chatid"),
    "style": ("style", "tone", "语气", "語氣"),
    "consent": ("consent", "smsconsent", "短信同意", "簡訊同意"),
}
REQUIRED = ("account_id", "name", "amount", "due_date")
KNOWN_HEADERS = frozenset(word for words in HEADERS.values() for word in words)
# Money, a day or a phone number: what stands in rows and in no header.
_FIGURES = re.compile(r"\+?\d[\d.,/ -]{3,}")
_MOST_TOLD, _LONGEST_TOLD = 20, 80
_NOISE = re.compile(r"[\s_\-./()（）:：]+")


def map_columns(header: Sequence[str], chosen: Mapping[str, str] | None = None) -> dict[str, int]:
    """Our fields by the place of their column; raises FileFault naming what is missing or twice.

    `chosen` maps our fields to headers where an operator knows better than the names do.
    """
    places = {_plain(name): number for number, name in enumerate(header)}
    mapped = _by_name(places)
    mapped |= {field: _chosen(field, name, places) for field, name in (chosen or {}).items()}
    _refuse_repeats(header)
    missing = lacking(mapped)
    if missing:
        wanted = ", ".join(
            f"{field} (such as {HEADERS[field][0]} or {_han(field)})" for field in missing
        )
        raise FileFault(
            f"expected columns for {wanted}; got the headers {_listed(header)}. "
            + _what_to_do(header)
        )
    return mapped


def guessed(header: Sequence[str]) -> dict[str, int]:
    """Our fields by the place of the column whose header names them.

    A header that stands twice is no guess at all: which of the two is meant, only a person knows.
    """
    counts = Counter(_plain(name) for name in header)
    places = {_plain(name): n for n, name in enumerate(header) if counts[_plain(name)] == 1}
    return _by_name(places)


def lacking(fields: Iterable[str]) -> tuple[str, ...]:
    """The fields an import cannot do without that are not among these; a chat stands for a phone."""
    known = set(fields)
    missing = [field for field in REQUIRED if field not in known]
    if not known & {"phone", "telegram"}:
        missing.append("phone")
    return tuple(missing)


def known_columns(names: Sequence[str]) -> int:
    """How many of these names are headers of columns we know."""
    return sum(_plain(name.strip("\"' \ufeff")) in KNOWN_HEADERS for name in names)


def _by_name(places: Mapping[str, int]) -> dict[str, int]:
    return {
        field: next(places[word] for word in words if word in places)
        for field, words in HEADERS.items()
        if any(word in places for word in words)
    }


def _listed(names: Sequence[str]) -> str:
    told = [name for name in names if name]
    more = f" and {len(told) - _MOST_TOLD:,} more" if len(told) > _MOST_TOLD else ""
    return (", ".join(name[:_LONGEST_TOLD] for name in told[:_MOST_TOLD]) or "none") + more


def _what_to_do(header: Sequence[str]) -> str:
    if not known_columns(header) and any(_FIGURES.fullmatch(name) for name in header):
        return "That looks like a row: put a line with the names of the columns above it."
    return "Rename the headers, or name them with --column FIELD=HEADER."


def _plain(name: str) -> str:
    return _NOISE.sub("", name).lower()


def _han(field: str) -> str:
    return next((word for word in HEADERS[field] if not word.isascii()), HEADERS[field][0])


def _chosen(field: str, name: str, places: Mapping[str, int]) -> int:
    if field not in HEADERS:
        raise FileFault(f"expected a field of {', '.join(HEADERS)}, got {field!r}")
    if _plain(name) not in places:
        raise FileFault(f"{field}: expected a header of the file, got {name!r}")
    return places[_plain(name)]


def _refuse_repeats(header: Sequence[str]) -> None:
    plain = [_plain(name) for name in header if name]
    twice = sorted(name for name, count in Counter(plain).items() if count > 1)
    if twice:
        raise FileFault(
            f"expected each header once, got {_listed(twice)} more than once. Rename one of them."
        )
