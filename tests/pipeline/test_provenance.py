"""What results and checkpoints say that they come from."""

import json
from importlib.metadata import version

from workflow.pipeline.provenance import Origin

ORIGIN = Origin("train", {"variant": "gan", "seed": 0, "start": None}, {"budget": {"name": "demo"}}, {"a.py": "00"})


def test_a_checkpoint_of_another_seed_start_parameter_or_file_of_code_is_of_another_run() -> None:
    others = [
        Origin("train", {**ORIGIN.item, "seed": 1}, ORIGIN.params, ORIGIN.code),
        Origin("train", {**ORIGIN.item, "start": "other"}, ORIGIN.params, ORIGIN.code),
        Origin("train", ORIGIN.item, {"budget": {"name": "paper"}}, ORIGIN.code),
        Origin("train", ORIGIN.item, ORIGIN.params, {"a.py": "01"}),
    ]
    assert all(other.identity() != ORIGIN.identity() for other in others)
    assert ORIGIN.identity()["budget.name"] == "demo"


def test_a_metrics_file_holds_values_and_in_a_list_where_they_come_from() -> None:
    found = json.loads(json.dumps(ORIGIN.result({"accuracy": 9.5}, device="cpu")))
    assert found["accuracy"] == 9.5
    (about,) = found["about"]
    assert about.items() >= {"stage": "train", "device": "cpu", "variant": "gan", "seed": 0, "start": None, "code": {"a.py": "00"}}.items()
    assert about["versions"]["torch"] == version("torch")
