"""Whether two budgets measure the same within margins fixed beforehand: `python -m workflow.report.equivalence float32 bfloat16`.

Two one-sided tests in pairs of one seed (Schuirmann 1987), at 5 %, of what both budgets measured of a variant.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import mean, stdev
from typing import Any

import pandas as pd
from scipy import stats

from workflow.io.errors import UserError
from workflow.pipeline import command, paths
from workflow.pipeline.run_id import RunId
from workflow.report.claims import LOGARITHM
from workflow.report.measurements import measured_value
from workflow.report.runs import ALPHA, NO_SCALE, Runs
from workflow.report.tables.formats import records
from workflow.report.verdicts import Difference, Verdict, decide

PRECISIONS = ("float32", "bfloat16")  # the budgets of the precision study
LEAST_PAIRS = 2
WORDS = {Verdict.REPRODUCED: "the same", Verdict.NOT_REPRODUCED: "not the same", Verdict.INCONCLUSIVE: "undecided"}


@dataclass(frozen=True)
class Endpoint:
    """What is compared.

    Attributes:
        metric: Of a metrics file.
        text: Its name, with its unit.
        name: The same in a sentence.
        margin: How far apart means may lie and still be the same.
    """

    metric: str
    text: str
    name: str
    margin: float

    @property
    def logarithm(self) -> bool:
        """Whether logarithms are compared: then the margin is of a ratio."""
        return self.metric.endswith(LOGARITHM)


# Half a point is the least that the reports make something of; 0.2 of a logarithm is a ratio of 1.22
KNN = Endpoint("knn.code.test", "1NN accuracy, A's protocol, %", "1NN", 0.5)
KNN_B = replace(KNN, metric="knn.code-255.train", text="1NN accuracy, B's code, %")
KNN_R = replace(KNN, metric="knn.hidden.train", text="1NN accuracy, R's protocol, %")
KNN_BY_VARIANT = {
    "bigan-constant-lr-as-coded": KNN_B,
    "cbigan-simple-as-coded": KNN_B,
    "cbigan-extended-as-coded": KNN_B,
    "bigan-donahue": KNN_R,
}
FRECHET = Endpoint("fidelity.frechet.log", "log of the Fréchet distance", "Fréchet distance", 0.2)


@dataclass(frozen=True)
class Equivalence:
    """An endpoint of a variant in two budgets.

    Attributes:
        variant: What was trained.
        endpoint: What was measured.
        first: By seed.
        second: By seed, of the same seeds.
    """

    variant: str
    endpoint: Endpoint
    first: Mapping[int, float]
    second: Mapping[int, float]

    @property
    def differences(self) -> list[float]:
        """The second less the first, a seed each."""
        return [self.second[seed] - value for seed, value in self.first.items()]

    @property
    def runs(self) -> Runs:
        """What the differences say of their mean."""
        return Runs.of(self.differences)

    @property
    def p_value(self) -> float:
        """The probability of differences as near to 0, were their mean just at the margin."""
        return self._rule.p_value(self.runs)

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return the two-sided t interval of the mean difference."""
        return NO_SCALE.interval(self.runs, sqrt(1 / len(self.first)), alpha)

    @property
    def power(self) -> float:
        """At least how probable it was to find them the same, were they, with the spread that was seen."""
        error = self.runs.deviation / sqrt(len(self.first))
        critical = float(stats.t.ppf(1 - ALPHA, self.runs.degrees_of_freedom))
        one_sided = float(stats.nct.sf(critical, self.runs.degrees_of_freedom, self.endpoint.margin / error)) if error else 1.0
        return max(0.0, 2 * one_sided - 1)

    @property
    def verdict(self) -> str:
        """`the same` or `not the same`, by the scorecard's rule for statements that say so; `undecided` else, and of too few pairs."""
        return WORDS[decide(self._rule, self.runs).verdict]

    @property
    def _rule(self) -> Difference:
        return Difference(0.0, self.endpoint.margin)


def equivalences(first: str, second: str) -> list[Equivalence]:
    """Return what two budgets both measured, of every variant that both trained with two seeds at least.

    Args:
        first: The name of a budget.
        second: Of another one.
    """
    runs = [{RunId.of(file) for file in paths.reports(budget).glob("metrics/train/*.json")} for budget in (first, second)]
    both = sorted(runs[0] & runs[1])
    found = []
    for variant in dict.fromkeys(run.variant for run in both):
        for endpoint in endpoints(variant):
            seeds = [run.seed for run in both if run.variant == variant]
            values = [_values(budget, variant, endpoint, seeds) for budget in (first, second)]
            pairs = sorted(values[0].keys() & values[1].keys())
            if len(pairs) >= LEAST_PAIRS:
                found.append(Equivalence(variant, endpoint, *({seed: each[seed] for seed in pairs} for each in values)))
    return found


def endpoints(variant: str) -> tuple[Endpoint, Endpoint]:
    """Return what is compared of a variant: 1NN in the protocol of its own report, A's if that has none, and the Fréchet distance."""
    return KNN_BY_VARIANT.get(variant, KNN), FRECHET


def _values(budget: str, variant: str, endpoint: Endpoint, seeds: Sequence[int]) -> dict[int, float]:
    found = {seed: measured_value(paths.reports(budget), endpoint.metric, RunId(variant, seed)) for seed in seeds}
    return {seed: value for seed, value in found.items() if value is not None}


def table(found: Sequence[Equivalence], names: Sequence[str]) -> pd.DataFrame:
    """Return a row a variant and endpoint.

    Args:
        found: What was compared.
        names: Of the two budgets.
    """
    rows = []
    for each in found:
        low, high = each.interval(2 * ALPHA)
        values = [list(side.values()) for side in (each.first, each.second)]
        spread = {f"{name} ± s": f"{mean(side):.2f} ± {stdev(side):.2f}" for name, side in zip(names, values, strict=True)}
        measured = {"difference": each.runs.mean, "90 % low": low, "90 % high": high, "p": each.p_value, "power ≥": each.power}
        about = {"variant": each.variant, "quantity": each.endpoint.text, "seeds": len(each.first)}
        rows.append({**about, **spread, "margin": each.endpoint.margin, **measured, "verdict": each.verdict})
    return pd.DataFrame(rows)


def conclusion(found: Sequence[Equivalence], names: Sequence[str]) -> str:
    """Return what the verdicts say together of the second budget, in a sentence or two.

    Args:
        found: What was compared, at least one.
        names: Of the two budgets.
    """
    first, second = names
    unlike, undecided, same = (
        _named([each for each in found if each.verdict == WORDS[verdict]])
        for verdict in (Verdict.NOT_REPRODUCED, Verdict.INCONCLUSIVE, Verdict.REPRODUCED)
    )
    if not unlike and not undecided:
        return f"{first} and {second} measure the same: every mean is the same within its margin."
    others = f" The means are the same within their margins for {same}." if same else ""
    if unlike:
        open_ = f" It is undecided for {undecided}." if undecided else ""
        return f"{second} gives other results than {first}: the means are apart for {unlike}.{open_}{others}"
    return f"Whether {second} gives other results than {first} is undecided for {undecided}.{others}"


def _named(found: Sequence[Equivalence]) -> str:
    """Return the variants, with the endpoints of each."""
    endpoints: dict[str, list[str]] = {}
    for each in found:
        endpoints.setdefault(each.variant, []).append(each.endpoint.name)
    return "; ".join(f"{variant} ({', '.join(names)})" for variant, names in endpoints.items())


def precision_study(found: Sequence[Equivalence]) -> dict[str, Any] | None:
    """Return the rows of the table, what they say together, and the names of both budgets, for a template; None if nothing was compared."""
    if not found:
        return None
    return {"rows": records(table(found, PRECISIONS)), "says": conclusion(found, PRECISIONS), "names": PRECISIONS}


def main() -> None:
    """Print the table and what it says together; raise UserError if nothing can be compared."""
    parser = argparse.ArgumentParser(prog="workflow.report.equivalence", description=__doc__)
    parser.add_argument("budgets", nargs=2, metavar="BUDGET", help="the name of a budget in params.yaml")
    names = parser.parse_args().budgets
    first, second = map(paths.reports, names)
    for folder in (first, second):
        if not (folder / "metrics").is_dir():
            raise UserError(f"{folder}: found no results, allowed: the name of a budget that has some in {folder.parent}/")
    if not (found := equivalences(*names)):
        raise UserError(f"{first} and {second}: found no variant that both measured with two seeds")
    print(table(found, names).to_string(index=False, float_format=lambda value: f"{value:.3g}"))
    print(conclusion(found, names))


if __name__ == "__main__":
    command.run(main)
