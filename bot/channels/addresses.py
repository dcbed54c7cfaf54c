"""Phone numbers as gateways write them, in the one form in which we keep them."""

from __future__ import annotations

import re

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse
from phonenumbers import is_possible_number as is_possible

_PUNCTUATION = re.compile(r"[\s().-]")


def e164(raw: str, country: str = "") -> str:
    """The number with its country code, as in +8613800138000; as it came where it is none.

    `country` (ISO 3166, as in CN) is that of numbers without one: networks hand over 138...,
    86138... and +86138... for the same phone. Short codes and names stay as they are.
    """
    number = _PUNCTUATION.sub("", raw)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    try:
        parsed = parse(number, country.upper() or None)
    except NumberParseException:
        return _with_plus(number)
    if not is_possible(parsed):
        return number
    return format_number(parsed, PhoneNumberFormat.E164)


def _with_plus(number: str) -> str:
    """A number that is only right with its plus, which some gateways leave out."""
    try:
        parsed = parse(f"+{number}", None)
    except NumberParseException:
        return number
    return f"+{number}" if is_possible(parsed) and number.isdecimal() else number
