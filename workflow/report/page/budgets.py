"""What the budgets are that a page cites: how long each trains, in which precision, how often, where, and what for."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from workflow.pipeline.run_id import RunId
from workflow.report.known import Committed, Measured
from workflow.report.trainings import MeasuredTraining, Trainings

FAMILIES = {  # in words; another family is called by its name
    "bigan": "BiGANs",
    "cgan": "conditional GANs",
    "dcgan": "DCGANs",
    "conv_bigan": "convolutional BiGANs",
    "linear_gan": "linear GANs",
}


@dataclass(frozen=True)
class BudgetView:
    """A budget as the page shows it.

    Attributes:
        name: As in params.yaml.
        epochs: The share of the reports' own, and of how many images if not of all.
        precision: In which it trained.
        seeds: How many of each variant.
        processor: On which it was measured; empty for the page's own.
        day: When; `this run` for the page's own.
        purpose: What it is for.
    """

    name: str
    epochs: str
    precision: str
    seeds: str
    processor: str
    day: str
    purpose: str


def budget_views(
    budgets: Mapping[str, Any], trainings: Trainings, committed: Committed, purposes: Mapping[str, str], own: str | None
) -> dict[str, BudgetView]:
    """Return the budgets, by name.

    Args:
        budgets: Of params.yaml, and the page's own.
        trainings: What metrics files say, by budget.
        committed: Where and when those that Git holds were measured.
        purposes: What each is for, by name.
        own: Name of the page's own; None if it has none.
    """
    where: dict[str, Measured] = {each.budget: each for each in committed.results}
    where |= {name: each for each in committed.others for name in each.budgets}
    this = Measured(processor="", measured="this run")
    views = {}
    for name, runs in trainings.items():
        measured = this if name == own else where[name]
        views[name] = BudgetView(
            name=name,
            epochs=_epochs(budgets[name], runs),
            precision=_precision(runs),
            seeds=_seeds(runs),
            processor=measured.processor,
            day=measured.measured,
            purpose=purposes.get(name, ""),
        )
    return views


def linked(text: str, budgets: Collection[str]) -> Markup:
    """Return a text whose budgets are links to their rows."""

    def link(found: re.Match[str]) -> str:
        return f'budget <a href="#budget-{found[1]}">{found[1]}</a>' if found[1] in budgets else found[0]

    return Markup(re.sub(r"budget ([a-z0-9-]+)", link, str(escape(text))))  # noqa: S704  # escaped before


def _epochs(budget: Mapping[str, Any], runs: Mapping[RunId, MeasuredTraining]) -> str:
    shares = {family: f"{100 * share:.3g} %" for family, share in budget["epochs"].items() if family in _families(runs)}
    images = "" if budget["images"] is None else f", on {budget['images']} images"
    return _by_family(shares) + images


def _precision(runs: Mapping[RunId, MeasuredTraining]) -> str:
    precisions = {family: sorted({run.precision for run in runs.values() if run.family == family}) for family in _families(runs)}
    return _by_family({family: " and ".join(each) for family, each in precisions.items()})


def _seeds(runs: Mapping[RunId, MeasuredTraining]) -> str:
    counts = Counter(run.variant for run in runs).values()
    return " to ".join(dict.fromkeys(str(end(counts, default=0)) for end in (min, max)))


def _families(runs: Mapping[RunId, MeasuredTraining]) -> Sequence[str]:
    return list(dict.fromkeys(run.family for run in runs.values()))


def _by_family(texts: Mapping[str, str]) -> str:
    """Return a text for each family, or once if it is the same for all."""
    families: dict[str, list[str]] = {}
    for family, text in texts.items():
        families.setdefault(text, []).append(FAMILIES.get(family, family))
    if len(families) < 2:
        return next(iter(families), "nothing trained")
    return "; ".join(f"{text} ({', '.join(named)})" for text, named in families.items())
