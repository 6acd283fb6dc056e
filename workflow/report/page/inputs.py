"""Read what the page shows from the files that other stages wrote."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.io.safetensors import Arrays, load_arrays
from workflow.params.groups import Group
from workflow.params.model import validate
from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.durations import IMAGES, read_step_times
from workflow.pipeline.run_id import RunId
from workflow.pipeline.trainings import budget_trainings
from workflow.report.claims import Claims, read_claims
from workflow.report.equivalence import PRECISIONS, equivalences
from workflow.report.figures.snapshots import first_images
from workflow.report.hypotheses import read_hypotheses
from workflow.report.hypothesis_verdicts import JudgedHypotheses, judge_hypotheses
from workflow.report.known import Committed, Source, gather_sources, known, read_committed
from workflow.report.page.budgets import budget_views
from workflow.report.page.contents import read_contents
from workflow.report.page.estimates import Estimator
from workflow.report.page.evidence import gather_evidence
from workflow.report.page.interactive import Interactive, latent_maps, loss_curves, snapshots
from workflow.report.page.page import PUBLISHED, PageData
from workflow.report.page.pictures import gather_pictures
from workflow.report.planned import planned_budgets
from workflow.report.said_measured import all_results, results_of, said_measured
from workflow.report.tables.builders import knn_tables, measured_in
from workflow.report.trainings import Trainings, read_trainings


def gather_page(params: Mapping[str, Any], groups: Mapping[str, Group], provenance: Mapping[str, Any]) -> PageData:
    """Return what the page of the current budget shows: its own results, and the committed ones of other budgets.

    Args:
        params: `budget`, `budgets` and `recipes` of params.yaml.
        groups: Of the training stages of dvc.yaml.
        provenance: What the page is made from.
    """
    budget = validate(MeasuredBudget, params["budget"], "budget")
    params = {**params, "budgets": {**params["budgets"], budget.name: params["budget"]}}
    images, claims = load_arrays(paths.processed(budget.dataset)), read_claims(paths.CLAIMS)
    sources = gather_sources(budget.name, params["budgets"], claims)
    runs = [RunId(each.variant, budget.seeds[0]) for each in budget_trainings(params["budget"], params["recipes"], groups.values())]
    answering = _interactive(budget.name, runs, images, sources)
    return _page(params, groups, claims, budget, sources, answering, len(images["train.labels"]), provenance)


def gather_published_page(
    params: Mapping[str, Any], groups: Mapping[str, Group], claims: Claims, sources: Sequence[Source], provenance: Mapping[str, Any]
) -> PageData:
    """Return what the published page shows: the committed results alone, without data sets, weights or latents.

    Args:
        params: `budgets` and `recipes` of params.yaml.
        groups: Of the training stages of dvc.yaml.
        claims: What the reports state.
        sources: The committed results, judged by that.
        provenance: What the page is made from.
    """
    answering = Interactive(None, loss_curves(_losses(sources)))
    return _page({**params, "budget": params["budgets"][PUBLISHED]}, groups, claims, None, sources, answering, IMAGES, provenance)


def _page(
    params: Mapping[str, Any],
    groups: Mapping[str, Group],
    claims: Claims,
    budget: MeasuredBudget | None,
    sources: Sequence[Source],
    answering: Interactive,
    images: int,
    provenance: Mapping[str, Any],
) -> PageData:
    contents, committed, budgets = read_contents(), read_committed(), params["budgets"]
    trainings = _trainings(sources, committed, budgets)
    own = budget.name if budget else None
    return PageData(
        budget=budget,
        sources=sources,
        budgets=budget_views(budgets, trainings, committed, contents.budgets, own),
        statements=known(sources),
        hypotheses=gather_hypotheses(claims, budgets, sources),
        precisions=equivalences(*PRECISIONS),
        unmeasurable=claims.unmeasurable,
        knn_protocols=_knn_protocols(sources, budgets, groups, claims),
        pictures=gather_pictures(sources),
        evidence=[each for source in sources for each in gather_evidence(source)],
        trainings=trainings,
        interactive=answering,
        contents=contents,
        estimator=Estimator(planned_budgets(params, groups, images, claims.same_in_bfloat16), read_step_times()),
        provenance=provenance,
    )


def _trainings(sources: Sequence[Source], committed: Committed, budgets: Collection[str]) -> Trainings:
    """Return what metrics files say of each training, by budget: of those that the page shows, then of the others that Git holds.

    Args:
        sources: The results that the page shows.
        committed: What Git holds.
        budgets: The names of those in params.yaml: another one is left out.
    """
    folders = {source.budget: source.folder for source in sources}
    others = {name: paths.reports(name) for name in committed.compared if name in budgets and name not in folders}
    found = {name: read_trainings(folder) for name, folder in {**folders, **others}.items()}
    return {name: trainings for name, trainings in found.items() if trainings or name in folders}


def gather_hypotheses(claims: Claims, budgets: Collection[str], sources: Sequence[Source]) -> JudgedHypotheses:
    """Return the hypotheses, judged by the results that the page shows, and by what Git holds of other budgets.

    Args:
        claims: What the reports state.
        budgets: The names of those in params.yaml.
        sources: The results that the page shows.
    """
    hypotheses = read_hypotheses(paths.HYPOTHESES, claims, budgets)
    shown = {source.budget: results_of(said_measured(source.judged)) for source in sources}
    results = {**all_results(paths.SAID_MEASURED), **shown}
    return JudgedHypotheses(hypotheses, results, judge_hypotheses(hypotheses, results))


def _knn_protocols(sources: Sequence[Source], budgets: Mapping[str, Any], groups: Mapping[str, Group], claims: Claims) -> pd.DataFrame:
    """Return 1NN by protocol, each variant's of the best results that have it: what needs no training first."""
    tables = []
    for source in sources:
        measured = measured_in(budgets[source.budget], groups)
        tables.append(knn_tables(source.folder, measured, claims)["knn_protocols"].assign(budget=source.budget))
    return pd.concat(tables).drop_duplicates("variant").sort_values(["trained", "code_test"], ascending=[True, False])


def _losses(sources: Sequence[Source]) -> dict[str, Path]:
    """Return the committed losses by epoch of each budget's first seed, by variant and budget."""
    return {
        f"{run.variant} ({source.budget})": file
        for source in sources
        for file in sorted((source.folder / "losses").glob("*.tsv"))
        if not source.own and (run := RunId.of(file)).seed == source.seeds[0]
    }


def _interactive(budget: str, runs: list[RunId], images: Arrays, sources: Sequence[Source]) -> Interactive:
    """Return what answers to the reader: of those of the runs that have it, and losses of the committed ones too."""

    def existing(file: Callable[[str, RunId], Path]) -> dict[str, Path]:
        files = {run.variant: file(budget, run) for run in runs}
        return {variant: path for variant, path in files.items() if path.exists()}

    maps = {variant: load_arrays(path) for variant, path in existing(paths.maps).items()}
    kept = {variant: load_arrays(path) for variant, path in existing(paths.snapshots).items()}
    return Interactive(
        maps=latent_maps({"pixels": images["test.pixels"], "labels": images["test.labels"]}, maps),
        losses=loss_curves({**existing(paths.losses), **_losses(sources)}),
        # The figures that the page depends on are drawn from the same files
        snapshots=[snapshots(variant, first_images(samples)) for variant, samples in kept.items()],
    )
