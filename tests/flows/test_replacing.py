"""`replace` and `quick` of flows give what the standard library would."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from flows.actions import Say
from flows.model import Dialogue, Reason
from flows.money import Currency, Money
from flows.plans import PlanPolicy, Terms
from flows.policy.request import Hold
from flows.records import AccountId, Instalment, PlanTerms
from flows.replacing import changer, maker, quick, replace
from flows.understanding.values import Frequency

EUR = Currency.of("EUR")
PART = Instalment(due_on=date(2026, 12, 1), amount=Money(100, EUR))
PLAN = PlanTerms(account_id=AccountId("A1"), instalments=(PART, PART), frequency=Frequency.MONTHLY)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (Reason(rule="a"), {"why": "b"}),
        (PART, {"amount": Money(5, EUR)}),
        (PLAN, {"down": PART, "shown_as_default_day": True}),
        (Dialogue(options=(PLAN,)), {"unclear": 2, "options": ()}),
        (Say(key="help"), {}),
    ],
)
def test_a_replaced_value_equals_that_of_the_standard_library(
    value: Any, changes: dict[str, Any]
) -> None:
    made = replace(value, **changes)
    assert made == dataclasses.replace(value, **changes)
    assert type(made) is type(value)
    assert hash(made) == hash(dataclasses.replace(value, **changes))


def test_a_function_changes_the_fields_that_it_was_made_for() -> None:
    change = changer(Dialogue, "options", "unclear")
    made = change(Dialogue(refusals=1), options=(PLAN,), unclear=2)
    assert made == Dialogue(refusals=1, options=(PLAN,), unclear=2)
    assert type(made) is Dialogue
    assert changer(Quickly, "kind", "value")(Quickly("a", 1), kind="b", value=2) == Quickly("b", 2)
    with pytest.raises(TypeError):
        change(Dialogue(), options=())


def test_a_function_changes_no_unknown_field_and_no_class_that_checks_its_fields() -> None:
    with pytest.raises(TypeError, match="expected a field of Reason, got 'becuase'"):
        changer(Reason, "becuase")
    with pytest.raises(TypeError, match="expected a class that checks nothing, got Terms"):
        changer(Terms, "pay_day")


def test_the_old_value_stays_as_it_was() -> None:
    before = dataclasses.replace(PLAN)
    replace(PLAN, shown_as_default_day=True)
    assert before == PLAN


def test_the_new_value_is_frozen() -> None:
    made: Any = replace(PART, due_on=date(2027, 1, 1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.due_on = date(2027, 1, 2)


def test_an_unknown_field_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="expected a field of Reason, got 'becuase'"):
        replace(Reason(rule="a"), becuase="b")


def test_a_class_that_checks_its_fields_still_does() -> None:
    terms = Terms(policy=PlanPolicy(), today=date(2026, 12, 1), pay_day=5)
    with pytest.raises(ValueError, match="expected either pay_day or first_due"):
        replace(terms, pay_day=None)
    later = NOON.astimezone(tz=None)
    assert replace(Hold(name="legal"), until=later).until == NOON


@dataclass(frozen=True, slots=True)
class Quickly:
    """A value whose fields are named as the code that copies it might name things."""

    kind: str
    value: int


@dataclass(frozen=True, slots=True)
class Usual:
    """A value with every sort of field, one of them named as the code that makes it names things."""

    kind: str
    twin: tuple[int, ...] = ()
    notes: dict[str, int] = field(default_factory=dict, kw_only=True)
    why: str = field(default="b", kw_only=True)

    def __post_init__(self) -> None:
        if not self.kind:
            raise ValueError("expected a kind, got none")


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    """The same, made quickly."""

    kind: str
    twin: tuple[int, ...] = ()
    notes: dict[str, int] = field(default_factory=dict, kw_only=True)
    why: str = field(default="b", kw_only=True)

    def __post_init__(self) -> None:
        if not self.kind:
            raise ValueError("expected a kind, got none")


@pytest.mark.parametrize(
    ("places", "names"),
    [(("a",), {}), (("a", (1,)), {"why": "c"}), ((), {"kind": "a", "notes": {"x": 1}})],
)
def test_a_value_made_quickly_has_the_fields_of_the_usual_one(
    places: tuple[Any, ...], names: dict[str, Any]
) -> None:
    made, usual = Quick(*places, **names), Usual(*places, **names)
    assert type(made) is Quick
    assert dataclasses.asdict(made) == dataclasses.asdict(usual)
    assert pickle.loads(pickle.dumps(made)) == made


@pytest.mark.parametrize("kind", [Usual, Quick])
@pytest.mark.parametrize(
    ("places", "names"),
    [(("a",), {}), (("a", (1,)), {"why": "c"}), ((), {"kind": "a", "notes": {"x": 1}})],
)
def test_a_function_makes_the_value_that_the_class_makes(
    kind: type[Any], places: tuple[Any, ...], names: dict[str, Any]
) -> None:
    made = maker(kind)(*places, **names)
    assert type(made) is kind
    assert made == kind(*places, **names)
    assert hash(maker(Reason)(rule="a")) == hash(Reason(rule="a"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.why = "d"


def test_a_function_that_makes_values_checks_them_and_how_it_is_called() -> None:
    make: Any = maker(Quick)
    with pytest.raises(ValueError, match="expected a kind"):
        make("")
    with pytest.raises(TypeError):
        make(why="c")
    with pytest.raises(TypeError, match="expected a class with slots"):
        maker(dataclass(frozen=True)(type("Loose", (), {})))


def test_a_value_made_quickly_is_frozen_and_shares_no_default_that_is_made() -> None:
    made: Any = Quick("a")
    assert made.notes is not Quick("a").notes
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.why = "d"


@pytest.mark.parametrize("names", [{}, {"kind": "a", "other": 1}, {"kind": "a", "places": ()}])
def test_a_wrong_call_is_a_type_error(names: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Quick(**names)


def test_a_value_made_quickly_is_still_checked() -> None:
    with pytest.raises(ValueError, match="expected a kind"):
        Quick("")


def test_the_signature_stays_that_of_the_usual_class() -> None:
    assert inspect.signature(Quick) == inspect.signature(Usual)


def test_a_class_of_another_shape_cannot_be_made_quickly() -> None:
    with pytest.raises(TypeError, match="expected a class with slots"):
        quick(dataclass(frozen=True)(type("Loose", (), {})))
