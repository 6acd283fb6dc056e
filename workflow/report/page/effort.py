"""What would give a claim its verdict: a command, and about how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.params.model import completed, load
from workflow.params.stages import START_OF
from workflow.params.training import TrainingBudget
from workflow.pipeline import paths

FACTS = Path(__file__).with_name("effort.yaml")


@dataclass(frozen=True)
class Effort:
    """What measures a claim.

    Attributes:
        budget: At which budget it can get a verdict.
        command: What measures it there.
        hours: About how long its trainings take, one after the other, by kind of device; only on those where all their steps were timed.
    """

    budget: str
    command: str
    hours: Mapping[str, float]


@dataclass(frozen=True)
class Plan:
    """What the estimates are made from.

    Attributes:
        budgets: By name, as in params.yaml; the one of this page comes first.
        recipes: Likewise.
        variants: Likewise.
        images: In the training set.
        step_times: Milliseconds a step by kind of device and recipe.
    """

    budgets: Mapping[str, Mapping[str, Any]]
    recipes: Mapping[str, Any]
    variants: Mapping[str, Any]
    images: int
    step_times: Mapping[str, Mapping[str, float]]

    def effort(self, claim: Mapping[str, Any]) -> Effort | None:
        """Return what would give a claim of the scorecard its verdict; none if no budget has all of it."""
        variants = [name for name in (claim["variant"], claim["against"]) if name]
        for name, budget in self.budgets.items():
            if budget["mnist"] != "mnist" or not _names(budget).issuperset(variants):
                continue
            recipes = self._trained(variants, budget)
            if not claim["trained"] or (budget["images"] is None and all(_whole(recipe, budget) for recipe in recipes)):
                return Effort(name, self._command(claim, budget), self._hours(recipes, budget))
        return None

    def _command(self, claim: Mapping[str, Any], budget: Mapping[str, Any]) -> str:
        """Return the call of Snakemake that makes the files that the claim is measured from."""
        first = (claim["variant"], claim["metric"])
        second = (claim["against"] or claim["variant"], claim["minus"] or claim["metric"])
        files = [_file(budget, *term) for term in dict.fromkeys([first, second])]
        return "snakemake --cores all " + " ".join(dict.fromkeys(files))

    def _trained(self, variants: list[str], budget: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what those of the variants that are trained say, and those that they start from."""
        lists = {variant: name for name, listed in budget["variants"].items() for variant in listed}
        trained = [variant for variant in variants if variant in lists]
        starts = [START_OF[lists[variant]] for variant in trained if lists[variant] in START_OF]
        return [completed(dict(self.recipes), self.variants[variant]) for variant in dict.fromkeys([*trained, *starts])]

    def _hours(self, recipes: list[dict[str, Any]], budget: Mapping[str, Any]) -> dict[str, float]:
        """Return the hours of trainings, with every seed, by kind of device."""
        steps = [_epochs(recipe, budget) * (self.images // recipe["batch_size"]) for recipe in recipes]
        return {
            device: len(budget["seeds"])
            * sum(count * times[recipe["recipe"]] for count, recipe in zip(steps, recipes, strict=True))
            / 3_600_000
            for device, times in self.step_times.items()
            if recipes and all(recipe["recipe"] in times for recipe in recipes)
        }


def _epochs(recipe: dict[str, Any], budget: Mapping[str, Any]) -> int:
    """Return how many epochs a budget has for what a variant says."""
    training = TrainingBudget.model_validate({name: budget[name] for name in TrainingBudget.model_fields})
    return training.epochs_of(recipe["recipe"], recipe["epochs"])


def _whole(recipe: dict[str, Any], budget: Mapping[str, Any]) -> bool:
    """Return whether those are all of its own."""
    own: int = recipe["epochs"]
    return _epochs(recipe, budget) >= own


def _file(budget: Mapping[str, Any], variant: str, metric: str) -> str:
    """Return the file that has a metric of a variant; for several seeds, as a shell's pattern."""
    seeds = budget["seeds"] if variant in _with_weights(budget) else [0]
    run = f"{variant}-{{{','.join(map(str, seeds))}}}" if len(seeds) > 1 else f"{variant}-{seeds[0]}"
    stage = metric.split(".")[0]
    return str(paths.losses(budget["name"], run) if stage == "losses" else paths.metrics(budget["name"], stage, run))


def plan(params: Mapping[str, Any], images: int) -> Plan:
    """Return what estimates are made from: params.yaml's budgets, recipes and variants, and effort.yaml."""
    current = params["budget"]
    budgets = {current["name"]: current, **{name: each for name, each in params["budgets"].items() if name != current["name"]}}
    return Plan(budgets, params["recipes"], params["variants"], images, load(FACTS)["step"])


def _names(budget: Mapping[str, Any]) -> set[str]:
    """Return everything that a budget measures: also the baselines and, by its data set, LeNet."""
    return {*_with_weights(budget), *budget["baselines"], *budget["download"]}


def _with_weights(budget: Mapping[str, Any]) -> set[str]:
    """Return what a budget measures with each of its seeds."""
    trained = [variant for listed in budget["variants"].values() for variant in listed]
    return {*trained, *(f"untrained-{variant}" for variant in budget["untrained"])}
