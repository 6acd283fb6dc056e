"""The whole of params.yaml: every section, and what must hold between them."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from workflow.io.errors import UserError
from workflow.io.files import write_text
from workflow.params.bigan import BiganRecipe
from workflow.params.cgan import CganRecipe
from workflow.params.conv_bigan import ConvBiganRecipe
from workflow.params.data import DataSet
from workflow.params.dcgan import DcganRecipe
from workflow.params.evaluation import Compute, Samples, SamplesByEpoch, Tsne
from workflow.params.lenet import LenetRecipe
from workflow.params.linear_gan import LinearGanRecipe
from workflow.params.model import FILE, Model, Name, allowed, completed, load, plain, validate
from workflow.params.precision import PrecisionStudy
from workflow.params.retraining import Retraining
from workflow.params.stages import DATA_SET_OF, RECIPE_OF, START_OF
from workflow.params.training import SeededData, TrainingBudget
from workflow.params.yaml_limits import check_bounds

SCHEMA = Path(__file__).with_name("schema.json")


class RecipesByName(Model):
    """What the variants of a family of networks share."""

    bigan: BiganRecipe
    """BiGANs of dense layers. Its values are those of Report A §2."""

    cgan: CganRecipe
    """Conditional GANs of dense layers. Its values are those of the first row of Report D's table 1."""

    dcgan: DcganRecipe
    """GANs of convolutions. Its values are those of Report E §2.1."""

    linear_gan: LinearGanRecipe
    """Linear generators against quadratic discriminators (Report D §5)."""

    conv_bigan: ConvBiganRecipe
    """Convolutional BiGANs. Its values are those of Report C, and where it gives none, of the networks that it follows."""


class Recipes(Model):
    """The `recipes` section."""

    recipes: RecipesByName
    """What the variants of each family share."""


class TrainedVariants(Model):
    """Which variants are trained, by what they start from: dvc.yaml has a stage for each of these lists.

    A list with the name of a recipe holds variants of that one, any other those of `bigan`.
    """

    bigan: list[Name]
    """With an encoder, from weights that are drawn."""

    gan: list[Name]
    """Without an encoder, from weights that are drawn."""

    triplet: list[Name]
    """From the weights of `bigan`."""

    triplet_as_coded: list[Name]
    """From the weights of `bigan-as-coded`."""

    regressor: list[Name]
    """From the weights of `gan-features`."""

    cgan: list[Name]
    """Conditional GANs, from weights that are drawn."""

    linear_gan: list[Name]
    """Linear GANs, from weights that are drawn."""

    conv_bigan: list[Name]
    """Convolutional BiGANs on MNIST. These, and the two lists after it, have the recipe `conv_bigan`."""

    conv_bigan_svhn: list[Name]
    """Convolutional BiGANs on the data set `svhn`."""

    conv_bigan_svhn_10k: list[Name]
    """Convolutional BiGANs on the data set `svhn-10k`."""

    dcgan: list[Name]
    """Convolutional GANs on MNIST, from weights that are drawn. Recipe `dcgan`, as in the lists below."""

    dcgan_fashion: list[Name]
    """Likewise on Fashion-MNIST."""

    dcgan_pretrained: list[Name]
    """On Fashion-MNIST from the weights of `dcgan-mnist`."""

    dcgan_svhn: list[Name]
    """On SVHN, from weights that are drawn."""

    dcgan_svhn_10k: list[Name]
    """Likewise on ten thousand images of SVHN."""


class Budget(SeededData, TrainingBudget):
    """How much is run."""

    download: Annotated[list[Name], Field(min_length=1)]
    """Data sets that are downloaded and preprocessed: keys of `data`."""

    baselines: list[Literal["pixels", "pca-50"]]
    """Features without training, measured beside the encoders'."""

    untrained: list[Name]
    """Variants whose encoders are measured as they are before training."""

    variants: TrainedVariants
    """What is trained."""

    precision_seeds: list[Annotated[int, Field(ge=0, lt=2**31)]]
    """With which seeds the precision study is run; empty leaves it out."""

    samples_by_epoch: list[Name]
    """Of which convolutional GANs samples and losses are shown as training goes on."""

    wgan: list[Name]
    """On which data sets losses of DCGAN and WGAN-GP are shown together: those of `dcgan-<name>` and `wgan-gp-<name>`."""

    encoders: list[Name]
    """Which of them are measured and shown as encoders of MNIST."""

    pictures: list[Name]
    """Of which others only what they draw is shown, and their losses: those on other data sets."""

    generators: list[Name]
    """Which of them have their samples compared with real images of MNIST."""

    generators_fashion: list[Name]
    """Which of them have their samples compared with real images of Fashion-MNIST."""

    generators_svhn: list[Name]
    """Which of them have their samples compared with real images of SVHN."""

    conditional: list[Name]
    """Which convolutional GANs LeNet scores, as it does all of `variants.cgan`."""

    retraining: list[Name]
    """With the samples of which conditional GANs LeNet is trained."""

    pictured: list[Name]
    """Of which conditional GANs the losses and misclassified samples are pictured."""


class Budgets(Model):
    """The `budgets` section."""

    budgets: dict[Name, Budget]
    """Budgets by name."""


class Params(Recipes, Budgets):
    """params.yaml: data sets, recipes, variants, evaluations and budgets."""

    data: dict[Name, DataSet]
    """Data sets by name."""

    shared: dict[Name, dict[str, Any]]
    """What several variants have in common, each with an anchor: they say `like: *anchor`."""

    variants: dict[
        Name, Annotated[BiganRecipe | CganRecipe | ConvBiganRecipe | DcganRecipe | LinearGanRecipe, Field(discriminator="recipe")]
    ]
    """Each variant by name: its recipe, and only what differs from it."""

    precision: PrecisionStudy
    """What rounding does to a game."""

    compute: Compute
    """Device and threads."""

    lenet: LenetRecipe
    """LeNet, which judges what the GANs draw."""

    retraining: Retraining
    """LeNet, trained on mixtures of real images and samples."""

    tsne: Tsne
    """t-SNE of the codes."""

    samples: Samples
    """Samples and reconstructions."""

    samples_by_epoch: SamplesByEpoch
    """Samples as training goes on."""

    anchors: dict[Name, Budget]
    """The budgets once more: `dvc exp run -S` rewrites the file and drops an anchor that nothing refers to."""

    budget: Budget
    """The budget that is run, an alias of one of `budgets`: one word decides."""


def check(path: Path = FILE) -> Params:
    """Read and validate the whole file; raise UserError with a line for each mistake."""
    check_bounds(path)
    content = load(path)
    for section in (Recipes, Budgets):  # first, as others take their values from them, and their mistakes
        validate(section, {key: content[key] for key in section.model_fields if key in content})
    params = validate(Params, {**content, "variants": _completed(content.get("variants"), content["recipes"])})
    if params.budget.name not in params.budgets:
        raise UserError(f"{FILE}: budget.name: {allowed(params.budget.name, params.budgets)}")
    for where, budget in {"budget": params.budget, **{f"budgets.{name}": each for name, each in params.budgets.items()}}.items():
        _check_once(budget, where)
        _check_names(params, budget, where)
        _check_trained(budget, where)
    return params


def schema() -> str:
    """Return the JSON schema of the file as an editor sees it: a variant may leave out what its recipe says."""
    whole = Params.model_json_schema()
    changes, variants = [], []
    for recipe, field in RecipesByName.model_fields.items():
        title = recipe.title().replace("_", "")
        change, variant = f"{title}Change", f"{title}Variant"
        whole["$defs"] |= _changes(cast("type[Model]", field.annotation), change, variant)
        changes.append({"$ref": f"#/$defs/{change}"})
        variants.append({"if": {"properties": {"recipe": {"const": recipe}}}, "then": {"$ref": f"#/$defs/{variant}"}})
    for section, definition in {"shared": {"anyOf": changes}, "variants": {"allOf": variants, "type": "object"}}.items():
        (names,) = whole["properties"][section]["patternProperties"]
        whole["properties"][section]["patternProperties"][names] = definition
    return json.dumps(whole, indent=2) + "\n"


def _changes(recipe: type[Model], change: str, variant: str) -> dict[str, Any]:
    """Return definitions of what may differ from a recipe, and of a variant that does, under these names."""
    partial = recipe.model_json_schema(ref_template="#/$defs/{model}Change")
    inner = {f"{name}Change": {**definition, "required": []} for name, definition in partial.pop("$defs").items()}
    like = {
        "description": "What it has in common with others, from `shared`. The later come over the earlier, its own keys over all.",
        "items": {"$ref": f"#/$defs/{change}"},
        "type": "array",
    }
    whole = {**partial, "properties": {**partial["properties"], "like": like}, "required": ["recipe"]}
    return {**inner, change: {**partial, "required": []}, variant: whole}


def _completed(variants: Any, recipes: dict[str, Any]) -> Any:
    """Fill in each variant what it leaves out; leave what is no mapping to the validation."""
    if not isinstance(variants, dict):
        return variants
    return {name: _whole(name, variant, recipes) for name, variant in variants.items()}


def _whole(name: str, variant: Any, recipes: dict[str, Any]) -> Any:
    if not isinstance(variant, dict):
        return variant
    like = variant.get("like", [])
    if not isinstance(like, list) or not all(isinstance(each, dict) for each in like):
        raise UserError(
            f"{FILE}: variants.{plain(name)}.like: found no list of mappings, allowed: a list such as [*donahue] of what is under `shared`"
        )
    try:
        return completed(recipes, variant)
    except UserError as error:
        raise UserError(f"{FILE}: variants.{plain(name)}.{error}") from None


def _check_once(budget: Budget, where: str) -> None:
    for key, values in budget:
        for value in values if isinstance(values, list) else []:
            if values.count(value) > 1:
                raise UserError(f"{FILE}: {where}.{key}: found {value} twice, allowed: each once")


def _check_names(params: Params, budget: Budget, where: str) -> None:
    lists = dict(budget.variants)
    known = {
        recipe: [name for name, variant in params.variants.items() if variant.recipe == recipe] for recipe in RecipesByName.model_fields
    }
    trained = {
        recipe: [name for stage, names in lists.items() if RECIPE_OF.get(stage, "bigan") == recipe for name in names] for recipe in known
    }
    conditional = [name for name, variant in params.variants.items() if isinstance(variant, DcganRecipe) and variant.conditional]
    wanted = {
        "download": (budget.download, list(params.data)),
        "mnist": ([budget.mnist], budget.download),
        **{f"variants.{stage}": (names, known[RECIPE_OF.get(stage, "bigan")]) for stage, names in lists.items()},
        "untrained": (budget.untrained, known["bigan"] + known["conv_bigan"]),
        "encoders": (budget.encoders, trained["bigan"] + lists["conv_bigan"]),
        "pictures": (budget.pictures, lists["conv_bigan_svhn"] + lists["conv_bigan_svhn_10k"]),
        "families": (list(budget.families), list(known)),
        "samples_by_epoch": (budget.samples_by_epoch, trained["dcgan"]),
        "wgan": ([f"{kind}-{name}" for name in budget.wgan for kind in ("dcgan", "wgan-gp")], trained["dcgan"]),
        "generators": (budget.generators, [name for stage, names in lists.items() if stage not in DATA_SET_OF for name in names]),
        "generators_fashion": (budget.generators_fashion, lists["dcgan_fashion"] + lists["dcgan_pretrained"]),
        "generators_svhn": (budget.generators_svhn, lists["conv_bigan_svhn"] + lists["dcgan_svhn"]),
        "conditional": (budget.conditional, [name for name in lists["dcgan"] if name in conditional]),
        "retraining": (budget.retraining, lists["cgan"]),
        "pictured": (budget.pictured, lists["cgan"]),
    }
    for key, (names, there) in wanted.items():
        for name in names:
            if name not in there:
                raise UserError(f"{FILE}: {where}.{key}: {allowed(name, there)}")


def _check_trained(budget: Budget, where: str) -> None:
    """Check that each list's data set and start are there, and that no variant is trained by two of them."""
    lists = dict(budget.variants)
    drawn = [name for stage, names in lists.items() if stage not in START_OF for name in names]
    trained: dict[str, str] = {}
    for stage, names in lists.items():
        at, found = f"{FILE}: {where}.variants.{stage}", ", ".join(names)
        dataset = DATA_SET_OF.get(stage, budget.mnist)
        if names and dataset not in budget.download:
            raise UserError(f"{at}: found {found}, allowed: none unless {dataset} is in download")
        if names and stage in START_OF and START_OF[stage] not in drawn:
            raise UserError(f"{at}: found {found}, allowed: none unless {START_OF[stage]} is trained from drawn weights")
        for name in names:
            if name in trained:
                raise UserError(f"{at}: found {name}, which is in {trained[name]} too, allowed: each variant once")
            trained[name] = stage


def main() -> None:
    """Write the JSON schema, or complain about params.yaml."""
    write_text(SCHEMA, schema())
    try:
        check()
    except UserError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
