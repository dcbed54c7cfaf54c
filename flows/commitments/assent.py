"""Whether a customer's words accept what stands open: a yes, a nod by its figures, or neither."""

from __future__ import annotations

import re
from datetime import timedelta

from flows import facts
from flows.model import Dialogue, Proposal, Turn
from flows.records import PlanTerms
from flows.understanding.given import notes_only
from flows.understanding.intents import Intent
from flows.understanding.normalise import normalise
from flows.understanding.values import Band, Role, Tag

# 一个月六百我拿不出来 repeats our figure to refuse it.
_REFUSING = (Tag.NEGATED, Tag.WILL_NOT, Tag.CANNOT, Tag.TOO_MUCH)
_PLAIN = (
    Intent.UNCLEAR,
    Intent.PAY_NOW,
    Intent.REQUEST_INSTALMENTS,
    Intent.PARTIAL_PAYMENT,
)
_AT_FIRST = (Role.DOWN_PAYMENT, Role.PART)
_TWO = 2
_LAST_OF_MONTH = 31

_ASKS_WHAT = re.compile(
    r"\b(?:what'?s?|how(?:'s|s)?|why|which|who|is there|are there|can i|could i|do i)\b",
    re.IGNORECASE,
)
_SAYS_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|yea|ya|agreed?|deal|accept|confirm(?:ed)?|go ahead|do it|sounds good|perfect|works)\b",
    re.IGNORECASE,
)
_BEGINS_WITH_YES = re.compile(
    r"\W*(?:[嗯哦噢啊]+\W*)*(?:可以(?![吗嗎不])|好(?!不|像|几|多)|行(?!不|[吗嗎])|得(?!唔)|[对對](?!不)|[没沒冇](?:问题|問題)|同意"
    r"|(?:yes|yeah|yep|ok|okay|sure|fine|agreed?)\b)",
    re.IGNORECASE,
)
_YES_WITH_THANKS = re.compile(
    r"(?:[\W_]|[谢謝]{2}[你您]?|多[谢謝]晒?|唔[该該]晒?|[麻][烦煩][你您]?了?|感恩|辛苦了?)*(?:那就?|咁)?"
    r"(?:可以的?|好[的呀啊吧啦喔哦]?|行吧?|得[啦喇]?|[没沒冇](?:问题|問題)|同意|就[这這][样樣么麼]?(?:定了?|吧)?)"
    r"(?:[\W_]|[谢謝]{2}[你您]?|多[谢謝]晒?|唔[该該]晒?|[麻][烦煩][你您]?了?|[啊呀啦喇哦喔了]|感恩|辛苦了?)*"
)
_YES = re.compile(
    r"可以|[办辦]|好|行|得|同意|\b(?:yes|ok(?:ay)?|fine|agreed?|works)\b", re.IGNORECASE
)


# 我老婆同意才行, "yeah no", "k, will check with the wife": what sounds like a yes is none yet.
_RESERVES = re.compile(
    r"考[虑慮]|[同願愿][意][^,，。]{0,2}[才先][行可得好算]|[才先](?:能|可以)(?:定|答)|同意[个個]|[再先想諗][想諗][下吓想]?|(?:等|先|要|得|再|同)[^,，。]{0,4}(?:[问問](?![题題])|商量|[倾傾讲講]下)[^,，。]{0,6}"
    r"|再[说說講讲看]|\b(?:yeah|yes|yea|ya|yep|ok|okay)[, ]+(?:but )?(?:no|nah|nope|not)\b(?! (?:problem|worries|prob|issue|issues|rush|hurry|bother))|\b(?:agreed?|yes|ok|okay) to nothing\b"
    r"|\b(?:ask|check|talk|speak|clear it|run it (?:by|past)|discuss (?:it|this)?)(?: (?:with|to|by|past))? (?:the |my |our |her|him)(?:wife|husband|missus|mrs|partner|mum|mom|dad|boss|daughter|son|bank|landlord|other half|lawyer|accountant)?\b"
    r"|\b(?:let me|i'?ll|need to|have to|gotta|will) (?:\w+ )?(?:think|sleep on|consider|see if)\b|\bthink (?:about|it over|on it)\b",
    re.IGNORECASE,
)


def _reserves(turn: Turn) -> bool:
    """Whether the yes waits for something, or is a no that begins with a yes."""
    return bool(_RESERVES.search(turn.reading.text))


def is_yes(turn: Turn) -> bool:
    """Whether the words accept the one proposal that is open.

    Hedges, questions and thanks are no acceptance (negotiation.md C.7).
    """
    if facts.has(turn, Tag.HEDGE, Tag.CONDITIONAL, *_REFUSING):
        return False
    asks = _names_other_figures(turn) or _asks_about_figures(turn) or _asks_on(turn)
    if asks or _reserves(turn):
        return False
    if turn.reading.intent is Intent.THANKS and _agrees_with_thanks(turn.reading.text):
        return len(turn.conversation.dialogue.proposals) == 1
    if turn.reading.intent is Intent.AFFIRM:
        return turn.reading.band is not Band.CLARIFY and not _only_notes(turn)
    if takes_latest(turn) or _says_all_of_it(turn) or _nods_to_figures(turn):
        return True
    return _names_one_proposal(turn) and bool(_YES.search(turn.reading.text))


def _nods_to_figures(turn: Turn) -> bool:
    """ "The 400, yea": a figure of the one proposal that is open, and a word of yes."""
    live = turn.conversation.dialogue.proposals
    is_plain = turn.reading.intent is Intent.UNCLEAR and Tag.ASKS not in turn.reading.tags
    if len(live) != 1 or not is_plain or not repeats(turn, live):
        return False
    return bool(_SAYS_YES.search(turn.reading.text))


def _only_notes(turn: Turn) -> bool:
    """知道了, 收到, "noted": heard, and not yet agreed."""
    return notes_only(normalise(turn.reading.text).text)


def _agrees_with_thanks(text: str) -> bool:
    """ "Agreed, thank you", 謝謝 可以: thanks alone would be no acceptance."""
    has_yes = _SAYS_YES.search(text) or _OK_AFTER_THANKS.fullmatch(text)
    return bool(has_yes or _YES_WITH_THANKS.fullmatch(text))


# C.7 counts an ok to a single proposal; thanks beside it take nothing away.
_OK_AFTER_THANKS = re.compile(
    r"(?:thanks?|thank you|thx|ty|cheers|ta)(?: (?:so much|a lot|very much|sir|dear))?[ ,.!]+(?:ok(?:ay)?|fine|good)\W*",
    re.IGNORECASE,
)


# 那就最晚那天, "the latest then", to the latest day we could give.
_LATEST = re.compile(
    r"最[晚迟遲][那嗰的]?|最[后後](?:那|嗰|的)?[一]?[天日]|\b(?:the )?latest(?: (?:one|day|date|then|possible))?\b",
    re.IGNORECASE,
)
_OF_LATEST = frozenset({"extension_too_long", "promise_too_far"})


def takes_latest(turn: Turn) -> bool:
    """Whether the words take the latest day that was offered in place of a later one."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in _OF_LATEST:
        return False
    is_asked = facts.has(turn, Tag.ASKS, Tag.HEDGE, Tag.CONDITIONAL, *_REFUSING)
    return not is_asked and bool(_LATEST.search(turn.reading.text))


def _says_all_of_it(turn: Turn) -> bool:
    """還晒佢 to the read-back of the whole sum on a day says that sum again."""
    live = turn.conversation.dialogue.proposals
    plain = turn.reading.intent in (Intent.PAY_NOW, Intent.PROMISE_TO_PAY, Intent.UNCLEAR)
    if len(live) != 1 or not plain or turn.reading.band is Band.ACT or turn.reading.entities:
        return False
    promised = live[0].promise
    is_all = promised is not None and promised.amount == turn.case.account.outstanding
    return is_all and facts.has(turn, Tag.WHOLE) and not facts.has(turn, Tag.ASKS, Tag.SPLIT)


def _names_other_figures(turn: Turn) -> bool:
    """A figure that no open proposal holds is a counter-offer, whatever else the words nod to."""
    live = turn.conversation.dialogue.proposals
    said = _figures(turn) if live else set()
    if not said:
        return False
    known = {figure for proposal in live for figure in content(proposal)}
    return bool(said - known)


def _asks_about_figures(turn: Turn) -> bool:
    """那三百呢, "300 a month?": a figure put as a question, with no word that agrees in front."""
    is_asked = bool(turn.reading.entities) and facts.has(turn, Tag.ASKS)
    return is_asked and not _BEGINS_WITH_YES.match(turn.reading.text)


def _asks_on(turn: Turn) -> bool:
    """ "Ok, what's the max then" goes on asking; "yes, where do I pay" agrees first."""
    text = turn.reading.text
    return bool(_ASKS_WHAT.search(text)) and not _SAYS_YES.search(text)


def _names_one_proposal(turn: Turn) -> bool:
    """Several proposals stand and these few words, without a question, are about one of them."""
    live = turn.conversation.dialogue.proposals
    plain = turn.reading.intent in _PLAIN
    if len(live) <= 1 or not plain or facts.has(turn, Tag.ASKS, Tag.CORRECTION):
        return False
    return turn.conversation.focus in {p.account_id for p in live}


def repeats(turn: Turn, proposals: tuple[Proposal, ...]) -> bool:
    """Whether every figure in the words is already part of the newest proposal."""
    if not proposals:
        return False
    newest = proposals[-1]
    said = _figures(turn)
    return bool(said) and said <= content(newest)


# 不行月底还要交房租: the figure is said again to turn it down.
_SAYS_NO = re.compile(
    r"^\W*[啊哦噢额呃唉哎诶]*(?:那)?(?:不行|不成|不可以|不能|不好(?!意思)|唔得|唔好(?!意思)|唔可以|不要|no(?:pe)?\b)(?![吗嗎嘛么麼?？])",
    re.IGNORECASE,
)


def restates(turn: Turn, dialogue: Dialogue) -> bool:
    """Whether the words repeat the newest proposal as a statement, which accepts it."""
    if _SAYS_NO.match(turn.reading.text) or _reserves(turn):
        return False
    if facts.has(turn, Tag.HEDGE, Tag.CONDITIONAL, *_REFUSING):
        return False
    if facts.has(turn, Tag.ASKS) and not _GOES_AHEAD.match(turn.reading.text):
        return False
    if facts.has(turn, Tag.CORRECTION) and not _says_it_whole(turn, dialogue):
        return False
    if turn.reading.intent in (Intent.DENY, Intent.UNCLEAR) and len(turn.reading.entities) < 2:
        # A bare figure may be meant as a counter-offer as well as a nod.
        return False
    return repeats(turn, dialogue.proposals)


# "Ok can, go ahead with the 6 months": what sounds like a question is a yes of Singapore.
_GOES_AHEAD = re.compile(
    r"\W*(?:ok(?:ay)?|alright|all right|sure|fine|yes|yeah|yup|ya|can)\b[^?]*"
    r"\b(?:go ahead|go (?:on )?with|proceed|do it|take (?:it|that|the)|let'?s (?:go|do)|confirm)\b[^?]*$",
    re.IGNORECASE,
)


def _says_it_whole(turn: Turn, dialogue: Dialogue) -> bool:
    """ "I mean all 400, Thursday", of just that: what is put right is what stands."""
    promised = dialogue.proposals[-1].promise if dialogue.proposals else None
    if promised is None or promised.due_on not in facts.days(turn):
        return False
    return promised.amount in facts.amounts(turn) or facts.has(turn, Tag.WHOLE)


def _figures(turn: Turn) -> set[object]:
    if not turn.reading.entities:
        return set()
    # "50 a month" is not the down payment of 50, and so repeats no plan that has one.
    begun = {money.minor for money in facts.amounts(turn, _AT_FIRST)}
    found: set[object] = {m.minor for m in facts.amounts(turn) if m.minor not in begun}
    live = turn.conversation.dialogue.proposals
    has_down = any(p.plan is not None and p.plan.down is not None for p in live)
    found |= {("down", minor) if has_down else minor for minor in begun}
    found |= set(facts.days(turn))
    found |= {("day", day) for day in facts.pay_days(turn)}
    count = facts.count(turn)
    if count is not None:
        found.add(("count", count))
    return found


def content(proposal: Proposal) -> set[object]:
    """The figures of a proposal that words may repeat: sums in minor units, days, the count."""
    if proposal.promise is not None:
        due_on = proposal.promise.due_on
        return {proposal.promise.amount.minor, due_on, ("day", due_on.day)}
    if proposal.extension is not None:
        until = proposal.extension.until_on
        return {until, ("day", until.day)}
    if proposal.plan is None:
        return set()
    terms = proposal.plan
    # Of the days only the first counts: a later one that a holiday moved is nobody's wish.
    # 我還600, of twelve times 550 and a last 600, is no word on that plan.
    held: set[object] = {terms.regular.minor}
    if terms.count == _TWO:
        held |= {part.amount.minor for part in terms.instalments}
    if terms.down is not None:
        held.add(("down", terms.down.amount.minor))
    held |= {terms.parts[0].due_on, terms.first_due_on, ("day", terms.first_due_on.day)}
    if terms.count == _TWO:
        held.add(terms.instalments[-1].due_on)
    return held | _last_days(terms) | {("count", terms.count), terms.total.minor}


def _last_days(terms: PlanTerms) -> set[object]:
    """每月尾 of a plan whose payments all lie on a last day, of which the first may be the 30th."""
    days = [part.due_on for part in terms.instalments]
    if not all((day + timedelta(days=1)).month != day.month for day in days):
        return set()
    return {("day", day) for day in range(days[0].day, _LAST_OF_MONTH + 1)}
