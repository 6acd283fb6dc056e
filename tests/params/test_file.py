"""A mistake in params.yaml is a line: where, what was found, what is allowed."""

import re
import shutil
from pathlib import Path

import pytest
from dvc.parsing import DataResolver
from dvc.parsing.context import Context
from dvc.repo import Repo

from tests.helpers.project import ROOT
from workflow.io.errors import UserError
from workflow.params import file
from workflow.params.groups import training_groups
from workflow.params.model import load
from workflow.pipeline.dvc_patches import share_params

TEXT = (ROOT / "params.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("budget: *demo", "budget: *dmeo", "budget: *dmeo", "found *dmeo, allowed: an anchor that stands before it, such as *demo"),
        ("    bigan-z100: {", "    bigan-z100: {}\n    bigan-z100: {", "bigan-z100: {latent", "found the key bigan-z100 twice"),
    ],
)
def test_a_mistake_in_the_yaml_is_said_with_its_line(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    text = TEXT.replace(old, new, 1)
    number = text[: text.index(at)].count("\n") + 1
    assert complaint(tmp_path, old, new).startswith(f"params.yaml:{number}: {said}")


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
        ("    bigan: {}   ", "    bigan: {latnet: 9}   ", "params.yaml: groups.bigan.bigan.latnet: found an unknown key, allowed: "),
        ("threads: 1", "treads: 1", "params.yaml: compute.treads: found an unknown key, allowed: device, threads, numerics, cuda_graphs"),
        (
            "    bigan: {}   ",
            "    bigan: {latent: ten}   ",
            "params.yaml: groups.bigan.bigan.latent: found 'ten', allowed: a whole number ≥ 1 and ≤ 65536",
        ),
        (
            "embedding: null",
            "embedding: {generator: [2, 4], discriminator: [2, 4, 8]}",
            "params.yaml: recipes.bigan: embedding: found widths, allowed: null, unless conditional is true",
        ),
        (
            "regression_weight: 0.0",
            "regression_weight: 1.0",
            "params.yaml: recipes.bigan: architecture: found 'report', allowed with a regression: donahue",
        ),
        (
            "features: encoder",
            "features: discriminator",
            "params.yaml: recipes.bigan: features: found 'discriminator', allowed: encoder, unless discriminator_input is images",
        ),
        ("scaling: unit", "scaling: half", "params.yaml: recipes.bigan.scaling: found 'half', allowed: one of unit, signed"),
        ("beta1: 0.5", "beta1: 1.5", "params.yaml: recipes.bigan.optimizer.beta1: found 1.5, allowed: a number ≥ 0 and < 1"),
        (
            "    seeds: [0, 1, 2, 3, 4]",
            "    seeds: []",
            "params.yaml: budgets.paper.seeds: found [], allowed: a list with at least 1 items",
        ),
        ("    seeds: [0, 1, 2, 3, 4]", "    seeds: [-1]", "params.yaml: budgets.paper.seeds.0: found -1, allowed: a whole number ≥ 0"),
        ("samples: {images: 20}", "samples: {}", "params.yaml: samples.images: found nothing, allowed: a whole number ≥ 1 and ≤ 1000"),
        (
            "encoders: {<<: [*digits-bigan]}",
            "encoders: {cbigan-simple: {}}",
            "params.yaml: budgets.digits.encoders: found 'cbigan-simple', allowed: bigan, bigan-triplet",
        ),
        (
            "snapshots: {<<: [*digits-dcgan]}",
            "snapshots: {}",
            "params.yaml: budgets.digits.dcgan: dcgan-mnist is trained, but nothing measures it: add it, or its group, to generators",
        ),
        (
            "budget: *demo  ",
            "budget: demo  ",
            "params.yaml: budget: found demo, allowed: an alias of one of `budgets`, such as *demo",
        ),
        (
            "like: [*donahue]",
            "like: *donahue",
            "params.yaml: groups.bigan.bigan-donahue.like: found no list of mappings, allowed: a list such as [*donahue]",
        ),
        (
            "updates: reconstruction, loss: absolute-error",
            "updates: reconstruction",
            "params.yaml: groups.autoencoder.autoencoder-l1: loss: found 'mean-cross-entropy', allowed with updates reconstruction: ",
        ),
        (
            "*triplet-loss], batches: anchors}",
            "*triplet-loss], batches: anchors, triplets: null}",
            "params.yaml: groups.triplet_as_coded.bigan-triplet-as-coded: batches: found 'anchors', allowed without sampled triplets: ",
        ),
        (
            "&cgan-first {}",
            "&cgan-first {batches: anchors}",
            "params.yaml: groups.cgan.cgan-arch-128-784-128.batches: found 'anchors', allowed: one of shuffled, drawn",
        ),
        (
            "&cgan-first {}",
            "&cgan-first {conditional: true}",
            "params.yaml: groups.cgan.cgan-arch-128-784-128.conditional: found an unknown key, allowed: scaling, batch_size",
        ),
        ("    bigan: {}   ", "    bigan: 3   ", "params.yaml: groups.bigan.bigan: found 3, allowed: a mapping with the keys scaling"),
        (
            "groups: &groups\n",
            "groups: &groups\n  bygan: {}\n",
            "params.yaml: groups.bygan: found an unknown key, allowed: bigan, bigan_donahue_split, ",
        ),
        (
            "dataset: digits",
            "dataset: digist",
            "params.yaml: budgets.digits.dataset: found 'digist', allowed: mnist, mnist-donahue, fashion-mnist",
        ),
        (
            "svhn: [svhn]",
            "svhn: [svhn, digits]",
            "params.yaml: budgets.paper.svhn: found ['svhn', 'digits'], allowed: a list with at most 1",
        ),
        (
            "  demo: &demo",
            "  De mo: &demo",
            "params.yaml: budgets.De mo: found the name 'De mo', allowed: a text like ^[a-z0-9][a-z0-9-]{0,63}$",
        ),
        (
            "sklearn:digits",
            "ftp://mnist",
            "params.yaml: data.digits.sources.0: found 'ftp://mnist', allowed: a text like ^(https?://[!-~]+|file:.+|npm:",
        ),
        (
            "conv_bigan_svhn: {}",
            "conv_bigan_svhn: {conv-bigan-svhn: {}}",
            "params.yaml: budgets.digits.conv_bigan_svhn: found conv-bigan-svhn, allowed: none while svhn is empty",
        ),
        (
            "&no-noise {noise: {std: 0.0}}",
            "&no-noise {noise: {std: -0.1}}",
            "params.yaml: groups.conv_bigan.conv-bigan-no-noise.noise.std: found -0.1, allowed: a number ≥ 0 and ≤ 10",
        ),
        ("device: auto", "device: tpu", "params.yaml: compute.device: found 'tpu', allowed: a text like"),
        ("epochs: 400", "epochs: yes", "params.yaml: recipes.bigan.epochs: found 'yes', allowed: a whole number ≥ 1"),
        ("seeds: [0]", "seeds: [0, 0]", "params.yaml: budgets.digits.seeds: found 0 twice, allowed: each once"),
        (
            "epochs: [1, 2, 3, 4, 6, 8, 10,",
            "epochs: [9, 10,",
            "params.yaml: snapshots.epochs: found 9 first, allowed: ",
        ),
        ("name: tenth", "name: cpu", "params.yaml: budgets.tenth.name: found cpu, allowed: tenth"),
        (
            "&digits-triplet {bigan-triplet: *bigan-triplet}",
            "&digits-triplet {bigan-triplet: *bigan-triplet, bigan: {}}",
            "params.yaml: budgets.digits.triplet: found bigan, which is in bigan too, allowed: each variant once",
        ),
        (
            "      bigan: {}\n    triplet",
            "      bigan-z100: {}\n    triplet",
            "params.yaml: budgets.digits.triplet: found bigan-triplet, allowed: none unless bigan is trained",
        ),
        (
            "epochs: {bigan: 0.01, cgan: 0.01,",
            "epochs: {bigan: 0.01,",
            "params.yaml: budgets.digits.epochs: found nothing for cgan, allowed: a fraction, as cgan is trained",
        ),
        (
            "wgan: [mnist]",
            "wgan: [svhn]",
            "params.yaml: budgets.cpu.wgan: found 'dcgan-svhn', allowed: bigan, ",
        ),
        (
            "apt:dataset-fashion-mnist",
            "apt:-oAPT::Update::Pre-Invoke=reboot",
            "params.yaml: data.fashion-mnist.sources.1: found 'apt:-oAPT::Update::Pre-Invoke=reboot', allowed: a text like ",
        ),
        (
            "{bigan: {}, cgan: {}, conv_bigan: {}, dcgan: {}, linear_gan: {}, lenet: {}}",
            "{bigan: {}, cgan: {normalisation: none}, conv_bigan: {}, dcgan: {}, linear_gan: {}, lenet: {}}",
            "params.yaml: budgets.digits.changes.cgan.normalisation: found an unknown key, allowed: scaling, batch_size",
        ),
        (
            "linear_gan: {}, lenet: {}}",
            "linear_gan: {}, lenet: {epochs: 0}}",
            "params.yaml: budgets.digits.changes.lenet.epochs: found 0, allowed: a whole number ≥ 1 and ≤ 100000",
        ),
        (
            "linear_gan: {}, lenet: {}}",
            "linear_gan: {}}",
            "params.yaml: budgets.digits.changes.lenet: found nothing, allowed: a mapping with the keys batch_size",
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


def test_dvc_expands_the_groups_of_every_budget_as_the_models_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping as a matrix's axis, merge keys, a stage's own `vars`: DVC documents not all of what dvc.yaml stands on (dvc#10094)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Context, "clone", Context.__dict__["clone"])
    share_params()  # a test of its own says that this changes no stage
    shutil.copy(ROOT / "dvc.yaml", tmp_path)
    groups = training_groups(load(ROOT / "dvc.yaml")["stages"])
    for name in ("digits", "cpu", "svhn-10k", "paper"):  # the others are like these, and DVC is slow
        Path("params.yaml").write_text(re.sub(r"^budget: .*", f"budget: *{name}", TEXT, flags=re.M))
        params = file.check(tmp_path / "params.yaml", ROOT / "dvc.yaml")
        with Repo.init(no_scm=True, force=True) as repo:
            resolved = DataResolver(repo, str(tmp_path), load(Path("dvc.yaml"))).resolve()["stages"]
        trained = [out for stage in resolved.values() for out in stage.get("outs", []) if out.startswith("data/models/")]
        assert sorted(trained) == sorted(
            f"data/models/{name}/{variant}-{seed}.safetensors" for variant in params.budget.trained(groups) for seed in params.budget.seeds
        )


def test_the_variant_of_the_readme_is_a_line_of_the_file(tmp_path: Path) -> None:
    (line,) = re.findall(r"^    bigan: &demo-encoders .*$", (ROOT / "README.md").read_text(), re.M)
    path = tmp_path / "params.yaml"
    path.write_text(re.sub(r"^    bigan: &demo-encoders .*$", line, TEXT, count=1, flags=re.M))
    added = file.check(path).budgets["demo"].model_dump()["bigan"]["bigan-z200"]
    assert (added["latent"], added["schedule"]) == (200, "constant")
