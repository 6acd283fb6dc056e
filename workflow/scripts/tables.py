"""Gather the measured values into tables."""

from pathlib import Path

from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.tables import builders
from workflow.report.tables.formats import write_table

arguments(__doc__)

with stage() as this:
    budget, claims = this.params["budget"], read_claims(paths.CLAIMS)
    trained = [variant for group in training_groups(load(GRAPH)) for variant in budget[group]]
    untrained = [f"untrained-{variant}" for variant in (*budget["untrained"], *budget["untrained_conv_bigan"])]

    def files(stage: str) -> list[Path]:
        """Return the files of a stage's values of all that is trained, with each seed."""
        return builders.metrics_files(paths.reports(budget["name"]), stage, trained, budget["seeds"])

    baselines = builders.metrics_files(paths.reports(budget["name"]), "knn", budget["baselines"], [0])
    beside = builders.metrics_files(paths.reports(budget["name"]), "knn", untrained, budget["seeds"])
    knn = builders.knn_table([*files("knn"), *beside, *baselines])
    stated_knn = {report: claims.stated(report, "knn.") for report in builders.REPORTS}
    mixtures = [f"real-{percent}" for percent in this.params["retraining"]["real"]]
    tables = {
        "knn": knn,
        "knn_protocols": builders.knn_protocols_table(knn, stated_knn, [*untrained, *budget["baselines"]]),
        "lenet_score": builders.lenet_score_table(files("lenet_score"), claims.stated("D", "lenet_score.score")),
        "fidelity": builders.fidelity_table(files("fidelity")),
        "retraining": builders.retraining_table(
            files("retrain"), {mixture: claims.stated("D", f"retrain.{mixture}.fine_tuned") for mixture in mixtures}
        ),
        "training": builders.training_table(files("train")),
    }
    for name, table in tables.items():
        write_table(paths.table(budget["name"], name), table)
