"""Download a data set from the first of its sources that has it."""

from workflow.data import download as sources
from workflow.params.data import Download
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage

item = arguments(__doc__, "dataset")

with stage(**item) as this:
    name = item["dataset"]
    wanted = this.read(Download, f"data.{name}")
    source = sources.download(name, wanted.sources, wanted.md5, paths.RAW / name)
    print(f"{name}: from {source}")
