"""Read what the page shows from the files that other stages wrote."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.io.safetensors import Arrays, load_arrays
from workflow.params.groups import Group
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.report.claims import read_claims
from workflow.report.figures.snapshots import first_images
from workflow.report.measurements import Budget
from workflow.report.page.contents import read_contents
from workflow.report.page.estimates import Estimator, read_step_times
from workflow.report.page.evidence import gather_evidence
from workflow.report.page.interactive import Interactive, latent_maps, loss_curves, snapshots
from workflow.report.page.page import PageData
from workflow.report.page.plans import page_budget, planned_budgets
from workflow.report.scorecard import judge


def gather_page(params: Mapping[str, Any], groups: Mapping[str, Group], provenance: Mapping[str, Any]) -> PageData:
    """Return what the page of the current budget shows.

    Args:
        params: `budget`, `budgets` and `recipes` of params.yaml.
        groups: Of the training stages of dvc.yaml.
        provenance: What the page is made from.
    """
    budget = page_budget(params["budget"])
    claims = read_claims(paths.CLAIMS)
    images = load_arrays(paths.processed(budget.dataset))
    plans = planned_budgets(params, groups, len(images["train.labels"]))
    return PageData(
        budget=budget,
        statements=judge(claims, paths.reports(budget.name), Budget(budget.name, budget.dataset, budget.seeds)),
        unmeasurable=claims.unmeasurable,
        knn_protocols=pd.read_csv(paths.table(budget.name, "knn_protocols")),
        figures=paths.reports(budget.name) / "figures",
        evidence=gather_evidence(paths.reports(budget.name), budget.seeds),
        interactive=_interactive(budget.name, [RunId(variant, budget.seeds[0]) for variant in plans[0].runs], images),
        contents=read_contents(),
        estimator=Estimator(plans, read_step_times()),
        provenance=provenance,
    )


def _interactive(budget: str, runs: list[RunId], images: Arrays) -> Interactive:
    """Return what answers to the reader, of those of the runs that have it."""

    def existing(file: Callable[[str, RunId], Path]) -> dict[str, Path]:
        files = {run.variant: file(budget, run) for run in runs}
        return {variant: path for variant, path in files.items() if path.exists()}

    maps = {variant: load_arrays(path) for variant, path in existing(paths.maps).items()}
    kept = {variant: load_arrays(path) for variant, path in existing(paths.snapshots).items()}
    return Interactive(
        maps=latent_maps({"pixels": images["test.pixels"], "labels": images["test.labels"]}, maps),
        losses=loss_curves(existing(paths.losses)),
        # The figures that the page depends on are drawn from the same files
        snapshots=[snapshots(variant, first_images(samples)) for variant, samples in kept.items()],
    )
