"""Turn a data set's raw files into tensors, a byte a pixel."""

from workflow.data import dataset as data
from workflow.data.preprocess import preprocess
from workflow.params.data import Split
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage

item = arguments(__doc__, "dataset")

with stage(**item) as this:
    name = item["dataset"]
    data.save(paths.processed(name), preprocess(paths.RAW / name, this.read(Split, f"data.{name}.split")))
