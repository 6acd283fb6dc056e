"""What every trained variant says in params.yaml, whatever its networks."""

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from workflow.params.model import Model, Name

Width = Annotated[int, Field(ge=1, le=65_536)]
Scaling = Literal["unit", "signed", "unit-tanh"]
LearningRate = Annotated[float, Field(gt=0, le=10)]


class Adam(Model):
    """Adam (Kingma & Ba 2015), one for the discriminator and one for everything else; a recipe has the learning rates."""

    beta1: Annotated[float, Field(ge=0, lt=1)]
    """Decay of the mean of the gradients."""

    beta2: Annotated[float, Field(ge=0, lt=1)]
    """Decay of the mean of their squares."""

    l2: Annotated[float, Field(ge=0, le=1)]
    """L2 penalty l2/2·||w||²; its gradient, l2·w, goes through Adam."""

    l2_on: Literal["dense-weights", "everything"]
    """dense-weights: the weight matrices of dense layers only. everything: biases and batch normalization too."""


class BatchNorm(Model):
    """Constants of batch normalization, where a network has it."""

    momentum: Annotated[float, Field(gt=0, le=1)]
    """Share of a batch's statistics in the new running averages, as PyTorch has it: Keras's momentum of 0.99 is 0.01 here."""

    epsilon: Annotated[float, Field(gt=0, le=1)]
    """Added to the variance."""


class Collapse(Model):
    """When a run counts as collapsed: the discriminator is hardly ever wrong, for long. Recorded, never acted on."""

    accuracy: Annotated[float, Field(gt=0.5, le=1)]
    """Share of the real and generated training examples that the discriminator gets right in an epoch."""

    epochs: Annotated[int, Field(ge=1, le=100_000)]
    """Consecutive epochs with at least that accuracy."""


class EarlyStopping(Model):
    """Stop once both losses have plateaued out (Report D §1.1)."""

    tolerance: Annotated[float, Field(gt=0, le=100)]
    """Largest difference between the epochs' mean losses that counts as straight."""

    epochs: Annotated[int, Field(ge=2, le=100_000)]
    """Consecutive epochs over which every loss must stay within that."""


class Training(Model):
    """How a variant is trained."""

    scaling: Scaling
    """Range of the pixels: unit is [0, 1], signed is [-1, 1]. unit-tanh: real ones are in [0, 1], but generated ones from a tanh."""

    batch_size: Annotated[int, Field(ge=2, le=65_536)]
    """Images a step."""

    epochs: Annotated[int, Field(ge=1, le=100_000)]
    """Passes over the training images in the report; the budget takes a fraction of them."""

    optimizer: Adam
    """Adam's settings."""

    schedule: Literal["constant", "constant-then-exponential", "constant-then-exponential-by-epoch"]
    """Learning rate over the run: constant, or constant for the first half and then exponential down to 1 %, step by step or
    epoch by epoch."""

    batches: Literal["shuffled", "drawn", "anchors"]
    """How the images of a batch are chosen. shuffled: each once an epoch. drawn: with replacement. anchors: those of the
    triplets of the step."""

    statistics: Literal["running", "averaged"]
    """What batch normalization uses in inference: running averages from training, or averages over 1000 training batches
    after it."""

    precision: Literal["float32", "bfloat16", "bfloat16-inputs", "bfloat16-activations", "bfloat16-gradients", "budget"]
    """What is rounded in training: each recipe says what it knows of these."""

    collapse: Collapse
    """The rule by which a collapse is recorded."""

    early_stopping: EarlyStopping | None
    """The rule by which the run ends early, or null."""


R = TypeVar("R", bound=Training)


class BudgetName(Model, extra="ignore"):
    """Under which name results are kept: of a budget's keys, as of those below, what a stage needs."""

    name: Name
    """Names the folders of everything that is made under this budget."""


class MeasuredBudget(BudgetName):
    """What results are gathered from."""

    dataset: Name
    """The data set of everything but `fashion`, `svhn` and `donahue_split`: mnist, or another in its place."""

    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**31)]], Field(min_length=1)]
    """Each variant is trained once a seed."""


class TrainingBudget(BudgetName):
    """What a training may spend."""

    epochs: dict[Annotated[str, Field(pattern=r"^[a-z_]+$")], Annotated[float, Field(gt=0, le=100)]]
    """By family of networks: the fraction of a variant's own epochs that is run, but at least one epoch."""

    precision: Literal["float32", "bfloat16"] = "float32"
    """What variants are trained in whose own `precision` is `budget`."""

    images: Annotated[int, Field(ge=2)] | None
    """How many training images are used, from the first on; null uses all."""

    def epochs_of(self, family: str, own_epochs: int) -> int:
        """Return how many epochs a variant of a family runs, whose own are `own_epochs`."""
        return max(1, round(own_epochs * self.epochs[family]))

    def with_precision(self, recipe: R) -> R:
        """Return a recipe with this budget's precision where it leaves that to it."""
        return recipe.model_copy(update={"precision": self.precision}) if recipe.precision == "budget" else recipe
