"""A graph of a few made-up stages."""

from collections.abc import Mapping, Sequence

from workflow.pipeline import paths
from workflow.pipeline.snakemake import ResolvedStage


def graph(variants: Mapping[str, str | None], fresh: Sequence[str] = (), seeds: Sequence[int] = (0, 1)) -> dict[str, ResolvedStage]:
    """Return the stages that train and measure variants with some seeds, each from the weights of another one, if it names one."""
    folder, stages = paths.reports("paper"), {}
    for seed in seeds:
        for variant, start in variants.items():
            weights = f"data/models/{variant}-{seed}.safetensors"
            needed = [f"data/models/{start}-{seed}.safetensors"] if start else []
            stages[f"train_bigan@{variant}-{seed}"] = ResolvedStage(needed, [weights], variant not in fresh, 0)
            for kind in ("knn", "pixel_knn"):
                file = str(folder / f"metrics/{kind}/{variant}-{seed}.json")
                stages[f"{kind}@{variant}-{seed}"] = ResolvedStage([weights], [file], variant not in fresh, 0)
    gathered = [stage.outputs[0] for name, stage in stages.items() if name.startswith("knn")]
    stages["tables"] = ResolvedStage(gathered, ["tables/knn.csv"], True, 0)
    return stages
