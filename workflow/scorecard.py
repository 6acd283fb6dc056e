"""The scorecard: what the reports state beside what was measured, and a verdict by rule."""

from collections.abc import Sequence
from math import inf
from pathlib import Path
from statistics import mean, stdev

import pandas as pd

from workflow.claims import Claim, Claims
from workflow.metrics import measured_value
from workflow.params.training import SeededBudget, TrainingBudget

NOT_RUN = "not run at this budget"
VERDICTS = ["reproduced", "partly", "not reproduced", NOT_RUN, "baseline"]
READERS = ["claim", "place", "says", "variant", "against", "reported", "measured", "spread", "seeds", "verdict"]


def scorecard(claims: Claims, results: Path, budget: SeededBudget) -> pd.DataFrame:
    """Return a row a claim: what is stated, what was measured over the seeds, and the verdict.

    Args:
        claims: What the reports state.
        results: The folder of a budget's metrics and losses.
        budget: What the trainings could spend, on which data, and their seeds; a file of another seed is not looked at.
    """
    return pd.DataFrame([_row(claim, results, budget) for claim in claims.claims])


def summary(card: pd.DataFrame) -> pd.DataFrame:
    """Return a row a report: how many claims it makes, how many were measured, and how many got each verdict."""
    counts = card.groupby(["report", "verdict"]).size().unstack(fill_value=0).reindex(columns=VERDICTS, fill_value=0)
    claims = card.groupby("report").agg(claims=("claim", "size"), measured=("measured", "count"))
    return claims.join(counts).reset_index()


def verdict(claim: Claim, measured: Sequence[float], budget: TrainingBudget) -> str:
    """Return what holds of a claim, by the mean over seeds.

    Its margin is the claim's tolerance or two standard deviations over seeds, whichever is larger.

    - `not run at this budget`: nothing was measured, or not as the report did: fewer epochs or images, or
      another data set in MNIST's place.
    - `baseline`: nothing was stated.
    - A value or a range is `reproduced` within the margin, `partly` within twice that, else `not reproduced`; so is
      a difference, if it has the stated sign.
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
    """Return how far a value lies from the stated value or range; no tolerance turns a stated gain into a loss."""
    low, high = claim.between or [claim.reported or 0.0] * 2
    opposite = claim.is_difference and (claim.reported or 0.0) * measured < 0
    return inf if opposite else max(low - measured, measured - high, 0.0)


def _measured(claim: Claim, results: Path, seeds: Sequence[int]) -> list[float]:
    """Return the claim's value, or its difference, for each seed with which all of it was measured."""
    values = []
    for seed in seeds:
        found = [measured_value(results, metric, f"{variant}-{seed}", claim.epoch) for variant, metric in claim.terms]
        known = [value for value in found if value is not None]
        if len(known) == len(found):
            values.append(known[0] - sum(known[1:]))
    return values


def _row(claim: Claim, results: Path, budget: SeededBudget) -> dict[str, object]:
    measured = _measured(claim, results, budget.seeds)
    return {
        "claim": claim.id,
        "report": claim.report,
        "place": claim.place,
        "says": claim.says,
        "variant": claim.variant,
        "against": claim.against,
        "metric": claim.protocol.metric,
        "minus": claim.protocol.minus,
        "epoch": claim.epoch,
        "trained": claim.trained,
        "protocol": claim.protocol.text,
        "reported": claim.stated,
        "measured": mean(measured) if measured else None,
        "spread": stdev(measured) if len(measured) > 1 else None,
        "seeds": len(measured),
        "budget": budget.name,
        "verdict": verdict(claim, measured, budget),
    }
