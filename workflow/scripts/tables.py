"""Gather the measured values into tables."""

from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.tables.builders import Measured, build_tables
from workflow.report.tables.formats import write_table

arguments(__doc__)

with stage() as this:
    budget = this.params["budget"]
    trained = [variant for group in training_groups(load(GRAPH)) for variant in budget[group]]
    untrained = [f"untrained-{variant}" for variant in (*budget["untrained"], *budget["untrained_conv_bigan"])]
    measured = Measured(trained, untrained, budget["baselines"], budget["seeds"])
    tables = build_tables(paths.reports(this.budget), measured, read_claims(paths.CLAIMS), this.params["retraining"]["real"])
    for name, table in tables.items():
        write_table(paths.table(this.budget, name), table)
