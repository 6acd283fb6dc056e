"""The whole of params.yaml: every section, and what must hold between them."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, Literal, cast

from pydantic import Field, create_model

from workflow.io.errors import UserError
from workflow.params.bigan import BiganRecipe
from workflow.params.cgan import CganRecipe
from workflow.params.compute import Compute
from workflow.params.conv_bigan import ConvBiganRecipe
from workflow.params.data import DataSet
from workflow.params.dcgan import DcganRecipe
from workflow.params.evaluation import Samples, Tsne
from workflow.params.groups import GRAPH, Group, measured_keys, read_graph, training_groups
from workflow.params.lenet import LenetRecipe
from workflow.params.linear_gan import LinearGanRecipe
from workflow.params.model import FILE, Model, Name, allowed, completed, plain, validate
from workflow.params.retraining import Retraining
from workflow.params.snapshots import Snapshots
from workflow.params.training import MeasuredBudget, Training, TrainingBudget
from workflow.params.yaml_limits import load_checked

OF_A_BUDGET = re.compile(rf"^{FILE}: budgets\.[^.]+\.")
DATA_SETS = ("dataset", "fashion", "svhn", "donahue_split")  # keys of a budget that name one, or none
Key = Annotated[str, Field(pattern=r"^[A-Za-z_]")]
Variants = dict[Name, dict[Key, Any]]
OneDataSet = Annotated[list[Name], Field(max_length=1)]


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


RECIPES = {family: cast("type[Training]", field.annotation) for family, field in RecipesByName.model_fields.items()}


class Recipes(Model):
    """The sections that budgets may change."""

    recipes: RecipesByName
    """What the variants of each family share."""

    lenet: LenetRecipe
    """LeNet, the classifier of what the GANs draw."""


CHANGES = "Keys that lie over those of every variant of a family, or of LeNet: so a hypothesis crosses all variants of its report."
_CHANGES: dict[str, Any] = {
    **{family: (recipe, Field(description=f"Over each variant of the family `{family}`.")) for family, recipe in RECIPES.items()},
    "lenet": (LenetRecipe, Field(description="Over LeNet.")),
}
Changes = create_model("Changes", __base__=Model, __doc__="What a budget changes.", **_CHANGES)


class Budget(TrainingBudget, MeasuredBudget, extra="forbid"):
    """How much is run. Besides these keys it has one for each group of variants that it trains, and `changes`."""

    fashion: OneDataSet
    """The data set in Fashion-MNIST's place (Report E §2.2 and §2.3), in a list; an empty one leaves out what is trained on it."""

    svhn: OneDataSet
    """The data set in SVHN's place (Report C §4.1, Report E §3), likewise."""

    donahue_split: OneDataSet
    """The data set in the place of MNIST as the log of Donahue et al. 2017's code divides it, likewise."""

    baselines: list[Literal["pixels", "pca-50"]]
    """Features without training, measured beside the encoders'."""

    untrained: list[Name]
    """Variants of the group `bigan` whose encoders are measured as they are before training."""

    untrained_conv_bigan: list[Name]
    """Variants of the group `conv_bigan` likewise."""

    encoders: Variants
    """Which trained variants are measured and shown as encoders."""

    pixel_knn: Variants
    """Which of those have their reconstructions compared pixel by pixel with real images."""

    generators: Variants
    """Which have their samples compared with real images of `dataset`."""

    generators_fashion: Variants
    """Which have theirs compared with real images of the data set in `fashion`."""

    generators_svhn: Variants
    """Which have theirs compared with real images of the data set in `svhn`."""

    snapshots: Variants
    """Of which convolutional GANs on `dataset` samples and losses are shown as training goes on."""

    conditional: Variants
    """Which conditional GANs get a LeNet score."""

    retraining: list[Name]
    """With the samples of which conditional GANs LeNet is trained."""

    pictured: list[Name]
    """Of which conditional GANs the losses and misclassified samples are shown."""

    wgan: list[Name]
    """On which data sets losses of DCGAN and WGAN-GP are shown together: those of `dcgan-<name>` and `wgan-gp-<name>`."""

    def trained(self, groups: Mapping[str, Group]) -> dict[str, Group]:
        """Return the group of each variant that this budget trains, by the variant's name."""
        return {variant: group for group in groups.values() for variant in getattr(self, group.name)}


class Params(Recipes):
    """params.yaml: data sets, recipes, groups of variants, evaluations and budgets."""

    data: dict[Name, DataSet]
    """Data sets by name."""

    shared: dict[Name, dict[str, Any]]
    """What several variants have in common, each with an anchor: they say `like: [*anchor]`."""

    groups: Model
    """The variants of each training stage of dvc.yaml, by its group."""

    compute: Compute
    """Device, threads and numerics."""

    retraining: Retraining
    """LeNet, trained on mixtures of real images and samples."""

    tsne: Tsne
    """t-SNE of the latents."""

    samples: Samples
    """Samples and reconstructions."""

    snapshots: Snapshots
    """Samples as training goes on."""

    budgets: dict[Name, Budget]
    """Budgets by name."""

    anchors: dict[str, Any]
    """The budgets once more, merged into one: `dvc exp run -S` rewrites the file and drops an anchor that nothing refers to."""

    budget: Budget
    """The budget that is run, an alias of one of `budgets`: one word decides."""

    @property
    def variants(self) -> dict[str, Training]:
        """The whole recipe of each variant of the groups, by name."""
        return {name: recipe for _, variants in self.groups for name, recipe in variants.items()}


def check(path: Path = FILE, graph: Path = GRAPH) -> Params:
    """Read and validate the whole file; raise UserError with a line for each mistake."""
    content, stages = load_checked(path), read_graph(graph)["stages"]
    groups = training_groups(stages)
    for group in groups.values():
        _check_group(group, graph)
    params = _validated(content, groups)
    if params.budget.name not in params.budgets:
        raise UserError(f"{FILE}: budget.name: {allowed(params.budget.name, params.budgets)}")
    for name, each in params.budgets.items():
        if each.name != name:  # it would write into the other's results
            raise UserError(f"{FILE}: budgets.{name}.name: found {each.name}, allowed: {name}")
    for where, budget in {**{f"budgets.{name}": each for name, each in params.budgets.items()}, "budget": params.budget}.items():
        _check_once(budget, where)
        _check_data_sets(params, budget, where)
        _check_training(budget, groups, where)
        _check_evaluations(budget, groups, where)
        _check_measured(budget, groups, measured_keys(stages), where)
        _check_snapshots(params.snapshots.epochs, budget, groups, where)
    return params


def _check_group(group: Group, graph: Path) -> None:
    """Check that a group that dvc.yaml names can be a key of a budget, of a known family, on one of its data sets."""
    if group.name in {*Budget.model_fields, *dir(Budget), "changes"} or group.name.startswith("_"):
        said = "allowed: a name that begins with a letter, and that no key of every budget has"
        raise UserError(f"{graph}: group: found {plain(group.name)}, {said}")
    if group.family not in RECIPES:
        raise UserError(f"{graph}: family of the group {group.name}: {allowed(group.family, RECIPES)}")
    if group.dataset not in DATA_SETS:
        raise UserError(f"{graph}: data set of the group {group.name}: {allowed(group.dataset, DATA_SETS)}")


def _validated(content: Mapping[str, Any], groups: Mapping[str, Group]) -> Params:
    """Validate each section; what others take their values from comes first, so that a mistake is told once, where it stands."""
    if isinstance(name := content.get("budget"), str):
        raise UserError(f"{FILE}: budget: found {plain(name)}, allowed: an alias of one of `budgets`, such as *demo")
    validate(Recipes, {key: content[key] for key in Recipes.model_fields if key in content})
    model, *sections = models(tuple(groups.values()))
    whole = _completed(content, groups)
    for name, budget in _mapping(whole.get("budgets")).items():
        if "changes" in _mapping(budget):
            validate(Changes, budget["changes"], f"budgets.{plain(name)}.changes")
    try:
        for section in sections:
            validate(section, {key: whole[key] for key in section.model_fields if key in whole})
    except UserError as error:
        raise UserError(_told_once(str(error))) from None
    return validate(model, whole)


def _told_once(mistakes: str) -> str:
    """Return lines of mistakes, one that several budgets have, as they merge what has it, in the line of the first."""
    lines: dict[str, list[str]] = {}
    for line in mistakes.splitlines():
        lines.setdefault(OF_A_BUDGET.sub("", line), []).append(line)
    return "\n".join(each[0] + (f"; {len(each)} budgets have it" if len(each) > 1 else "") for each in lines.values())


@cache
def models(groups: tuple[Group, ...]) -> tuple[type[Params], type[Model], type[Model]]:
    """Return the models of the file, and of its sections `groups` and `budgets` alone, for the groups that dvc.yaml has."""
    variants: dict[str, Any] = {group.name: (_by_name(RECIPES[group.family]), Field(description=_description(group))) for group in groups}
    changes: dict[str, Any] = {"changes": (Changes, Field(description=CHANGES))}
    budget = create_model("Budget", __base__=Budget, __doc__=Budget.__doc__, **variants, **changes)
    every = create_model("Groups", __base__=Model, __doc__="The `groups` section.", **variants)
    types: dict[str, Any] = {"groups": every, "budgets": _by_name(budget), "budget": budget}
    fields: dict[str, Any] = {key: (each, Field(description=Params.model_fields[key].description)) for key, each in types.items()}
    return (
        create_model("Params", __base__=Params, __doc__=Params.__doc__, **fields),
        create_model("GroupsSection", __base__=Model, groups=fields["groups"]),
        create_model("BudgetsSection", __base__=Model, budgets=fields["budgets"]),
    )


def _by_name(model: type[Model]) -> GenericAlias:
    """Return the type of a mapping from names to a model that is known at run time only."""
    return GenericAlias(dict, (Name, model))


def _description(group: Group) -> str:
    weights = f"the weights of `{group.start}`" if group.start else "weights that are drawn"
    return f"Variants of the family `{group.family}`, on the data set in `{group.dataset}`, from {weights}."


def _completed(content: Mapping[str, Any], groups: Mapping[str, Group]) -> dict[str, Any]:
    """Fill in what each variant leaves out, in `groups` and in budgets; leave what is no mapping to the validation."""
    recipes, whole = {**content["recipes"], "lenet": content["lenet"]}, dict(content)
    whole["groups"] = _whole_groups("groups", content.get("groups"), groups, recipes)
    whole["budget"] = _whole_groups("budget", content.get("budget"), groups, recipes)
    if isinstance(budgets := content.get("budgets"), dict):
        whole["budgets"] = {name: _whole_groups(f"budgets.{plain(name)}", each, groups, recipes) for name, each in budgets.items()}
    return {key: value for key, value in whole.items() if key in content}


def _whole_groups(where: str, section: Any, groups: Mapping[str, Group], recipes: Mapping[str, Any]) -> Any:
    if not isinstance(section, dict):
        return section
    changes = _mapping(section.get("changes"))
    changed = {name: _whole(f"{where}.changes.{plain(name)}", changes[name], recipe) for name, recipe in recipes.items() if name in changes}
    whole = {"changes": {**changes, **changed}} if changes else {}
    for key, value in section.items():
        if isinstance(key, str) and key in groups and isinstance(value, dict):
            family = groups[key].family
            layers = [each for each in [changes.get(family)] if isinstance(each, dict)]
            whole[key] = {name: _whole(f"{where}.{key}.{plain(name)}", each, recipes[family], *layers) for name, each in value.items()}
    return {**section, **whole}


def _whole(where: str, variant: Any, recipe: Mapping[str, Any], *changes: Mapping[str, Any]) -> Any:
    if not isinstance(variant, dict):
        return variant
    like = variant.get("like", [])
    if not isinstance(like, list) or not all(isinstance(each, dict) for each in like):
        raise UserError(f"{FILE}: {where}.like: found no list of mappings, allowed: a list such as [*donahue] of what is under `shared`")
    return completed(recipe, variant, *changes)


def _mapping(value: Any) -> dict[Any, Any]:
    """Return a mapping, an empty one in the place of anything else: that is left to the validation."""
    return value if isinstance(value, dict) else {}


def _check_once(budget: Budget, where: str) -> None:
    for key, values in budget:
        for value in values if isinstance(values, list) else []:
            if values.count(value) > 1:
                raise UserError(f"{FILE}: {where}.{key}: found {value} twice, allowed: each once")


def _check_data_sets(params: Params, budget: Budget, where: str) -> None:
    for key in DATA_SETS:
        value = getattr(budget, key)
        for name in [value] if isinstance(value, str) else value:
            if name not in params.data:
                raise UserError(f"{FILE}: {where}.{key}: {allowed(name, params.data)}")


def _check_training(budget: Budget, groups: Mapping[str, Group], where: str) -> None:
    """Check that each group has its data set, its start and its epochs, and that no variant is trained by two of them."""
    drawn = [name for group in groups.values() if not group.start for name in getattr(budget, group.name)]
    trained: dict[str, str] = {}
    for group in groups.values():
        names = list(getattr(budget, group.name))
        at, found = f"{FILE}: {where}.{group.name}", ", ".join(names)
        if names and not getattr(budget, group.dataset):
            raise UserError(f"{at}: found {found}, allowed: none while {group.dataset} is empty")
        if names and group.start and group.start not in drawn:
            raise UserError(f"{at}: found {found}, allowed: none unless {group.start} is trained from drawn weights")
        if names and group.family not in budget.epochs:
            raise UserError(f"{FILE}: {where}.epochs: found nothing for {group.family}, allowed: a fraction, as {group.name} is trained")
        for name in names:
            if name in trained:
                raise UserError(f"{at}: found {name}, which is in {trained[name]} too, allowed: each variant once")
            trained[name] = group.name


def _conditional(group: Group, recipe: Training) -> bool:
    return group.dataset == "dataset" and (isinstance(recipe, CganRecipe) or (isinstance(recipe, DcganRecipe) and recipe.conditional))


def _has_encoder(group: Group, recipe: Training) -> bool:
    encodes = isinstance(recipe, ConvBiganRecipe) or (isinstance(recipe, BiganRecipe) and recipe.features == "encoder")
    return group.dataset == "dataset" and encodes


# Which trained variants fit each evaluation
FITTING: dict[str, Callable[[Group, Training], bool]] = {
    "untrained": lambda group, _: group.name == "bigan",
    "untrained_conv_bigan": lambda group, _: group.name == "conv_bigan",
    "encoders": _has_encoder,
    "pixel_knn": _has_encoder,
    "generators": lambda group, _: group.dataset == "dataset",
    "generators_fashion": lambda group, _: group.dataset == "fashion",
    "generators_svhn": lambda group, _: group.dataset == "svhn",
    "snapshots": lambda group, _: group.dataset == "dataset" and group.family == "dcgan",
    "conditional": _conditional,
    "retraining": _conditional,
    "pictured": _conditional,
}


def _check_evaluations(budget: Budget, groups: Mapping[str, Group], where: str) -> None:
    """Check that what each evaluation measures is trained, and fits it."""
    trained = budget.trained(groups)
    for key, fits in FITTING.items():
        fitting = [name for name, group in trained.items() if fits(group, getattr(budget, group.name)[name])]
        for name in getattr(budget, key):
            if name not in fitting:
                raise UserError(f"{FILE}: {where}.{key}: {allowed(name, fitting)}")
    for name in [f"{kind}-{dataset}" for dataset in budget.wgan for kind in ("dcgan", "wgan-gp")]:
        if name not in trained:
            raise UserError(f"{FILE}: {where}.wgan: {allowed(name, trained)}")


def _check_measured(budget: Budget, groups: Mapping[str, Group], keys: list[str], where: str) -> None:
    """Check that something measures each trained variant."""
    lists = [found for key in keys if isinstance(found := getattr(budget, key, None), list | dict)]
    measured = {name for each in lists for name in each}
    for name, group in budget.trained(groups).items():
        if name not in measured:
            fitting = [key for key, fits in FITTING.items() if key in keys and fits(group, getattr(budget, group.name)[name])]
            raise UserError(
                f"{FILE}: {where}.{group.name}: {name} is trained, but nothing measures it: add it, or its group, to {' or '.join(fitting)}"
            )


def _check_snapshots(kept: list[int], budget: Budget, groups: Mapping[str, Group], where: str) -> None:
    """Check that a snapshot of each variant that has some is kept before its training ends."""
    for name, group in budget.trained(groups).items():
        epochs = budget.epochs_of(group.family, getattr(budget, group.name)[name].epochs)
        if name in budget.snapshots and min(kept) > epochs:
            raise UserError(
                f"{FILE}: snapshots.epochs: found {min(kept)} first, allowed: {epochs} or less, as {where} trains {name} for so many"
            )
