"""Plot what is compared between variants."""

import pandas as pd

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, step
from workflow.report.figures import fidelity_by_epoch, misclassified, protocols
from workflow.report.figures.style import save

arguments(__doc__)

with step("figures") as this:
    budget, mnist = this.params["budget"]["name"], this.params["budget"]["mnist"]
    knn, by_report = (pd.read_csv(paths.table(budget, name)) for name in ("knn", "knn_protocols"))
    save(protocols.plot(by_report, knn), paths.figure(budget, "protocols"))
    by_epoch = {table.stem: table for table in sorted((paths.reports(budget) / "fidelity_by_epoch").glob("*.tsv"))}
    save(fidelity_by_epoch.plot(by_epoch), paths.figure(budget, "fidelity_by_epoch"))
    wrong = f"misclassified-{mnist}"
    title = f"Test images of {mnist} that LeNet gives another class (class → LeNet's class)"
    save(misclassified.plot(load_arrays(paths.samples(budget, wrong)), title), paths.figure(budget, wrong))
