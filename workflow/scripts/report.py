"""Write the report page."""

import pandas as pd

from workflow import paths
from workflow.files import write_text
from workflow.page import page
from workflow.step import arguments, step

arguments(__doc__)

with step("report") as this:
    budget = this.params["budget"]
    content = page(
        budget=budget,
        runs=[f"{variant}-{budget['seeds'][0]}" for variant in budget["encoders"]],
        studies=[f"precision-{seed}" for seed in budget["precision_seeds"]],
        card=pd.read_csv(paths.scorecard(budget["name"]), dtype={"reported": str}),
        gap=pd.read_csv(paths.table(budget["name"], "gap")),
        scores=pd.read_csv(paths.table(budget["name"], "lenet_score")),
        training=pd.read_csv(paths.table(budget["name"], "training")),
        figures=paths.reports(budget["name"]) / "figures",
        provenance=this.provenance(),
    )
    write_text(paths.page(budget["name"]), content)
