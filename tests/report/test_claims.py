"""What the reports state: the file, and what may stand in it."""

from math import inf
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.project import ROOT
from tests.helpers.small_claims import claims
from workflow.io.errors import UserError
from workflow.report.claims import Claims, Reading, read_claims
from workflow.report.runs import Scale
from workflow.report.verdicts import Count, CountDirection, Difference, Direction, Range, Ranking, Value

CLAIMS = ROOT / "workflow/report/claims.yaml"
COUNTED = ("value", "range", "difference", "same", "direction", "count", "ranking")


def readings(**changes: Any) -> list[Reading]:
    """Return the readings of one statement."""
    made = claims(changes)
    return made.readings(made.statements[0])


@pytest.fixture(scope="module")
def ours() -> Claims:
    """The project's claims."""
    return read_claims(CLAIMS)


def test_no_two_readings_of_a_report_ask_the_same(ours: Claims) -> None:
    asked = [
        (each.report, reading.kind, *reading.terms, *reading.epochs, str(reading.stated))
        for each in ours.statements
        for reading in ours.readings(each)
        if reading.kind in COUNTED
    ]
    repeated = {str(row) for row in asked if asked.count(row) > 1}
    assert repeated == set()


def test_all_margins_and_protocols_are_used(ours: Claims) -> None:
    read = [reading for each in ours.statements for reading in ours.readings(each)]
    assert [each for each in ours.protocols.values() if each not in [reading.protocol for reading in read]] == []
    assert [each for each in ours.margins.values() if each not in [reading.margin for reading in read]] == []


def test_a_reading_other_than_what_is_written_says_why(ours: Claims) -> None:
    coded = [each for each in ours.statements if "as described" in each.readings]
    assert coded
    assert [each.id for each in coded if not (each.why or each.kind == "baseline")] == []


def test_a_report_s_own_numbers_pass_where_it_says_that_they_do(ours: Claims) -> None:
    rules = {each.id: ours.readings(each)[0].rule for each in ours.statements}
    quality = rules["D-3-quality"]
    assert isinstance(quality, Range)
    assert quality.low <= 71.9 - 94.2
    similar = rules["D-4-similar"]
    assert isinstance(similar, Difference)
    assert abs(92.3 - 94.2) <= similar.margin


def test_what_cannot_be_measured_is_listed_with_its_reason(ours: Claims) -> None:
    assert len(ours.unmeasurable) > 20
    assert all(each.why for each in ours.unmeasurable)
    places = [(each.report, each.says) for each in ours.unmeasurable]
    assert len(set(places)) == len(places)


def test_the_primary_reading_comes_first_and_the_others_change_it() -> None:
    first, second, third = readings(
        reported=0.5,
        variant="wide",
        against="bigan",
        protocol="code",
        why="the code",
        readings={"as described": {"variant": "broad"}, "a gain": {"direction": "higher", "protocol": "hidden"}},
    )
    assert (first.name, first.why, second.name, second.why) == ("", "the code", "as described", None)
    assert [each.terms[0] for each in (first, second, third)] == [
        ("wide", "knn.code.test"),
        ("broad", "knn.code.test"),
        ("wide", "knn.hidden.train"),
    ]
    assert (second.stated, third.stated, third.against) == (0.5, "higher", "bigan")


def test_a_table_of_one_variant_is_by_protocol() -> None:
    many, one = {"bigan": 1.0, "wide": 2.0}, {"code": 1.0, "hidden": 2.0}
    (variants,) = readings(reported=None, variant=None, table=many, protocol="code")
    assert variants.terms == [("bigan", "knn.code.test"), ("wide", "knn.code.test")]
    first, second = readings(reported=None, table=one, protocol="code", readings={"other": {"variant": "wide"}})
    assert first.terms == [("bigan", "knn.code.test"), ("bigan", "knn.hidden.train")]
    assert second.terms == [("wide", "knn.code.test"), ("wide", "knn.hidden.train")]
    with pytest.raises(UserError, match="X-1: protocol: found 'pixel', allowed: code, hidden"):
        claims({"reported": None, "table": {"pixel": 1.0, "code": 2.0}, "protocol": "code"})


def test_what_each_kind_is_tested_by() -> None:
    compared = {"variant": "wide", "against": "bigan", "protocol": "code"}
    counted = {"protocol": "collapsed", "variant": "bigan"}
    none = {"reported": None}
    cases: list[tuple[dict[str, Any], object]] = [
        ({}, Value(93.75, 0.5, Scale(100))),
        ({**none, "between": [90.0, None]}, Range(90.0, inf, 0.5, Scale(100))),
        ({**none, "between": [-12.0, 0.0], **compared}, Range(-12.0, 0.0, 0.5, of_mean=True)),
        ({"reported": -1.0, **compared}, Difference(-1.0, 0.5)),
        ({"kind": "same", **none, **compared}, Difference(0.0, 0.5)),
        ({**none, "direction": "lower", **compared}, Direction(-1, 0.5)),
        ({**none, "direction": "lower", "variant": "bigan", "protocol": "opposed"}, Direction(-1, 0.5)),
        ({"kind": "count", **none, "between": [0.5, 1.0], **counted}, Count(0.5, 1.0)),
        ({"kind": "count", **none, "direction": "higher", **counted, "against": "wide"}, CountDirection(1)),
        ({**none, "variant": None, "table": {"bigan": 1.0, "wide": 2.0}, "protocol": "code"}, Ranking(0.5)),
        ({**none, "table": {"code": 1.0, "opposed": 2.0}, "protocol": "code"}, Ranking(0.5)),
        ({"kind": "demonstration", "reported": 1.0}, None),
        ({"kind": "baseline", **none}, None),
    ]
    assert [readings(**changes)[0].rule for changes, _ in cases] == [rule for _, rule in cases]


def test_a_margin_is_the_protocols_unless_the_statement_or_the_reading_names_one() -> None:
    def deltas(**changes: Any) -> list[float]:
        return [each.margin.delta for each in readings(**changes) if each.margin]

    other = {"other": {"protocol": "hidden"}, "another": {"protocol": "hidden", "margin": "wide"}, "twin": {"variant": "wide"}}
    assert deltas(margin="wide", readings=other) == [5.0, 0.5, 5.0, 5.0], "one protocol's margin is none of another's"
    assert deltas(kind="same", reported=None, against="wide", protocol="hidden") == [5.0]
    assert deltas(against="wide", protocol="hidden") == [0.5]


def test_what_is_stated_is_said_in_words() -> None:
    ranges: dict[str, list[float | None]] = {"0.5 to 1": [0.5, 1.0], "at most 50": [None, 50.0], "at least 99": [99.0, None]}
    for text, between in ranges.items():
        assert readings(kind="range", reported=None, between=between)[0].text == text
    assert readings()[0].text == "93.75"
    assert readings(kind="baseline", reported=None)[0].text is None


def test_the_first_number_stated_of_a_variant_is_a_primary_one() -> None:
    made = claims(
        {"reported": 90.0, "variant": "coded", "protocol": "code", "readings": {"as described": {"variant": "bigan"}}},
        {"reported": 95.0},
        {"reported": 1.0, "variant": "wide", "protocol": "hidden"},
        {"reported": 2.0, "report": "B"},
        {"kind": "difference", "reported": 3.0, "variant": "wide", "against": "bigan", "protocol": "code"},
    )
    assert made.stated("A", "knn.code") == {"coded": 90.0, "bigan": 95.0}
    assert made.stated("A", "knn.") == {"coded": 90.0, "bigan": 95.0, "wide": 1.0}


def test_a_mistake_in_the_claims_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(CLAIMS.read_text().replace("reported: -1.0", "reported: high", 1))
    with pytest.raises(UserError) as caught:
        read_claims(path)
    assert str(caught.value) == f"{path}: statements.A-2.3-signed.reported: found 'high', allowed: a number or null"


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"between": [0.0, 1.0]}, "X-1: found several of reported, between, direction and table, allowed: one of them"),
        ({"table": {"a": 1.0, "b": 2.0, "c": 3.0}}, "X-1: found several of reported, between, direction and table, allowed: one of them"),
        ({"reported": None, "table": {"a": 1.0, "b": 1.0, "c": 1.0}}, "X-1: table: found no two different values, allowed: values that"),
        ({"reported": None}, "X-1: found nothing that is stated, allowed: reported, between, direction, table or a kind"),
        ({"against": "bigan"}, "X-1: found bigan against itself, allowed: another variant"),
        ({"kind": "value", "reported": None}, "X-1: found None of a value, allowed: reported"),
        ({"kind": "range"}, "X-1: found 93.75 of a range, allowed: between"),
        ({"kind": "same", "reported": None}, "X-1: found one value of a same, allowed: against, against_epoch or a protocol with minus"),
        ({"kind": "direction", "reported": None, "direction": "lower"}, "X-1: found one value of a direction, allowed: against"),
        ({"kind": "count", "reported": None, "direction": "lower"}, "X-1: found a count, allowed: a range of one variant"),
        ({"protocol": "code", "against_epoch": 3}, "X-1: found against_epoch, allowed: beside an epoch, and without against"),
        ({"protocol": "loss", "epoch": 1}, "X-1: found no margin of a value, allowed: the name of one"),
        ({"margin": "narrow"}, "X-1: margin: found 'narrow', allowed: near, wide"),
        ({"variant": "bigan", "protocol": "pixel"}, "X-1: protocol: found 'pixel', allowed: code, hidden"),
        ({"variant": None}, "X-1: found no variant of a value, allowed: none only of a ranking"),
        ({"variant": "bigan", "protocol": "code", "epoch": 3}, "X-1: found epoch 3 of knn.code.test, allowed: an epoch of"),
        ({"variant": "bigan", "protocol": "loss"}, "X-1: found epoch None of losses.discriminator, allowed: an epoch of"),
        ({"readings": {"other": {"protocol": "loss"}}}, "X-1: found epoch None of losses.discriminator, allowed: an epoch of"),
    ],
)
def test_what_a_statement_says_fits_together(changes: dict[str, Any], mistake: str) -> None:
    with pytest.raises(UserError) as caught:
        claims(changes)
    assert str(caught.value).startswith(f"claims.yaml: the whole: {mistake}")


def test_what_is_stated_is_a_finite_number() -> None:
    for changes in ({"reported": float("nan")}, {"reported": None, "between": [float("inf"), None]}):
        with pytest.raises(UserError, match=r"statements\.0\.(reported|between\.0): found (nan|inf), allowed: a number"):
            claims(changes)


@pytest.mark.parametrize("ends", [[5.0, 1.0], [None, None]])
def test_a_range_has_a_lower_end_and_an_upper_one(ends: list[float | None]) -> None:
    with pytest.raises(UserError) as caught:
        claims({"reported": None, "between": ends})
    assert str(caught.value) == (
        f"claims.yaml: statements.0.between: found {ends}, allowed: two ends, the lower one first, one of them null at most"
    )


def test_what_is_the_same_states_nothing_besides() -> None:
    with pytest.raises(UserError, match=r"X-1: found what is stated of a same, allowed: nothing, as it is 0$"):
        claims({"kind": "same", "reported": 5.0, "against": "bigan-triplet"})


def test_a_range_that_ends_at_0_and_is_open_has_a_margin_to_be_drawn_in() -> None:
    with pytest.raises(UserError, match=r"found no margin of a range that is open to one side and ends at 0, allowed: the name of one"):
        claims({"kind": "range", "reported": None, "between": [None, 0.0], "margin": "none"})


def test_two_statements_do_not_have_one_name() -> None:
    with pytest.raises(UserError, match=r"claims.yaml: the whole: found twice: X-1"):
        claims({}, {"id": "X-1"})
