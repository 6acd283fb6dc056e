"""Plot what is compared between variants."""

import pandas as pd

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import fidelity_by_epoch, misclassified, protocols
from workflow.report.figures.style import save

arguments(__doc__)

with stage() as this:
    knn, by_report = (pd.read_csv(paths.table(this.budget, name)) for name in ("knn", "knn_protocols"))
    save(protocols.plot(by_report, knn), paths.figure(this.budget, "protocols"))
    by_epoch = {table.stem: table for table in sorted((paths.reports(this.budget) / "fidelity_by_epoch").glob("*.tsv"))}
    save(fidelity_by_epoch.plot(by_epoch), paths.figure(this.budget, "fidelity_by_epoch"))
    dataset = this.params["budget"]["dataset"]
    title = f"Test images of {dataset} that LeNet gives another class (class → LeNet's class)"
    save(
        misclassified.plot(load_arrays(paths.misclassified(this.budget, dataset)), title),
        paths.figure(this.budget, f"misclassified-{dataset}"),
    )
