"""The slots put in place of figures before a reply is scored, so that 500 and 800 weigh the same.

Each is one private-use character, which the normaliser removes from what customers send.
"""

from __future__ import annotations

AMOUNT = "\ue001"  # 500块, $50, also a vague figure: 几百块
DATE = "\ue002"  # a day from today on, or one still unsaid: 下周五, 发工资
PAST_DATE = "\ue003"  # a day before today: 昨天, last Friday
NUMBER = "\ue004"  # a count of instalments, an option, a bare number
REFERENCE = "\ue005"  # order, account and telephone numbers, ends of cards, codes
TIME = "\ue006"  # 下午3点, 5pm
SHARE = "\ue007"  # 一半, a third

NAMES = {
    AMOUNT: "⟨AMT⟩",
    DATE: "⟨DATE⟩",
    PAST_DATE: "⟨PAST⟩",
    NUMBER: "⟨N⟩",
    REFERENCE: "⟨REF⟩",
    TIME: "⟨TIME⟩",
    SHARE: "⟨SHARE⟩",
}


def legible(masked: str) -> str:
    """The masked text with the slots spelled out, for the console and for tests."""
    return "".join(NAMES.get(char, char) for char in masked)
