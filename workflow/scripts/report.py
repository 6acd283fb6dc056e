"""Write the report page."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from workflow.io.files import write_text
from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures.samples_by_epoch import shown
from workflow.report.page import Looking, page
from workflow.report.page.contents import read_contents
from workflow.report.page.effort import plan
from workflow.report.page.looking import film, losses, maps
from workflow.report.page.measured import stages

arguments(__doc__)


with stage() as this:
    budget = this.params["budget"]
    name, seed = budget["name"], budget["seeds"][0]
    results = paths.reports(name)
    images = load_arrays(paths.processed(budget["mnist"]))
    test = {"pixels": images["test.pixels"], "labels": images["test.labels"]}

    def made(file: Callable[[str, str], Path]) -> dict[str, Path]:
        """Return the files of one kind that there are, by variant."""
        variants = [variant for trained in budget["variants"].values() for variant in trained]
        files = {variant: file(name, f"{variant}-{seed}") for variant in variants}
        return {variant: path for variant, path in files.items() if path.exists()}

    codes = {variant: load_arrays(path) for variant, path in made(paths.codes).items()}
    of_test = {variant: found["test.code"] for variant, found in codes.items() if np.array_equal(found["test.labels"], test["labels"])}
    positions = {variant: load_arrays(path)["test.positions"] for variant, path in made(paths.maps).items() if variant in of_test}

    content = page(
        budget=budget,
        card=pd.read_csv(paths.scorecard(name), dtype={"reported": str}),
        gap=pd.read_csv(paths.table(name, "gap")),
        figures=results / "figures",
        stages=stages(results, budget["seeds"]),
        looking=Looking(
            maps=maps(test, positions, of_test),
            losses=losses(made(paths.losses)),
            # The figures of `figures_dcgan`, on which the page depends, are drawn from the same files
            films=[film(variant, shown(load_arrays(path))) for variant, path in made(paths.samples_by_epoch).items()],
        ),
        contents=read_contents(),
        plan=plan(this.params, len(images["train.labels"])),
        provenance=this.provenance(),
    )
    write_text(paths.page(name), content)
