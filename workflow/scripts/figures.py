"""Plot what is compared between variants."""

import pandas as pd

from workflow import paths
from workflow.figures import protocols
from workflow.figures.style import save
from workflow.step import arguments, step

arguments(__doc__)

with step("figures") as this:
    budget = this.params["budget"]["name"]
    save(protocols.plot(pd.read_csv(paths.table(budget, "knn"))), paths.figure(budget, "protocols"))
