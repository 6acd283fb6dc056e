"""What every trained variant says in params.yaml, whatever its networks."""

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from workflow.params.model import Model, Name

Width = Annotated[int, Field(ge=1, le=65_536)]
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

    scaling: Literal["unit", "signed"]
    """Range of the pixels: unit is [0, 1], signed is [-1, 1]."""

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

    recipe: str
    """The section of `recipes` that a variant starts from: what it leaves out is taken from there."""


R = TypeVar("R", bound=Training)


class BudgetData(Model):
    """Under which name results are kept, and what they are measured on."""

    name: Name
    """Names the folders of everything that is made under this budget."""

    mnist: Name
    """The data set that is MNIST in this budget: mnist itself, or a smaller one in its place."""


class SeededData(BudgetData):
    """The same, and how often each training is repeated."""

    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**31)]], Field(min_length=1)]
    """Each variant is trained once a seed."""


class MeasuredBudget(SeededData):
    """The same, and what is trained."""

    variants: dict[str, list[Name]]
    """Variants by the kind of their training."""

    @property
    def trained(self) -> set[str]:
        """All of those variants."""
        return {variant for listed in self.variants.values() for variant in listed}


class TrainingBudget(BudgetData):
    """What a training run may spend."""

    epochs: Annotated[float, Field(gt=0, le=100)]
    """Fraction of a variant's own epochs that is run."""

    least_epochs: Annotated[int, Field(ge=1, le=100_000)]
    """At least so many epochs are run, or all of a variant's own if those are fewer."""

    families: dict[Annotated[str, Field(pattern=r"^[a-z_]+$")], Annotated[float, Field(gt=0, le=100)]] = Field(default_factory=dict)
    """By recipe, for those too slow for that: fraction of a variant's own epochs that is run instead."""

    precision: Literal["float32", "bfloat16"] = "float32"
    """What variants are trained in whose own `precision` is `budget`."""

    images: Annotated[int, Field(ge=2)] | None
    """How many training images are used, from the first on; null uses all."""

    def epochs_of(self, recipe: str, epochs: int) -> int:
        """Return how many epochs a variant with a recipe has, whose own are `epochs`."""
        if (share := self.families.get(recipe)) is not None:
            return max(1, round(epochs * share))
        return max(1, round(epochs * self.epochs), min(epochs, self.least_epochs))

    def with_precision(self, recipe: R) -> R:
        """Return a recipe with this budget's precision where it leaves that to it."""
        return recipe.model_copy(update={"precision": self.precision}) if recipe.precision == "budget" else recipe
