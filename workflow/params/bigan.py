"""What a BiGAN of dense layers says in params.yaml."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow.params.model import Model
from workflow.params.training import BatchNorm, LearningRate, Training, Width


class TripletLoss(Model):
    """A loss that draws the codes of a class together and others apart (Report A §3)."""

    weight: Annotated[float, Field(gt=0, le=1000)]
    """Of this loss beside the encoder's adversarial one."""

    margin: Annotated[float, Field(ge=0, le=1000)]
    """By how much a negative must be farther from the anchor than a positive, in squared distance."""

    mining: Literal["sampled", "batch-hard"]
    """sampled: from a set of triplets drawn once. batch-hard: each image of the batch with its farthest positive and its
    nearest negative there."""

    pairs: Annotated[int, Field(ge=1, le=1_000_000)]
    """For each class, how many positive pairs the set has; each comes with every negative."""

    negatives: Annotated[int, Field(ge=1, le=1_000_000)]
    """For each class, how many negatives the set has."""


class Embedding(Model):
    """Widths of a dense layer for each part of an input, before the parts are joined (Report B §5)."""

    generator: Annotated[list[Width], Field(min_length=2, max_length=2)]
    """For z and the class."""

    discriminator: Annotated[list[Width], Field(min_length=3, max_length=3)]
    """For the image, the code and the class."""


class BiganRecipe(Training):
    """A BiGAN on images as vectors (Report A §2, Report B §3): generator, encoder and discriminator of dense layers."""

    precision: Literal["float32", "bfloat16", "bfloat16-inputs", "bfloat16-activations", "bfloat16-gradients"]
    """bfloat16 computes matrix products in bfloat16 (autocast); the weights stay float32. It changes what comes out. The others
    find out why: only the discriminator's inputs, activations or gradients are rounded, all else is float32."""

    architecture: Literal["report", "donahue"]
    """report: the layers of Reports A and B. donahue: those of the code that Donahue et al. 2017 released."""

    normalization: Literal["before-activation", "after-activation"]
    """Where batch normalization stands in architecture report: before or after the second hidden layer's non-linearity."""

    normalize_discriminator: bool
    """Whether the discriminator has batch normalization in architecture report."""

    batch_norm: BatchNorm
    """Constants of all of them."""

    discriminator_input: Literal["pairs", "images"]
    """What the discriminator sees: pairs of image and code, as in a BiGAN, or images alone, as in a GAN."""

    conditional: bool
    """Whether the generator and the discriminator are told the class, as a one-hot vector beside their input."""

    embedding: Embedding | None
    """Layers that each part of those inputs goes through first (Report B §5, extended), or null."""

    features: Literal["encoder", "discriminator"]
    """Whose layers 1NN compares: the encoder's, or the discriminator's last hidden one (Donahue et al. 2017, table 1)."""

    latent: Width
    """Dimensions of z ~ U(-1, 1)."""

    hidden: Annotated[list[Width], Field(min_length=2, max_length=2)]
    """Widths of the two hidden layers of each of the three networks."""

    generator_activation: Literal["relu", "leaky-relu"]
    """Non-linearity of the generator's hidden layers; the encoder and the discriminator have LeakyReLU(0.2)."""

    learning_rate: LearningRate
    """Step size of every Adam at the start."""

    initial_std: Annotated[float, Field(gt=0, le=10)]
    """Standard deviation of the normal distribution that the weights are drawn from; biases start at 0."""

    updates: Literal["alternating", "discriminator-twice", "simultaneous", "regression", "reconstruction"]
    """What a step is. alternating: the discriminator steps first, the others then answer to its new weights.
    discriminator-twice: likewise, but it steps on generated pairs and then on real ones. simultaneous: all step from gradients
    taken at the same weights. regression: the encoder learns to find z in G(z). reconstruction: an autoencoder."""

    loss: Literal["cross-entropy", "mean-cross-entropy", "summed-cross-entropy", "clamped-cross-entropy", "absolute-error", "squared-error"]
    """What is minimised, by its name in workflow/training/losses.py: the errors by updates reconstruction, a cross-entropy by a
    game; regression has its own."""

    regression_weight: Annotated[float, Field(ge=0, le=1000)]
    """Of the generator's and the encoder's reward for finding z in G(z), in a game (Donahue et al. 2017: 0.25 in the joint
    latent regressor)."""

    triplets: TripletLoss | None
    """A triplet loss on the encoder's codes, in a game; or null."""

    @model_validator(mode="after")
    def _loss_fits(self) -> "BiganRecipe":
        if self.loss.endswith("-error") != (self.updates == "reconstruction") and self.updates != "regression":
            kind = "absolute-error or squared-error" if self.updates == "reconstruction" else "a cross-entropy"
            raise ValueError(f"loss: found '{self.loss}', allowed with updates {self.updates}: {kind}")
        return self

    @model_validator(mode="after")
    def _embedding_fits(self) -> "BiganRecipe":
        if self.embedding and (not self.conditional or self.discriminator_input == "images" or self.architecture == "donahue"):
            raise ValueError(
                "embedding: found widths, allowed: null, unless conditional is true, discriminator_input pairs and architecture report"
            )
        return self

    @model_validator(mode="after")
    def _regression_needs_a_bounded_code(self) -> "BiganRecipe":
        if (self.updates == "regression" or self.regression_weight) and self.architecture != "donahue":
            raise ValueError(
                f"architecture: found '{self.architecture}', allowed with a regression: donahue, whose code is bounded as z is"
            )
        return self

    @model_validator(mode="after")
    def _discriminator_has_features(self) -> "BiganRecipe":
        if self.features == "discriminator" and (self.discriminator_input == "pairs" or self.conditional):
            raise ValueError(
                "features: found 'discriminator', allowed: encoder, unless discriminator_input is images and conditional is false"
            )
        return self

    @model_validator(mode="after")
    def _anchors_have_triplets(self) -> "BiganRecipe":
        if self.batches == "anchors" and (self.triplets is None or self.triplets.mining != "sampled"):
            raise ValueError("batches: found 'anchors', allowed without sampled triplets: shuffled, drawn")
        return self
