"""Train `bigan` for some epochs in one precision, and measure its latents by 1NN after each."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.knn import latents_by_epoch
from workflow.io.files import write_text
from workflow.params.bigan import BiganRecipe
from workflow.params.compute import Compute
from workflow.params.model import merged, validate
from workflow.params.precision import PrecisionStudy
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare
from workflow.training.families.bigan import FAMILY
from workflow.training.tensorboard import losses_table
from workflow.training.train_stage import checkpoint_of, fit_with_events

item = arguments(__doc__, "dataset", "precision", "seed")

with stage(**item) as this:
    study = this.read(PrecisionStudy, "precision")
    changes = {"precision": item["precision"], "schedule": "constant"}
    recipe = validate(BiganRecipe, merged(this.params["recipes"]["bigan"], changes), "precision.compared")
    device = prepare(this.read(Compute, "compute"), recipe.precision)
    dataset = data.load(paths.processed(item["dataset"])).to(device)

    torch.manual_seed(item["seed"])
    trainer = FAMILY.build(recipe, dataset.train, study.epochs, None)
    run = RunId(f"precision-{item['precision']}", item["seed"])
    checkpoint = checkpoint_of(this, run)
    callback = latents_by_epoch(trainer.update.gan, dataset.test)
    history = fit_with_events(this, run, trainer, checkpoint, [callback])
    write_text(paths.reports(this.budget) / f"precision/{item['precision']}-{item['seed']}.tsv", losses_table(history))
    checkpoint.remove()
