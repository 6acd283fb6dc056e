"""The scorecard: what the reports state beside what was measured, and a verdict by rule."""

from collections.abc import Sequence
from math import inf
from pathlib import Path
from statistics import mean, stdev

import pandas as pd

from workflow.params.model import completed
from workflow.params.stages import START_OF
from workflow.params.training import MeasuredBudget
from workflow.report.claims import Claim, Claims
from workflow.report.metrics import load, measured_value

NOT_RUN = "not run at this budget"
VERDICTS = ["reproduced", "partly", "not reproduced", NOT_RUN, "baseline"]
READERS = ["claim", "place", "says", "variant", "against", "reported", "measured", "spread", "seeds", "verdict"]


def scorecard(claims: Claims, results: Path, budget: MeasuredBudget) -> pd.DataFrame:
    """Return a row a claim: what is stated, what was measured over the seeds, and the verdict.

    Args:
        claims: What the reports state.
        results: The folder of a budget's metrics and losses.
        budget: The data, the seeds and what is trained; a file of another seed is not looked at.
    """
    return pd.DataFrame([_row(claim, results, budget) for claim in claims.claims])


def summary(card: pd.DataFrame) -> pd.DataFrame:
    """Return a row a report: how many claims it makes, how many were measured, and how many got each verdict."""
    counts = card.groupby(["report", "verdict"]).size().unstack(fill_value=0).reindex(columns=VERDICTS, fill_value=0)
    claims = card.groupby("report").agg(claims=("claim", "size"), measured=("measured", "count"))
    return claims.join(counts).reset_index()


def verdict(claim: Claim, measured: Sequence[float], as_reported: bool) -> str:
    """Return what holds of a claim, by the mean over seeds.

    Its margin is the claim's tolerance or two standard deviations over seeds, whichever is larger.

    - `not run at this budget`: nothing was measured, or not as the report did.
    - `baseline`: nothing was stated.
    - A value or a range is `reproduced` within the margin, `partly` within twice that, else `not reproduced`; so is
      a difference, if it has the stated sign.
    - A direction is `reproduced` at the margin from zero or further, `partly` on the right side, else `not reproduced`.
    """
    if not measured or not as_reported:
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


def trained_as_reported(results: Path, run: str) -> bool:
    """Return whether a run, and the one that it started from, had all of its own epochs and all training images.

    Args:
        results: The folder of a budget's metrics.
        run: A variant and its seed, `<variant>-<seed>`.
    """
    file = results / "metrics/train" / f"{run}.json"
    if not file.exists():
        return False
    found = load(file)
    variant, _, seed = run.rpartition("-")
    (about,) = found["about"]
    params = about["params"]
    own = completed(params["recipes"], params["variants"][variant])["epochs"]
    whole = bool(found["planned_epochs"] >= own and params["budget"]["images"] is None)
    start = START_OF.get(about["stage"].removeprefix("train_"))
    return whole and (start is None or trained_as_reported(results, f"{start}-{seed}"))


def _measured(claim: Claim, results: Path, seeds: Sequence[int]) -> dict[int, float]:
    """Return the claim's value, or its difference, by the seeds with which all of it was measured."""
    values = {}
    for seed in seeds:
        found = [measured_value(results, metric, f"{variant}-{seed}", claim.epoch) for variant, metric in claim.terms]
        known = [value for value in found if value is not None]
        if len(known) == len(found):
            values[seed] = known[0] - sum(known[1:])
    return values


def _row(claim: Claim, results: Path, budget: MeasuredBudget) -> dict[str, object]:
    by_seed = _measured(claim, results, budget.seeds)
    runs = [f"{variant}-{seed}" for seed in by_seed for variant, _ in claim.terms if claim.trained and variant in budget.trained]
    as_reported = budget.mnist == "mnist" and all(trained_as_reported(results, run) for run in runs)
    measured = list(by_seed.values())
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
        "verdict": verdict(claim, measured, as_reported),
    }
