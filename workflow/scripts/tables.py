"""Gather the measured values into tables."""

from workflow import metrics, paths
from workflow.claims import read_claims
from workflow.files import write_text
from workflow.gap import gap_table
from workflow.step import arguments, step

arguments(__doc__)

with step("tables") as this:
    budget = this.params["budget"]
    trained = [variant for variants in budget["variants"].values() for variant in variants]
    untrained = [f"untrained-{variant}" for variant in budget["untrained"]]
    compared = [*budget["encoders"], *budget["variants"]["gan"], *untrained]
    runs = [f"{variant}-{seed}" for variant in compared for seed in budget["seeds"]] + [f"{name}-0" for name in budget["baselines"]]
    knn = metrics.knn_table(paths.metrics(budget["name"], "knn", run) for run in runs)
    tables = {
        "knn": knn,
        "gap": gap_table(knn, read_claims(paths.CLAIMS), [*untrained, *budget["baselines"]]),
        "training": metrics.training_table(
            paths.metrics(budget["name"], "train", f"{variant}-{seed}") for variant in trained for seed in budget["seeds"]
        ),
    }
    for name, table in tables.items():
        write_text(paths.table(budget["name"], name), table.to_csv(index=False, float_format="%.8g"))
