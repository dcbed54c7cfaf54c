"""What a customer took back in the same breath: the 17th, no wait the 18th; 周五，不对，周六."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flows.languages.en.context import moves, swaps
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found
from flows.understanding import masks
from flows.understanding.values import EntityKind, Role

_TAKES_BACK = Pattern(
    r"[ ,.!?…-]*\b(?:or )?(?:no(?: no)?,? ?(?:wait|sorry|actually|i (?:mean|meant)|make (?:it|that))|no,? (?!more|less|later)|"
    r"wait(?: no)?|(?:oops|sorry|actually|scratch that|correction)(?:,? (?:no|i (?:mean|meant)|make (?:it|that)))?|i (?:mean|meant)|make (?:it|that))"
    r"[ ,.!…-]*(?:(?:on|by|the|it'?s|more like) )*"
    r"|[ ,，。…吧啊呃额嗯哦噢喔]*(?:不对|不不|说错了?|打错了?|写错了?|讲错了?|错了|[哦噢喔啊呃]不是?|不(?=[ ,，。]))[ ,，。…啊]*"
    r"(?:应该|我?是说|改成?|是)*[ ,，]*"
    r"|[^.?!;]{0,24}[.,;!… -]+(?:no,? |nah,? )?(?:i )?tell a lie[ ,.]*(?:no,? )?(?:(?:it|that) (?:was|is|were) |it'?s )?(?:on |by )?(?:the )?"
)
# Home on Sunday, so Monday: the first tells why, the second when.
_HENCE = Pattern(
    r"[ ,]*\bso (?:(?:i'?ll|i will|i can|can|will|could|i could|maybe|probably|pay|do|send|sort|clear|transfer|it|that|u|you|by|on|the|then) )*"
    r"|[才就]?(?:回来|回家|到家|回去|出院)了?[ ,，]*(?:所以|那就|那我|就|我|再)*[ ,，]*"
)
# Said I'd pay Friday but it'll be Monday: what was meant before, and what is now.
_WAS_MEANT = Pattern(
    r"\b(?:said|was (?:gonna|going to|meant to|supposed to|hoping to)|meant to|supposed to|planned|promised|was told|told (?:you|u)|wanted to)\b[^.?!;]{0,24}$"
    r"|(?:本来|原来|原本|本想|之前说|说好|答应)[^。？！]{0,8}$"
)
_BUT_NOW = Pattern(
    r"[^.?!;]{0,20}\b(?:but|now|can'?t|cant|(?:can|could) (?:it|we|i|u|you))\b[^.?!;]{0,30}|[^。？！]{0,8}(?:改|但|可是|结果|现在|不行|来不及|没)[^。？！]{0,8}"
)
_WAS_DUE = Pattern(
    r"(?:^|[,.;] ?)(?:it |that )?was (?:on |for )?(?:the )?$|\bdue(?: on| by| date(?: is| was)?)*(?: the)? $|(?:到期日|还款日|账单日)(?:是|在)?$"
)
# 从6号改到13号: where it was, and where it goes.
_MOVED_TO = Pattern(
    "的?[ ,，]*(?:能不能|可以|能|想|要|帮我)?(?:改|挪|推|延|调|换|移|降|减|压|缩)(?:迟|后|整|低|少)?(?:到|成|为|至)"
)
_ENDS_ON = Pattern("[就是]*(?:到期|是?还款日|账单日)|该还的?(?=[ ,，])")
_IS_DISPUTED = Pattern(r"\bnot\b|不是")
_BETWEEN_MAX = 40
_BEFORE_MAX = 48
_KINDS = frozenset({EntityKind.DATE, EntityKind.AMOUNT, EntityKind.COUNT})


def without_replaced(text: str, found: Sequence[Found], today: date) -> list[Found]:
    """The findings, those left out that the next one of their kind replaces; they stay masked."""
    kept = list(found)
    for at in range(1, len(kept)):
        second = kept[at]
        # 200 a month, actually 150; a day of wages stands behind its number.
        is_beyond_rhythm = at > 1 and kept[at - 1].kind is EntityKind.FREQUENCY
        is_of_wages = at > 1 and kept[at - 1].kind is EntityKind.PAY_DAY
        before = at - 2 if is_beyond_rhythm or is_of_wages else at - 1
        first = kept[before]
        last = first if is_of_wages else kept[at - 1]
        if _is_replaced(text, first, second, (last.end, second.start), today):
            mask = masks.DATE if first.kind is EntityKind.DATE else masks.AMOUNT
            kept[before] = Found(start=first.start, end=first.end, mask=first.mask or mask)
            kept[at] = _of_kind_of(first, second, is_each=is_beyond_rhythm)
    return kept


def _is_replaced(
    text: str, first: Found, second: Found, between: tuple[int, int], today: date
) -> bool:
    is_bare = second.kind is None and isinstance(second.value, Decimal)
    if first.kind not in _KINDS or not 0 < between[1] - between[0] <= _BETWEEN_MAX:
        return False
    if first.kind is not second.kind and not (is_bare and first.kind is not EntityKind.DATE):
        return False
    if _TAKES_BACK.fullmatch(text, *between) or is_moved(text, first.start, between):
        return True
    if second.kind is not EntityKind.DATE:
        return False
    is_ahead = type(first.value) is date and first.value >= today
    is_put_off = _is_put_off(text, first.start, between, is_over=not is_ahead)
    if is_put_off or _is_of_bill(text, first, between):
        return True
    return is_ahead and _HENCE.fullmatch(text, *between) is not None


def is_moved(text: str, start: int, between: tuple[int, int]) -> bool:
    """From the first to the second: what stood is changed into what is wanted."""
    if text.startswith(" to ", between[0]):
        return moves(text, start)
    if text.startswith(" for ", between[0]):
        return swaps(text, start)
    return text[between[1] - 1] in "到成为至" and _MOVED_TO.fullmatch(text, *between) is not None


def _is_of_bill(text: str, one: Found, between: tuple[int, int]) -> bool:
    """It was due on the 15th, 今天到期: the day of the bill, where the day of paying is named too."""
    if _IS_DISPUTED.search(text, *between):
        return False
    if _ENDS_ON.match(text, one.end):
        return True
    return bool(_WAS_DUE.search(text, max(0, one.start - _BEFORE_MAX), one.start))


def _is_put_off(text: str, start: int, between: tuple[int, int], *, is_over: bool) -> bool:
    """Meant to pay by Friday but it'll be Monday; a day gone by needs no word of change."""
    was_meant = _WAS_MEANT.search(text, max(0, start - _BEFORE_MAX), start)
    if was_meant is None:
        return False
    return is_over or _BUT_NOW.fullmatch(text, *between) is not None


def _of_kind_of(first: Found, second: Found, *, is_each: bool) -> Found:
    """The second in the place of the first: 5 payments, no wait 6; of two Tuesdays the later one."""
    if second.kind is None and isinstance(second.value, Decimal):
        value = int(second.value) if first.kind is EntityKind.COUNT else second.value
        return second._replace(kind=first.kind, value=value, mask=None)
    if is_each and second.kind is EntityKind.AMOUNT:
        return second._replace(role=Role.PER_INSTALMENT)
    earlier = first.value
    later = [
        day
        for day in second.alternatives
        if type(day) is date and type(earlier) is date and day > earlier
    ]
    if second.value is None and len(later) == 1:
        return second._replace(value=later[0], alternatives=())
    return second
