"""What several rules of bare words look at: what stands around the figures, and a sum alone."""

from __future__ import annotations

import re
from decimal import Decimal

from flows.model import Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import (
    Entity,
    EntityKind,
    Role,
    Tag,
    Understanding,
)

# What may stand around a bare figure: 周五吧, "how about friday?", 从12月15号开始.
AROUND = re.compile(
    r"[\W_]|\b(?:on|by|the|of|maybe|ok|okay|how about|what about|is|then|from|start(?:ing)?|begin(?:ning)?"
    r"|please|pls|whatever|i guess|i suppose|idk|lol|fine|yes|yeah|and|or|works?|fine|good|for me|actually|that|it|say|let'?s|do|make)\b"
    r"|可以|行[不嗎吗]?|怎[么麼][样樣]|得唔得|[吧呢啊呀啦哦嗯咯囉吗嗎嘛那就得的起好从從由自]|开始|開始|左右"
)
WHOLE = re.compile(
    r"全[部额額数數款还還付俾給给清]|全都|所有|都[还還付缴繳]|一次[过過性]?(?:[还還付缴繳俾]?[清完掉晒])?|\b(?:all(?: of it| of that)?|everything|in full"
    r"|the (?:full|whole|entire|total) (?:amount|balance|thing|lot|sum|bill)|full amount|whole thing)\b",
    re.IGNORECASE,
)
NO_DAY = frozenset({Tag.PAST, Tag.NEGATED, Tag.HEDGE, Tag.CANNOT, Tag.CORRECTION})


def disputing(reading: Understanding, turn: Turn, said: re.Match[str], role: Role) -> Understanding:
    """The reading as a dispute of the amount, where the sum said is a part of what is owed."""
    value = Decimal(said[1].replace(",", ""))
    if not 0 < value < turn.case.account.outstanding.decimal:
        return reading
    entity = Entity(
        kind=EntityKind.AMOUNT,
        text=said[1],
        start=said.start(1),
        end=said.end(1),
        value=value,
        role=role,
    )
    entities = (*(e for e in reading.entities if e.start != said.start(1)), entity)
    return replace(reading, intent=Intent.DISPUTE_AMOUNT, entities=entities)


def as_pay_day(entity: Entity) -> Entity:
    day = int(entity.text)
    return replace(entity, kind=EntityKind.PAY_DAY, value=day, role=None, currency=None)


def words_left(reading: Understanding) -> str:
    """What is left of the words without their figures and what may stand around these."""
    rest = reading.text
    for entity in sorted(reading.entities, key=lambda e: -e.start):
        rest = f"{rest[: entity.start]} {rest[entity.end :]}"
    return AROUND.sub("", rest.casefold())


def is_bare_sum(reading: Understanding) -> bool:
    kinds = {e.kind for e in reading.entities}
    return kinds == {EntityKind.AMOUNT} and not reading.tags & NO_DAY and not words_left(reading)


NO_PROMISE = frozenset(
    {Tag.NEGATED, Tag.WILL_NOT, Tag.CANNOT, Tag.PAST, Tag.HEDGE, Tag.CONDITIONAL, Tag.SPLIT}
)
