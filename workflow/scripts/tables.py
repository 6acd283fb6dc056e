"""Gather the measured values into tables."""

from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.tables.builders import build_tables, measured_in
from workflow.report.tables.formats import write_table

arguments(__doc__)

with stage() as this:
    measured, real = measured_in(this.params["budget"], training_groups(load(GRAPH)["stages"])), this.params["retraining"]["real"]
    for name, table in build_tables(paths.reports(this.budget), measured, read_claims(paths.CLAIMS), real).items():
        write_table(paths.table(this.budget, name), table)
