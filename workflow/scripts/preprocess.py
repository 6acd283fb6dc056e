"""Turn a data set's raw files into tensors, a byte a pixel."""

from workflow.data import dataset as data
from workflow.data.preprocess import preprocess
from workflow.params.data import Preprocessing
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage

item = arguments(__doc__, "dataset")

with stage(**item) as this:
    name = item["dataset"]
    validation = this.read(Preprocessing, f"data.{name}").validation
    data.save(paths.processed(name), preprocess(paths.RAW / name, validation))
