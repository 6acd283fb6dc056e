"""Gather the measured values into tables."""

from workflow import metrics, paths
from workflow.claims import read_claims
from workflow.files import write_text
from workflow.gap import gap_table
from workflow.step import arguments, step

arguments(__doc__)

with step("tables") as this:
    budget = this.params["budget"]
    trained = [f"{variant}-{seed}" for variant in budget["variants"]["bigan"] for seed in budget["seeds"]]
    untrained = [f"untrained-encoder-{seed}" for seed in budget["seeds"]]
    baselines = [f"{baseline}-0" for baseline in budget["baselines"]]
    knn = metrics.knn_table(paths.metrics(budget["name"], "knn", run) for run in trained + untrained + baselines)
    tables = {
        "knn": knn,
        "gap": gap_table(knn, read_claims(paths.CLAIMS), ["untrained-encoder", *budget["baselines"]]),
        "training": metrics.training_table(paths.metrics(budget["name"], "train", run) for run in trained),
    }
    for name, table in tables.items():
        write_text(paths.table(budget["name"], name), table.to_csv(index=False, float_format="%.8g"))
