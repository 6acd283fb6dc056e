"""What a budget makes of a variant's recipe."""

from functools import partial

from tests.helpers.runs import recipe_of
from workflow.params.conv_bigan import ConvBiganRecipe
from workflow.params.dcgan import DcganRecipe
from workflow.params.file import Params
from workflow.params.training import TrainingBudget


def test_a_budget_gives_each_family_a_fraction_of_its_own_epochs() -> None:
    budget = partial(TrainingBudget, name="cpu", images=None)
    assert budget(epochs={"dcgan": 0.06, "bigan": 0.5}).epochs_of("dcgan", 100) == 6
    assert budget(epochs={"dcgan": 0.001}).epochs_of("dcgan", 100) == 1, "at least one"
    assert budget(epochs={"dcgan": 1.0}).epochs_of("dcgan", 30) == 30


def test_precision_that_is_left_to_the_budget_is_the_budgets(params: Params) -> None:
    budget = TrainingBudget(name="cpu", epochs={"dcgan": 0.1}, images=None, precision="bfloat16")
    assert budget.with_precision(recipe_of("dcgan")).precision == "bfloat16"
    assert budget.with_precision(recipe_of("dcgan", precision="float32")).precision == "float32"
    left = {name for name, variant in params.variants.items() if variant.precision == "budget"}
    of_families = {name for name, variant in params.variants.items() if isinstance(variant, DcganRecipe | ConvBiganRecipe)}
    assert left == of_families - {"dcgan-mnist-float32"}
