"""Exceptions: another reading than the model's where a reply says so in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flows.languages.pattern import Pattern
from flows.languages.rhythms import other_rhythm
from flows.replacing import maker
from flows.understanding import rules
from flows.understanding.idle import idle_guess
from flows.understanding.intents import Intent
from flows.understanding.rules import BLOCKS_CLAIM, PAYS, Said
from flows.understanding.values import EntityKind, Tag
from flows.understanding.vetoes import HEDGED, NOT_REFUSING, PAYS_IT, Forbidden

# Below it the model is in doubt, and words that say plainly what is meant count for more.
DOUBTFUL = 0.5
# Below it an insult with no insulting word in it is but a guess.
_SURE_INSULT = 0.45
# From it on time is asked for, whatever rhythm is named beside it.
_SURE_DELAY = 0.85
_OPTIONS = Pattern(
    r"(?:有|给我?).{0,2}(?:哪些|什么|哪几种|几种)(?:还款|分期|付款)?(?:方案|选择)"
    r"|\bwhat(?:'s| are| is| r)? (?:my |the |other |payment )*(?:options?|choices)\b|\boptions? (?:do i have|are there|can you)"
    r"|\bwhat can (?:you|u|ya) (?:do for me|offer|do to help)\b|(?:能|可以)怎么(?:帮我|安排|解决)"
)
_WHAT_CAN_BE_DONE = Pattern(
    r"\b(?:what|anything) (?:can|could) (?:you|u|we|i) (?:do|offer)(?: (?:for|to help) (?:me|us))?(?: (?:about|with|here|then|on) ?(?:this|it|that)?)?(?: then| please| pls)? ?(?:$|[?.!])"
    r"|\bhow (?:can|could|would) (?:you|u) help\b"
    r"|\b(?:set|work|sort|figure) (?:something|sth|smth|anything) (?:up|out)\b"
)
_FAILURE = Pattern(
    r"成功|没(?:还|付|转|扣|交|缴)(?:成|上|进|过)|过去|进去|bounce|fail|reject"
    r"|\b(?:go|gone|went|going) (?:through|out)"
)
_CALLS = Pattern(r"电话|来电|回电|打给|打俾|\b(?:call|phone|ring|speak|talk)\b")
_WRITES = Pattern(
    r"(?:发|传|回)(?:个)?(?:短信|信息|消息|讯息|简讯|微信)?(?:给|到)?我|\b(?:text|txt|message|msg|write to) me\b"
)
# What an insult is made of; a guess without any of it is no insult.
_INSULTS = Pattern(
    r"妈|逼|滚|屎|蠢|笨|猪|狗|贱|黐|撚|屌|死|傻|白痴|垃圾|混蛋|王八|脑|有病|毛病|神经|无耻|流氓|败类|畜生|鬼"
    r"|\b(?:f[u*@]*c?k?\w*|f\*+|shit\w*|ass\w*|bitch\w*|idiot\w*|moron\w*|bastard\w*|scum\w*|stupid|dumb\w*"
    r"|screw|clown\w*|loser\w*|pathetic|parasite\w*|crook\w*|thie(?:f|ves)|vultures?|pigs?|trash|suck\w*|hell)\b"
)


class Guess(NamedTuple):
    """What the model would say of a reply: the best intent that no veto forbids, and how sure."""

    said: Said
    best: Intent
    sure: float
    # The model's own first choice, and what is ruled out, by which rule.
    first: Intent
    ruled_out: Forbidden


make_guess = maker(Guess)


class Exemption(NamedTuple):
    """Another reading than the model's where the words say so; `forbids` stays out beside it.

    `of` are the readings it may take the place of, None where it may of any.
    """

    name: str
    reads: Intent
    holds: Callable[[Guess], bool]
    forbids: tuple[Intent, ...] = ()
    of: frozenset[Intent] | None = None


def _hedges_promise(guess: Guess) -> bool:
    """A promise that is hedged is none, and no better guess comes after it."""
    return guess.ruled_out[guess.first] == HEDGED


_DUTY_DENIED = Pattern(
    r"\bshould(?:n'?t| not) (?:even |really |still )?(?:have to pay|have to be paying|be (?:paying|charged|billed|asked to pay))\b"
    r"|\bwhy should i (?:have to )?(?:pay|be paying)\b(?! (?:you|u) (?:now|today|first))"
)
_ONE_CHARGE = Pattern(r"\b(?:fees?|charges?|interest|penalt[a-z]+|extra)\b")


def _denies_duty(guess: Guess) -> bool:
    """I shouldn't have to pay this: he denies that he owes it, and does not just refuse."""
    is_all = not _ONE_CHARGE.search(guess.said.text) and not guess.said.kinds
    return is_all and bool(_DUTY_DENIED.search(guess.said.text))


_ASKS_OF_PAYMENT = Pattern(
    r"\b(?:have|did|has|hv|do) (?:you|u|ya|yous|it|they) (?:guys |people |lot )?(?:not )?(?:got|gotten|get|receiv\w+|see|seen|have) (?:my|the) (?:\w+ )?(?:payment|money|transfer|check|cheque|deposit)\b"
)


def _asks_of_payment(guess: Guess) -> bool:
    """Have you got my payment from Saturday: he says by it that he paid."""
    return bool(_ASKS_OF_PAYMENT.search(guess.said.text))


def _denies_charge(guess: Guess) -> bool:
    """There's a fee that I shouldn't have to pay: of whatever else he tells, the fee is disputed."""
    denied = _DUTY_DENIED.search(guess.said.text)
    return denied is not None and bool(_ONE_CHARGE.search(guess.said.text))


def _denies_guess(guess: Guess) -> bool:
    """不是不还, no complaints: the runner-up of what is denied is no better guess, in doubt."""
    if guess.sure >= DOUBTFUL:
        return False
    rule = guess.ruled_out[guess.first] or ""
    return rule == NOT_REFUSING or rule.startswith("denied.")


def _names_failure(guess: Guess) -> bool:
    """付款没成功, it didn't go through: no payment, but one was tried."""
    if guess.sure >= DOUBTFUL or guess.ruled_out[guess.first] != "denied.payment":
        return False
    return bool(_FAILURE.search(guess.said.text))


_PART = Pattern(
    r"先|部分|一[点點半些]|[点點]先|住先|\b(?:some|something|part|bit|half|portion|little|least|minimum|toward)\b"
)


def _names_day_of_whole(guess: Guess) -> bool:
    """ "i can pay on Jul 15": half a guess at a part, with no word or sum of one, is the whole."""
    said = guess.said
    return (
        guess.sure < DOUBTFUL
        and guess.ruled_out[Intent.PROMISE_TO_PAY] is None
        and EntityKind.DATE in said.kinds
        and not said.kinds & {EntityKind.AMOUNT, EntityKind.SHARE}
        and not said.tags & {Tag.HEDGE, Tag.VAGUE_TIME, Tag.ASKS, *BLOCKS_CLAIM}
        and bool(PAYS.search(said.text))
        and not _PART.search(said.text)
    )


_OF_SUM = Pattern(
    r"金额|利息|费|数目|算|账单|罚息|修|服务|信号|\b(?:fix\w*|repair\w*|service|amount|balance|interest|fees?|charges?|sum|figure|total|bill)\b"
)


def _names_day(guess: Guess) -> bool:
    """明天我会还的: a day to come is named for paying, with no hedge and no refusal."""
    said = guess.said
    return (
        guess.ruled_out[Intent.PROMISE_TO_PAY] is None
        and EntityKind.DATE in said.kinds
        and Tag.FUTURE in said.tags
        and not said.tags & {Tag.HEDGE, Tag.VAGUE_TIME, Tag.ASKS, *BLOCKS_CLAIM}
        and bool(PAYS.search(said.text))
    )


_TIME_WANTED = Pattern(
    r"(?<!不)(?:就要|只要|想要?|我要|申请)(?:的是)?(?:延期|宽限|缓)"
    r"|\b(?:gimme|give me|need|want) (?:just )?(?:another|one more|a few more|some more|an extra|(?:a )?couple more) (?:\w+ )?(?:days?|weeks?|months?)\b"
)
_NOT_TAKEN = Pattern(r"[俾畀比付过入]不到(?:数|钱|款)?(?=$|[,，。.! 啊呀喎])")
_EACH = Pattern(
    r"一期|每期|[每一]个?月|\b(?:a|per|each|every) (?:month|week|payment)\b|\bmonthly\b"
)
_FAULT = Pattern(r"不对|错|不符|\b(?:wrong|incorrect|mistake|not right)\b")
_NO_ANSWER = frozenset({Intent.BUSY, Intent.DENY, Intent.UNCLEAR})
_ASKED_OR_PART = frozenset(
    {Intent.BALANCE_QUERY, Intent.REQUEST_DISCOUNT, Intent.PARTIAL_PAYMENT, Intent.UNCLEAR}
)
_NO_WISH = frozenset(
    {Intent.CREDIT_QUERY, Intent.BALANCE_QUERY, Intent.UNCLEAR, Intent.IDENTITY_QUERY}
)
_ASKED_OR_PAYING = frozenset(
    {
        *(Intent.BALANCE_QUERY, Intent.CREDIT_QUERY),
        *(Intent.PAY_NOW, Intent.ALREADY_PAID, Intent.UNCLEAR),
    }
)
_NO_PLAN_HEARD = frozenset(
    {
        *(Intent.REFUSE, Intent.UNCLEAR, Intent.REQUEST_EXTENSION),
        *(Intent.COMPLAINT, Intent.PARTIAL_PAYMENT),
    }
)


def _wants_time(guess: Guess) -> bool:
    """分期不要，我就要延期; gimme another week: time is wanted, whatever stands around it."""
    is_open = guess.ruled_out[Intent.REQUEST_EXTENSION] is None
    return is_open and bool(_TIME_WANTED.search(guess.said.text))


def _wants_less_each(guess: Guess) -> bool:
    """一期一千二太高了，我最多六百: too much each time asks for smaller parts, and finds no fault."""
    said = guess.said
    is_too_much = (
        guess.sure < _SURE_DELAY and Tag.TOO_MUCH in said.tags and bool(_EACH.search(said.text))
    )
    return is_too_much and not _FAULT.search(said.text)


def _tells_payment(guess: Guess) -> bool:
    """Just sent 100 through your link: no word of a failure stands beside the payment."""
    tags = guess.said.tags
    is_made = Tag.PAST in tags and not tags & BLOCKS_CLAIM
    return is_made and idle_guess(Intent.PAYMENT_FAILED, guess.said.text) is not None


def _answers_with_whole(guess: Guess) -> bool:
    """找晒佢 and no more, to a question of ours: he agrees, and will pay all of it."""
    return guess.said.is_answer and bool(PAYS_IT.fullmatch(guess.said.text))


def _is_not_taken(guess: Guess) -> bool:
    """比唔到: the money is not taken."""
    return bool(_NOT_TAKEN.search(guess.said.text))


def _withholds(guess: Guess) -> bool:
    """Not paying until you fix it: a refusal that rests on a complaint is a dispute (taxonomy)."""
    return bool(rules.WITHHELD.search(guess.said.text))


def _withholds_for_sum(guess: Guess) -> bool:
    """金额没算清之前我不还: the complaint is of the sum."""
    return _withholds(guess) and bool(_OF_SUM.search(guess.said.text))


def _asks_for_options(guess: Guess) -> bool:
    """What options do I have, 有哪些方案: it is asked which ways of paying there are."""
    if guess.sure >= _SURE_DELAY:
        return False
    text = guess.said.text
    if guess.best in _NO_WISH and _WHAT_CAN_BE_DONE.search(text):
        return True
    return guess.sure < DOUBTFUL and bool(_OPTIONS.search(text))


_LEAST = Pattern(
    r"\b(?:smallest|lowest|least|minimum|min) (?:monthly |weekly )?(?:amount|payment|figure|sum|instal\w+|you|i|we|u)\b[^.!?]{0,30}"
    r"\b(?:a|per|each|every) (?:month|week|fortnight|time)\b"
    r"|\b(?:smallest|lowest|least|minimum) (?:amount|payment|sum|figure)?[^.!?]{0,20}\b(?:you|u)(?:'d| would| will|'ll| can| could)? (?:take|accept|let|allow)\b"
    r"|\b(?:smallest|lowest|minimum|cheapest) (?:monthly |weekly )?(?:payments?|instal\w+|plan|option) (?:you|u|i|we)\b"
)


def _asks_least(guess: Guess) -> bool:
    """What's the least you'd take each month: which plan has the smallest parts."""
    return bool(_LEAST.search(guess.said.text))


# "80", then "a month i mean": what was said before is put right to a rhythm.
_RHYTHM = Pattern(r"(?:a|per|each|every) (?:month|week|fortnight)\b|每个?(?:月|周|星期)")
_IN_BITS = Pattern(
    r"\b(?:in|into) (?:little |small |a few )?(?:bits|chunks|stages|pieces|portions|dribs)\b|\bbit by bit\b|\ba (?:bit|little) at a time\b"
    r"|\bset(?:ting)? up (?:some |a |an |monthly )*(?:payments?|plan|arrangement|payment plan|instal[a-z]+)\b"
)


def _wants_parts(guess: Guess) -> bool:
    """I can do it in bits, too late to set up payments: parts are wished for."""
    if guess.best is Intent.ALREADY_PAID and guess.sure >= DOUBTFUL:
        return False
    is_open = guess.ruled_out[Intent.REQUEST_INSTALMENTS] is None
    return is_open and bool(_IN_BITS.search(guess.said.text))


def _names_rhythm(guess: Guess) -> bool:
    """Can I pay every 2 weeks: a rhythm to pay by is a plan, and no delay."""
    said = guess.said
    is_delay = guess.sure < _SURE_DELAY
    is_plan = guess.best is not Intent.UNCLEAR and EntityKind.FREQUENCY in said.kinds
    is_plan = is_plan and bool(PAYS.search(said.text))
    is_put_right = Tag.CORRECTION in said.tags and bool(_RHYTHM.match(said.text))
    return is_delay and Tag.NO_PLAN not in said.tags and (is_plan or is_put_right)


def _names_other_rhythm(guess: Guess) -> bool:
    """I'd rather pay quarterly, 60 every six weeks: a plan is wished for, in a rhythm of his own."""
    said = guess.said
    is_offer = EntityKind.AMOUNT in said.kinds or bool(PAYS.search(said.text))
    return guess.sure < _SURE_DELAY and is_offer and other_rhythm(said.text)


def _is_idle_insult(guess: Guess) -> bool:
    """An insult guessed where the words hold nothing that insults are made of."""
    return guess.sure < _SURE_INSULT and not _INSULTS.search(guess.said.text)


def _names_hour_to_write(guess: Guess) -> bool:
    """Text me after 6 pm: later is meant, by a message, and no call."""
    said = guess.said
    if not said.kinds & {EntityKind.TIME, EntityKind.DATE}:
        return False
    return not _CALLS.search(said.text) and bool(_WRITES.search(said.text))


EXEMPTIONS = (
    Exemption("instead.denied", Intent.UNCLEAR, _denies_guess),
    Exemption("instead.hedged", Intent.UNCLEAR, _hedges_promise),
    Exemption("instead.failure", Intent.PAYMENT_FAILED, _names_failure),
    Exemption(
        "instead.day_named", Intent.PROMISE_TO_PAY, _names_day, of=frozenset({Intent.UNCLEAR})
    ),
    Exemption(
        "instead.day_of_whole",
        Intent.PROMISE_TO_PAY,
        _names_day_of_whole,
        forbids=(Intent.PARTIAL_PAYMENT,),
        of=frozenset({Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY}),
    ),
    Exemption(
        "instead.sum_disputed",
        Intent.DISPUTE_AMOUNT,
        _withholds_for_sum,
        forbids=(Intent.REFUSE,),
        of=frozenset({Intent.REFUSE}),
    ),
    Exemption(
        "instead.debt_disputed",
        Intent.DISPUTE_DEBT,
        _withholds,
        forbids=(Intent.REFUSE,),
        of=frozenset({Intent.REFUSE}),
    ),
    Exemption(
        "instead.payment_told",
        Intent.ALREADY_PAID,
        _tells_payment,
        of=frozenset({Intent.PAYMENT_FAILED}),
    ),
    Exemption(
        "instead.whole_of_it", Intent.AFFIRM, _answers_with_whole, of=frozenset({Intent.UNCLEAR})
    ),
    Exemption(
        "instead.less_each",
        Intent.REQUEST_INSTALMENTS,
        _wants_less_each,
        forbids=(Intent.DISPUTE_AMOUNT,),
        of=frozenset({Intent.DISPUTE_AMOUNT}),
    ),
    Exemption("instead.time_wanted", Intent.REQUEST_EXTENSION, _wants_time, of=_NO_ANSWER),
    Exemption(
        "instead.not_taken",
        Intent.PAYMENT_FAILED,
        _is_not_taken,
        of=frozenset({Intent.DENY, Intent.UNCLEAR}),
    ),
    Exemption("instead.options_asked", Intent.REQUEST_INSTALMENTS, _asks_for_options),
    Exemption(
        "instead.parts_wanted",
        Intent.REQUEST_INSTALMENTS,
        _wants_parts,
        forbids=(Intent.BALANCE_QUERY,),
        of=_ASKED_OR_PAYING,
    ),
    Exemption(
        "instead.least_asked",
        Intent.REQUEST_INSTALMENTS,
        _asks_least,
        forbids=(Intent.BALANCE_QUERY,),
        of=_ASKED_OR_PART,
    ),
    Exemption(
        "instead.rhythm_named",
        Intent.REQUEST_INSTALMENTS,
        _names_rhythm,
        of=frozenset({Intent.REQUEST_EXTENSION, Intent.UNCLEAR}),
    ),
    Exemption(
        "instead.other_rhythm", Intent.REQUEST_INSTALMENTS, _names_other_rhythm, of=_NO_PLAN_HEARD
    ),
    Exemption(
        "instead.asks_of_payment",
        Intent.ALREADY_PAID,
        _asks_of_payment,
        of=frozenset({Intent.UNCLEAR, Intent.BALANCE_QUERY, Intent.RECEIPT}),
    ),
    Exemption(
        "instead.charge_denied",
        Intent.DISPUTE_AMOUNT,
        _denies_charge,
        of=frozenset(
            {
                Intent.REFUSE,
                Intent.HARDSHIP,
                Intent.UNCLEAR,
                Intent.DENY,
                Intent.BALANCE_QUERY,
                Intent.PARTIAL_PAYMENT,
            }
        ),
    ),
    Exemption(
        "instead.duty_denied",
        Intent.DISPUTE_DEBT,
        _denies_duty,
        of=frozenset(
            {
                Intent.REFUSE,
                Intent.HARDSHIP,
                Intent.UNCLEAR,
                Intent.DENY,
                Intent.REQUEST_DISCOUNT,
                Intent.COMPLAINT,
            }
        ),
    ),
    Exemption("instead.idle_insult", Intent.UNCLEAR, _is_idle_insult, of=frozenset({Intent.ABUSE})),
    Exemption(
        "instead.hour_to_write",
        Intent.BUSY,
        _names_hour_to_write,
        forbids=(Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN),
        of=frozenset({Intent.REQUEST_CALLBACK}),
    ),
)
