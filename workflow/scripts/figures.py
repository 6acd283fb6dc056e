"""Plot what is compared between variants."""

import pandas as pd

from workflow.io.safetensors import load_arrays
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.comparisons import variant_figures
from workflow.report.figures import misclassified
from workflow.report.figures.style import save
from workflow.report.tables.builders import measured_in

arguments(__doc__)

with stage() as this:
    knn, by_report = (pd.read_csv(paths.table(this.budget, name)) for name in ("knn", "knn_protocols"))
    measured = measured_in(this.params["budget"], training_groups(load(GRAPH)["stages"]))
    for name, figure in variant_figures(paths.reports(this.budget), measured, knn, by_report):
        save(figure, paths.figure(this.budget, name))
    dataset = this.params["budget"]["dataset"]
    title = f"Test images of {dataset} that LeNet gives another class (class → LeNet's class)"
    save(
        misclassified.plot(load_arrays(paths.misclassified(this.budget, dataset)), title),
        paths.figure(this.budget, f"misclassified-{dataset}"),
    )
