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
    """One number that a report states, or a baseline that it should be seen beside."""

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

    metric: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_-]+)+$")]
    """A stage, and the dotted key of a value in its metrics file."""

    protocol: str
    """How the value is measured."""

    reported: float | None
    """The stated value; none for a baseline."""

    tolerance: Annotated[float, Field(ge=0)]
    """How far off still counts as reproduced."""

    trained: bool
    """Whether it depends on the training budget."""


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
    """Return what holds of a claim.

    - `not run at this budget`: nothing was measured, or not as the report did: fewer epochs or images, or
      another data set in MNIST's place.
    - `baseline`: nothing was stated.
    - `reproduced`: the mean over seeds is within the tolerance, or within two standard deviations.
    - `partly`: within twice that. `not reproduced`: further off.
    """
    as_reported = budget.epochs >= 1 and budget.images is None
    if not measured or budget.mnist != "mnist" or (claim.trained and not as_reported):
        return NOT_RUN
    if claim.reported is None:
        return "baseline"
    margin = max(claim.tolerance, 2 * stdev(measured) if len(measured) > 1 else 0)
    distance = abs(mean(measured) - claim.reported)
    return "reproduced" if distance <= margin else "partly" if distance <= 2 * margin else "not reproduced"


def _row(claim: Claim, metrics: Path, budget: SeededBudget) -> dict[str, object]:
    stage, key = claim.metric.split(".", 1)
    files = [metrics / stage / f"{claim.variant}-{seed}.json" for seed in budget.seeds]
    measured = [value(load(file), key, file) for file in files if file.exists()]
    return {
        "claim": claim.id,
        "report": claim.report,
        "place": claim.place,
        "says": claim.says,
        "variant": claim.variant,
        "metric": claim.metric,
        "protocol": claim.protocol,
        "reported": claim.reported,
        "measured": mean(measured) if measured else None,
        "spread": stdev(measured) if len(measured) > 1 else None,
        "seeds": len(measured),
        "budget": budget.name,
        "verdict": verdict(claim, measured, budget),
    }
