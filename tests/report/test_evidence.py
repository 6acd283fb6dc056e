"""The measured values that a page has, stage by stage."""

from dataclasses import replace
from pathlib import Path

from tests.helpers.small_page import own_source, results, write
from workflow.report.page.evidence import gather_evidence


def test_it_has_the_budget_s_seeds_and_what_needs_no_training(tmp_path: Path) -> None:
    folder = results(tmp_path)
    write(folder, "knn", "bigan-1", {"code": {"train": 90.0, "test": 90.0}})
    source = replace(own_source(folder), seeds=[1])
    (found,) = [each for each in gather_evidence(source) if each.kind == "knn"]
    values = dict(zip(found.table["variant"], found.table["code.train"], strict=True))
    assert values == {"bigan": 90.0, "pixels": 97.0, "untrained-bigan": 91.5}, "of seed 0, none that was trained"
