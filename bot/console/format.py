"""How amounts, days, times, names and numbers are written in each language of the console.

Everything here returns markup: figures stand in `<data>` and days in `<time>`, so that they keep
their value for machines and never break across lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import assert_never
from zoneinfo import ZoneInfo

import phonenumbers
from markupsafe import Markup, escape

from bot.console.pages import Fact, Phrase, Sla, SlaLevel
from bot.console.words import Words
from flows.languages import Language
from flows.model import Flag
from flows.money import Currency, Money, from_decimal
from flows.records import HandoffReason, PlanStatus
from flows.understanding.intents import Intent
from flows.understanding.values import Entity, EntityKind, Frequency

MINUS = "\u2212"
_NBSP = "\u00a0"

# CLDR's short signs as a reader of several currencies needs them: ¥ is the yuan here.
_SIGNS = {
    "CNY": "¥",
    "USD": "$",
    "TWD": "NT$",
    "HKD": "HK$",
    "GBP": "£",
    "EUR": "€",
    "AUD": "A$",
    "CAD": "C$",
    "SGD": "S$",
    "NZD": "NZ$",
    "JPY": "JP¥",
    "KRW": "₩",
    "INR": "₹",
    "MYR": "RM",
}

# Bands keep a shared screen discreet: 1-2-5 steps from a floor that is small in the currency.
_BAND_STEPS = (1, 2, 5)
_BAND_FLOOR = 100
_BAND_FLOORS = {"CNY": 1_000, "TWD": 1_000, "HKD": 1_000, "JPY": 10_000, "KRW": 100_000}
_BAND_DECADES = 4

_FAMILIES: Mapping[type, str] = {
    Intent: "intent",
    Frequency: "frequency",
    PlanStatus: "plan_status",
    HandoffReason: "reason",
    Flag: "flag",
}
_MYRIAD = 10_000
_THOUSAND = 1_000
_MILLION = 1_000_000
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_GROUP = 3
_SHOWN_DIGITS = 4
_CHINA = 86


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatter:
    """Writes values for one reader: his language, his time zone, and the instant of the page."""

    words: Words
    now: datetime
    zone: tzinfo

    # --- money and figures ---------------------------------------------------------------------

    def money(self, amount: Money) -> Markup:
        """An amount with its sign and all decimals of its currency: ¥2,360.00, −$150.00."""
        return _data(_machine(amount), written_money(amount))

    def band(self, amount: Money) -> Markup:
        """The band an amount lies in, for lists: ¥2–5千, $200–500, under $100."""
        sign = _sign(amount.currency)
        low, high = _band(amount)
        if low is None:
            return self.words("band.under", high=sign + self._round_number(high or 0))
        if high is None:
            return self.words("band.over", low=sign + self._round_number(low))
        return self.words(
            "band.between", low=sign + self._low(low, high), high=self._round_number(high)
        )

    def count(self, number: int) -> Markup:
        """A whole number with thousands marked."""
        return _data(str(number), f"{number:,}".replace("-", MINUS))

    def percent(self, share: float, decimals: int = 1) -> Markup:
        """A share as a percentage: 71.0%."""
        return _data(f"{share:.6f}", _signed(100 * share, decimals) + "%")

    def decimal(self, number: float, decimals: int = 1) -> Markup:
        """A figure with its decimals and thousands marked, with a true minus: 2.2, −3.8."""
        return _data(f"{number:.6f}", _signed(number, decimals))

    def short_money(self, amount: Money) -> Markup:
        """A round amount as short as the language writes it, for axes: $40k, ¥4万."""
        if amount.decimal != int(amount.decimal):
            return self.money(amount)
        minus = MINUS if amount.minor < 0 else ""
        figure = self._short_number(abs(int(amount.decimal)))
        return _data(_machine(amount), minus + _sign(amount.currency) + figure)

    def score(self, probability: float) -> Markup:
        """A probability with two decimals."""
        return _data(f"{probability:.4f}", f"{probability:.2f}")

    # --- days and times --------------------------------------------------------------------------

    def day(self, on: date) -> Markup:
        """A day in running text; the year only when it is not this one."""
        key = "date.short" if on.year == self.today.year else "date.long"
        return self._time(on.isoformat(), self._date(key, on))

    def day_in_table(self, on: date) -> Markup:
        """A day in a column: 2026-03-15, Mar 15, 2026."""
        return self._time(on.isoformat(), self._date("date.table", on))

    def weekday(self, on: date) -> Markup:
        """A day with its name: 3月12日 周四, Thu, Mar 12."""
        key = "date.short" if on.year == self.today.year else "date.long"
        name = self.words(f"weekday.{on.weekday()}")
        written = self.words("date.with_weekday", date=self._date(key, on), weekday=name)
        return self._time(on.isoformat(), written)

    def clock(self, at: datetime, zone: str | None = None) -> Markup:
        """The time of day, in the reader's zone or in the one given."""
        local = at.astimezone(ZoneInfo(zone) if zone else self.zone)
        return self._time(at.isoformat(), self._clock(local.time()))

    def stamp(self, at: datetime, zone: str | None = None) -> Markup:
        """The time today, with the day on any other day."""
        where = ZoneInfo(zone) if zone else self.zone
        local, here = at.astimezone(where), self.now.astimezone(where)
        clock = self._clock(local.time())
        if local.date() == here.date():
            return self._time(at.isoformat(), clock)
        if local.date() == here.date() + _DAY:
            return self._time(at.isoformat(), self.words("date.tomorrow", time=clock))
        key = "date.short" if local.year == here.year else "date.long"
        written = self.words("date.at", date=self._date(key, local.date()), time=clock)
        return self._time(at.isoformat(), written)

    def full_stamp(self, at: datetime, zone: str | None = None) -> Markup:
        """Day, name of the day and time, always all three."""
        local = at.astimezone(ZoneInfo(zone) if zone else self.zone)
        name = self.words(f"weekday.{local.weekday()}")
        day = self.words(
            "date.with_weekday", date=self._date("date.long", local.date()), weekday=name
        )
        clock = self._clock(local.time())
        return self._time(at.isoformat(), self.words("date.at", date=day, time=clock))

    def local_day(self, at: datetime, zone: str) -> date:
        """The day an instant falls on in a zone."""
        return at.astimezone(ZoneInfo(zone)).date()

    def day_and_time(self, at: datetime, zone: str) -> Markup:
        """A day and a time, always both: 3月12日 14:30, Mar 12, 2:30 pm."""
        local = at.astimezone(ZoneInfo(zone))
        written = self.words(
            "date.at", date=self._date("date.short", local.date()), time=self._clock(local.time())
        )
        return self._time(at.isoformat(), written)

    def weekday_and_time(self, at: datetime, zone: str) -> Markup:
        """A named day and a time: 3月13日 周五 18:00, Fri, Mar 13, 6:00 pm."""
        local = at.astimezone(ZoneInfo(zone))
        name = self.words(f"weekday.{local.weekday()}")
        day = self.words(
            "date.with_weekday", date=self._date("date.short", local.date()), weekday=name
        )
        clock = self._clock(local.time())
        return self._time(at.isoformat(), self.words("date.at", date=day, time=clock))

    @property
    def today(self) -> date:
        """The reader's day."""
        return self.now.astimezone(self.zone).date()

    def waited(self, since: datetime, key: str = "handoff.waited") -> Markup:
        """How long ago, in minutes, hours or days, under `key`, `key_hours`, `key_days`."""
        return self._length(max(self.now - since, timedelta(0)), key)

    def sla_left(self, sla: Sla) -> Markup:
        """The time left on a clock, or the time over it."""
        level = sla.level(self.now)
        if level is SlaLevel.PAUSED:
            return self.words("sla.paused")
        key = {"over": "sla.over"}.get(level.value, "sla.calm")
        return self._length(abs(sla.due_at - self.now), key)

    def sla_title(self, sla: Sla) -> Markup:
        """What the clock runs towards, its target, and when it is due."""
        return self.words(
            "sla.title",
            kind=self.words(f"sla.{sla.kind.value}"),
            target=Markup(self._length(sla.target, "sla.calm").striptags()),
            due=Markup(self.stamp(sla.due_at).striptags()),
        )

    def milliseconds(self, length: timedelta) -> int:
        """A length in whole milliseconds."""
        return round(length / timedelta(milliseconds=1))

    # --- sentences -------------------------------------------------------------------------------

    def say(self, phrase: Phrase) -> Markup:
        """A phrase in the reader's language, each value written by its kind.

        A phrase of an open list that has no words of its own takes those of `other` in its table.
        """
        key = phrase.key
        if not self.words.has(key):
            key = f"{key.partition('.')[0]}.other"
        return self.words(key, **{name: self.fact(value) for name, value in phrase.values.items()})

    def fact(self, value: Fact) -> Markup | int:
        """One value, written by its kind; a plain number stays one, so that plurals work."""
        match value:
            case Money():
                return self.money(value)
            case date():
                return self.stamp(value) if isinstance(value, datetime) else self.day(value)
            case Intent() | Frequency() | PlanStatus() | HandoffReason() | Flag():
                return self.words(f"{_FAMILIES[type(value)]}.{value.value}")
            case Entity() | Phrase():
                return self.entity(value) if isinstance(value, Entity) else self.say(value)
            case int():
                return value
            case str():
                return escape(value)
        assert_never(value)

    def why(self, rule: str) -> Markup:
        """Why the bot did something, by the rule's id or, failing that, by its first part."""
        for key in (rule, rule.partition(".")[0]):
            if self.words.has(f"why.{key}"):
                return self.words(f"why.{key}")
        return self.rule(rule)

    def rule(self, name: str) -> Markup:
        """A rule's name in words, by its first known part; the id itself is shown elsewhere."""
        for part in (name.rpartition(":")[2], *name.replace(":", ".").split(".")):
            if self.words.has(f"rule.{part}"):
                return self.words(f"rule.{part}")
        return self.words("rule.other")

    def entity(self, entity: Entity, currency: Currency | None = None) -> Markup:
        """A fact read from a reply; amounts without a currency are in the account's."""
        match entity.kind, entity.value:
            case EntityKind.AMOUNT, Decimal() as amount:
                return self._amount(amount, entity.currency, currency)
            case EntityKind.TIME, time() as at:
                return self._time(at.isoformat("minutes"), self._clock(at))
            case (EntityKind.REFERENCE | EntityKind.SHARE) as kind, (str() | Fraction()) as value:
                return self.words(f"entity.{kind.value}", text=str(value))
            case (EntityKind.COUNT | EntityKind.PAY_DAY | EntityKind.OPTION) as kind, int() as n:
                return self.words(f"entity.{kind.value}", n=n)
            case _, (date() | Frequency()) as fact:
                return Markup(self.fact(fact))
        return escape(entity.text)

    # --- names and numbers -----------------------------------------------------------------------

    def masked_name(self, name: str) -> str:
        """A name before its talk is opened: 陈**, D**** M."""
        parts = name.split()
        if not parts:
            return "**"
        if _is_han(name):
            return name.strip()[0] + "**"
        last = f" {parts[-1][0]}." if len(parts) > 1 else ""
        return f"{parts[0][0]}****{last}"

    def in_threes(self, number: str) -> Markup:
        """The number of a matter as it is read out: 482 190 775."""
        groups = (number[at : at + _GROUP] for at in range(0, len(number), _GROUP))
        return Markup('<span class="num">{}</span>').format("\N{NO-BREAK SPACE}".join(groups))

    def masked_number(self, address: str) -> str:
        """An address with its country and last four digits only: 138 **** 2046, +1 ••• ••• 2046."""
        digits = "".join(filter(str.isdigit, address))
        if len(digits) <= _SHOWN_DIGITS:
            return "••••"
        tail = digits[-_SHOWN_DIGITS:]
        country = _country(address)
        if country == _CHINA:
            return f"{digits[-11:-8]} **** {tail}"
        return f"+{country} ••• ••• {tail}" if country else f"••• {tail}"

    def initials(self, name: str) -> str:
        """One Han character or two letters for a face."""
        if _is_han(name):
            return name.strip()[:1]
        return "".join(part[0] for part in name.split()[:2]).upper() or "?"

    # --- inside ------------------------------------------------------------------------------------

    @property
    def _is_chinese(self) -> bool:
        return self.words.language is not Language.EN

    def _time(self, machine: str, written: str) -> Markup:
        return Markup('<time class="num" datetime="{}">{}</time>').format(machine, written)

    def _date(self, key: str, on: date) -> Markup:
        month = str(on.month) if self._is_chinese else self.words(f"month.{on.month}")
        return self.words(key, year=on.year, month=month, day=on.day, iso=on.isoformat())

    def _clock(self, at: time) -> str:
        if self._is_chinese:
            return f"{at:%H:%M}"
        half = "am" if at.hour < 12 else "pm"
        return f"{at.hour % 12 or 12}:{at:%M}{_NBSP}{half}"

    def _length(self, length: timedelta, key: str) -> Markup:
        if length < _HOUR:
            return self.words(key, n=max(1, length // _MINUTE))
        if length < _DAY:
            return self.words(_longer(key, "hours"), hours=length // _HOUR)
        return self.words(_longer(key, "days"), days=length // _DAY)

    def _amount(self, amount: Decimal, said: str | None, usual: Currency | None) -> Markup:
        if said and (usual is None or said != usual.code):
            usual = Currency.of(said)
        if usual is None:
            return _data(str(amount), f"{amount:,}")
        try:
            return self.money(from_decimal(amount, usual))
        except ValueError:
            return _data(str(amount), f"{_sign(usual)}{amount:,}")

    @property
    def _units(self) -> tuple[tuple[int, str], ...]:
        """How the language shortens large numbers, the largest first."""
        if self._is_chinese:
            return ((_MYRIAD, _myriad(self.words.language)), (_THOUSAND, "千"))
        return ((_MILLION, "m"), (_THOUSAND, "k"))

    def _round_number(self, number: int) -> str:
        """A round number as short as the language writes it: 5千, 1万, 5k."""
        for size, sign in self._units:
            if number >= size and number % size == 0:
                return f"{number // size}{sign}"
        return f"{number:,}"

    def _short_number(self, number: int) -> str:
        """The same, where one decimal may stand before the unit: 7.5k, 1.2万."""
        for size, sign in self._units:
            tenths, rest = divmod(10 * number, size)
            if number >= size and not rest:
                return f"{tenths / 10:,.{1 if tenths % 10 else 0}f}{sign}"
        return f"{number:,}"

    def _low(self, low: int, high: int) -> str:
        """The lower end without its unit where the upper end has the same: 2–5千."""
        short, long = self._round_number(low), self._round_number(high)
        same = short[-1] == long[-1] and not short[-1].isdigit()
        return short[:-1] if same else short


def _signed(number: float, decimals: int) -> str:
    """Never a minus before nothing: what rounds to zero has no sign."""
    figure = f"{abs(number):,.{decimals}f}"
    return MINUS + figure if number < 0 and float(figure.replace(",", "")) else figure


def written_money(amount: Money) -> str:
    """An amount as text: sign of the currency, thousands, all decimals, a true minus."""
    figure = f"{abs(amount.decimal):,.{amount.currency.exponent}f}"
    minus = MINUS if amount.minor < 0 else ""
    return f"{minus}{_sign(amount.currency)}{figure}"


def _sign(currency: Currency) -> str:
    return _SIGNS.get(currency.code, currency.code + _NBSP)


def _machine(amount: Money) -> str:
    return f"{amount.decimal} {amount.currency.code}"


def _data(machine: str, written: str) -> Markup:
    return Markup('<data class="num" value="{}">{}</data>').format(machine, written)


def _longer(key: str, unit: str) -> str:
    """The key for hours or days: sla.calm has sla.hours, sla.over has sla.over_hours."""
    return f"sla.{unit}" if key == "sla.calm" else f"{key}_{unit}"


def _bounds(currency: Currency) -> Iterable[int]:
    floor = _BAND_FLOORS.get(currency.code, _BAND_FLOOR)
    for decade in range(_BAND_DECADES):
        for step in _BAND_STEPS:
            yield floor * step * 10**decade


def _band(amount: Money) -> tuple[int | None, int | None]:
    low: int | None = None
    for bound in _bounds(amount.currency):
        if amount.decimal < bound:
            return low, bound
        low = bound
    return low, None


def _myriad(language: Language) -> str:
    return "萬" if language is Language.ZH_HANT else "万"


def _is_han(name: str) -> bool:
    return any(unicodedata.name(c, "").startswith("CJK UNIFIED") for c in name)


def _country(address: str) -> int | None:
    try:
        return phonenumbers.parse(address).country_code
    except phonenumbers.NumberParseException:
        return None
