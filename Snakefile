# The rules are read from dvc.yaml, and DVC says which of their jobs have to run;
# Snakemake schedules those, in parallel, in their conda environments or on a cluster.
import gc
import logging
import shlex
import sys

gc.freeze()  # what is loaded by now stays; to look through it again and again takes a tenth of an empty run's time
# Snakemake's log on a full disk must not bury what else is said
logging.raiseExceptions = False
sys.path.insert(0, workflow.basedir)
from workflow.pipeline.command import ending_in_a_line
from workflow.pipeline.job import LOGS
from workflow.pipeline.snakemake import Graph
from workflow.pipeline.staleness import resolved_stages

PYTHON = shlex.quote(sys.executable)
REMOTE = "--remote" if workflow.remote_exec else ""
with ending_in_a_line():
    GRAPH = Graph(
        resolved_stages() if workflow.is_main_process else {},
        # Which executor it will be is not known yet, but all that run jobs elsewhere are told a number of them.
        elsewhere=workflow.nodes is not None,
    )


onstart:
    GRAPH.begin(workflow.dag_settings, workflow.scheduler)


rule all:
    default_target: True
    input:
        [ancient(output) for output in GRAPH.outputs],


for entry in GRAPH.rules:

    rule:
        name:
            entry.name
        input:
            GRAPH.inputs(entry, ancient),
        output:
            *(
                (
                    report(file, caption=entry.captions[file], category=entry.name)
                    if file in entry.captions
                    else file
                )
                for file in entry.files
            ),
            *map(directory, entry.folders),
        log:
            str(LOGS / f"{entry.stage}.log"),
        wildcard_constraints:
            **entry.constraints,
        priority: GRAPH.priority(entry)
        conda:
            f"envs/{entry.conda}.yaml"
        threads: entry.threads
        resources:
            **entry.resources,
        params:
            stage=lambda wildcards, stage=entry.stage: stage.format(**wildcards),
        shell:
            f"{PYTHON} -m workflow.pipeline.job {REMOTE} {{params.stage}} {{log}}"
