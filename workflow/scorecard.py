"""The scorecard: what the reports state beside what was measured, and a verdict by rule."""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from workflow.metrics import load, value
from workflow.params import model as params
from workflow.params.model import Model, Name, validate
from workflow.params.training import SeededBudget, TrainingBudget

NOT_RUN = "not run at this budget"


class Claim(Model):
    """One thing that a report states (a value, a range or a direction), or a baseline that it should be seen beside."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    """Unique name."""

    report: Literal["A", "B", "C", "D", "E", "R", "baseline"]
    """Who states it."""

    place: str
    """Where in the report."""

    says: str
    """What is stated."""

    variant: Name
    """Which variant or baseline it is about."""

    against: Name | None = None
    """If given, the claim is about the difference to this variant, seed by seed."""

    metric: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_-]+)+$")]
    """A stage, and the dotted key of a value in its metrics file."""

    protocol: str
    """How the value is measured."""

    reported: float | None = None
    """The stated value."""

    between: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    """The stated range: its lower and its upper end."""

    direction: Literal["higher", "lower"] | None = None
    """The stated direction: above or below zero."""

    tolerance: Annotated[float, Field(ge=0)]
    """How far off still counts as reproduced; for a direction, how far from zero it must be."""

    trained: bool
    """Whether it depends on the training budget."""

    @property
    def stated(self) -> str | None:
        """What the report states, as a text; none for a baseline."""
        if self.between:
            return f"{self.between[0]:g} to {self.between[1]:g}"
        return self.direction or (None if self.reported is None else f"{self.reported:g}")


class Claims(Model):
    """The claims file."""

    claims: list[Claim]
    """All claims."""


def read_claims(path: Path) -> Claims:
    """Read and validate the claims file; raise UserError with a line for each mistake."""
    return validate(Claims, params.load(path), file=path)


def scorecard(claims: Claims, metrics: Path, budget: SeededBudget) -> pd.DataFrame:
    """Return a row a claim: what is stated, what was measured over the seeds, and the verdict.

    Args:
        claims: What the reports state.
        metrics: The folder of a budget's metrics.
        budget: What the trainings could spend, on which data, and their seeds; a file of another seed is not looked at.
    """
    return pd.DataFrame([_row(claim, metrics, budget) for claim in claims.claims])


def verdict(claim: Claim, measured: Sequence[float], budget: TrainingBudget) -> str:
    """Return what holds of a claim, by the mean over seeds.

    Its margin is the claim's tolerance or two standard deviations over seeds, whichever is larger.

    - `not run at this budget`: nothing was measured, or not as the report did: fewer epochs or images, or
      another data set in MNIST's place.
    - `baseline`: nothing was stated.
    - A value or a range is `reproduced` within the margin, `partly` within twice that, else `not reproduced`.
    - A direction is `reproduced` at the margin from zero or further, `partly` on the right side, else `not reproduced`.
    """
    as_reported = budget.epochs >= 1 and budget.images is None
    if not measured or budget.mnist != "mnist" or (claim.trained and not as_reported):
        return NOT_RUN
    if claim.stated is None:
        return "baseline"
    margin = max(claim.tolerance, 2 * stdev(measured) if len(measured) > 1 else 0)
    if claim.direction:
        beyond = mean(measured) if claim.direction == "higher" else -mean(measured)
        return "not reproduced" if beyond <= 0 else "reproduced" if beyond >= margin else "partly"
    distance = _distance(claim, mean(measured))
    return "reproduced" if distance <= margin else "partly" if distance <= 2 * margin else "not reproduced"


def _distance(claim: Claim, measured: float) -> float:
    """Return how far a value lies from the stated value or range."""
    low, high = claim.between or [claim.reported or 0.0] * 2
    return max(low - measured, measured - high, 0.0)


def _measured(claim: Claim, metrics: Path, seeds: Sequence[int]) -> list[float]:
    """Return the claim's value, or its difference to another variant's, for each seed that was run."""
    stage, key = claim.metric.split(".", 1)
    values = []
    for seed in seeds:
        files = [metrics / stage / f"{name}-{seed}.json" for name in (claim.variant, claim.against) if name]
        if all(file.exists() for file in files):
            found = [value(load(file), key, file) for file in files]
            values.append(found[0] - sum(found[1:]))
    return values


def _row(claim: Claim, metrics: Path, budget: SeededBudget) -> dict[str, object]:
    measured = _measured(claim, metrics, budget.seeds)
    return {
        "claim": claim.id,
        "report": claim.report,
        "place": claim.place,
        "says": claim.says,
        "variant": claim.variant,
        "against": claim.against,
        "metric": claim.metric,
        "protocol": claim.protocol,
        "reported": claim.stated,
        "measured": mean(measured) if measured else None,
        "spread": stdev(measured) if len(measured) > 1 else None,
        "seeds": len(measured),
        "budget": budget.name,
        "verdict": verdict(claim, measured, budget),
    }
