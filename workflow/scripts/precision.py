"""Train `bigan` for some epochs in one precision, and measure its latents by 1NN after each."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.knn import latents_by_epoch
from workflow.io.files import write_text
from workflow.params.bigan import BiganRecipe
from workflow.params.evaluation import Compute
from workflow.params.model import merged, validate
from workflow.params.precision import PrecisionStudy
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare
from workflow.training.families.bigan import FAMILY
from workflow.training.tensorboard import losses_table
from workflow.training.train_stage import checkpoint_of, fit_with_events

item = arguments(__doc__, "precision", "seed")

with stage(**item) as this:
    budget, study = this.read(BudgetData, "budget"), this.read(PrecisionStudy, "precision")
    changes = {"precision": item["precision"], "schedule": "constant"}
    recipe = validate(BiganRecipe, merged(this.recipe(BiganRecipe, "bigan").model_dump(), changes), "precision.compared")
    device = prepare(this.read(Compute, "compute"))
    dataset = data.load(paths.processed(budget.mnist)).to(device)

    torch.manual_seed(item["seed"])
    trainer = FAMILY.build(recipe, dataset.train, study.epochs, None)
    run = RunId(item["precision"], item["seed"])
    checkpoint = checkpoint_of(this, budget.name, f"precision-{run}")
    callback = latents_by_epoch(trainer.update.gan, dataset.test)
    history = fit_with_events(trainer, checkpoint, [callback], budget.name, f"precision-{run}")
    write_text(paths.reports(budget.name) / f"precision/{run}.tsv", losses_table(history))
    checkpoint.remove()
