"""Gather the measured values into tables."""

from collections.abc import Iterable
from pathlib import Path

from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report import metrics
from workflow.report.claims import read_claims
from workflow.report.knn_protocols import gap_table
from workflow.report.tables import write_table

arguments(__doc__)

with stage() as this:
    budget = this.params["budget"]
    claims = read_claims(paths.CLAIMS)
    trained = [variant for variants in budget["variants"].values() for variant in variants]
    untrained = [f"untrained-{variant}" for variant in budget["untrained"]]
    compared = [*budget["encoders"], *budget["variants"]["gan"], *untrained]

    def measured(stage: str, variants: Iterable[str]) -> list[Path]:
        """Return the files of a stage's values for all seeds of some variants, as far as they were run."""
        files = [paths.metrics(budget["name"], stage, f"{variant}-{seed}") for variant in variants for seed in budget["seeds"]]
        return [file for file in files if file.exists()]

    baselines = [paths.metrics(budget["name"], "knn", f"{name}-0") for name in budget["baselines"]]
    knn = metrics.knn_table([*measured("knn", compared), *baselines])
    scores = measured("lenet_score", [*budget["variants"]["cgan"], *budget["conditional"]])
    generators = [*budget["generators"], *budget["generators_fashion"], *budget["generators_svhn"]]
    mixtures = [f"real-{percent}" for percent in this.params["retraining"]["real"]]
    retraining = {mixture: claims.stated("D", f"retrain.{mixture}.fine_tuned") for mixture in mixtures}
    tables = {
        "knn": knn,
        "gap": gap_table(knn, claims, [*untrained, *budget["baselines"]]),
        "lenet_score": metrics.lenet_score_table(scores, claims.stated("D", "lenet_score.score")),
        "fidelity": metrics.fidelity_table(measured("fidelity", generators)),
        "retraining": metrics.retraining_table(measured("retrain", budget["retraining"]), retraining),
        "training": metrics.training_table(measured("train", trained)),
    }
    for name, table in tables.items():
        write_table(paths.table(budget["name"], name), table)
