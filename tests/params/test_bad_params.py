"""Whatever stands in params.yaml, it is taken or refused in words; no name in it can leave a folder or a command's argument."""

import copy
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.helpers.generated import cases, complaint, places
from tests.helpers.project import ROOT, Project
from workflow.params.file import check
from workflow.params.model import load
from workflow.pipeline.dvc_yaml import matrix_axes
from workflow.pipeline.stage import stage

TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
STAGES = load(ROOT / "dvc.yaml")["stages"].values()


def small() -> dict[str, Any]:
    """Return params.yaml with one budget and the variants that it trains: every kind of section, and quick to check."""
    content = load(ROOT / "params.yaml")
    budget = content["budgets"]["digits"]
    groups = {group: budget[group] for group in content["groups"]}
    return {**content, "shared": {}, "groups": groups, "budgets": {"digits": budget}, "anchors": {}, "budget": budget}


SMALL = small()
PLACES = places(SMALL)
NUMBERS = [0, -1, 1, 2, 10**9, 10**12, 2**70, -(2**31), 0.0, -0.5, 1e-300, 1e308, float("inf"), float("-inf"), float("nan")]
NAMES = [
    "../../tests",
    "/etc",
    "a/b",
    "a b",
    "ä",
    "-rf",
    "--help",
    ".",
    "",
    "a;b",
    "$(x)",
    "${x}",
    "a\nb",
    "a\0b",
    "\u202e",
    "A",
    "x" * 65,
    "a'b",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.sampled_from(NUMBERS) | st.sampled_from(NAMES) | st.text(max_size=9) | st.dates(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), below, max_size=3),
    max_leaves=5,
)
LISTS = st.lists(st.sampled_from([*NAMES, *SMALL["groups"]["bigan"], *SMALL["data"], "pixels", 0, 2**70, -1]), max_size=3)


def checked(path: Path, text: str | bytes) -> str | None:
    """Return what is said of a params.yaml; if nothing, make sure that what DVC makes names and commands of is harmless."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = complaint(lambda: check(path))
    if said is None:
        content = load(path)
        assert all(NAME.fullmatch(str(value)) for entry in STAGES for axis in matrix_axes(entry, content).values() for value in axis)
        assert NAME.fullmatch(content["budget"]["name"])
    else:
        assert all(line.startswith(("params.yaml: ", str(path))) for line in said.split("\n")), said
        assert any(part in said for part in ("allowed: ", "not valid YAML", "UTF-8", "nothing measures it")), said
    return said


def written(content: Any) -> str:
    text = io.StringIO()
    YAML(typ="safe").dump(content, text)
    return text.getvalue()


def edited(place: tuple[Any, ...], edit: Any) -> str:
    """Return params.yaml after `edit` of what holds a value."""
    within: Any = (content := copy.deepcopy(SMALL))
    for key in place[:-1]:
        within = within[key]
    edit(within, place[-1])
    return written(content)


@cases(150)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_another_value_anywhere(tmp_path: Path, place: tuple[Any, ...], value: Any) -> None:
    checked(tmp_path / "params.yaml", edited(place, lambda within, key: within.__setitem__(key, value)))


@cases(50)
@given(place=st.sampled_from(PLACES))
def test_a_value_left_out_anywhere(tmp_path: Path, place: tuple[Any, ...]) -> None:
    checked(tmp_path / "params.yaml", edited(place, lambda within, key: within.pop(key)))


@cases(80)
@given(place=st.sampled_from([place for place in PLACES if isinstance(place[-1], str)]), name=st.sampled_from(NAMES) | st.text(max_size=9))
def test_another_name_anywhere(tmp_path: Path, place: tuple[Any, ...], name: str) -> None:
    checked(tmp_path / "params.yaml", edited(place, lambda within, key: within.__setitem__(name, within.pop(key))))


@cases(50)
@given(
    groups=st.dictionaries(st.sampled_from([*SMALL["groups"]]), st.dictionaries(st.sampled_from(NAMES), st.just({})), max_size=2),
    others=st.dictionaries(st.sampled_from([key for key, value in SMALL["budget"].items() if isinstance(value, list)]), LISTS, max_size=2),
)
def test_other_lists_of_a_budget(tmp_path: Path, groups: dict[str, dict[str, Any]], others: dict[str, list[str]]) -> None:
    checked(tmp_path / "params.yaml", written({**SMALL, "budget": {**SMALL["budget"], **groups, **others}}))


@cases(80)
@given(
    start=st.integers(0, len(TEXT)),
    cut=st.integers(0, 40),
    put=st.sampled_from(
        [b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"\x1b[2J", b"\r", b"&a ", b"*a ", b"<<: ", b"? ", b"- ", b"!!x ", b"{", b"]", b"'"]
    )
    | st.binary(max_size=4),
)
def test_other_bytes_anywhere(tmp_path: Path, start: int, cut: int, put: bytes) -> None:
    content = TEXT.encode()
    checked(tmp_path / "params.yaml", content[:start] + put + content[start + cut :])


def bomb(levels: int) -> str:
    return "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, levels))


def test_a_mistake_in_what_budgets_merge_is_one_line(tmp_path: Path) -> None:
    found = checked(tmp_path / "params.yaml", TEXT.replace("baselines: [pixels, pca-50]", "baselines: [pixel]", 1))
    assert found is not None
    (line,) = found.splitlines()
    assert line.startswith("params.yaml: budgets.digits.baselines.0: found 'pixel', allowed: one of pixels, pca-50; ")
    assert re.fullmatch(r"\d+ budgets have it", line.rpartition("; ")[2])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found None, allowed: a mapping"),
        ("- a\n", "found ['a'], allowed: a mapping"),
        ("a: " + "[" * 200_000, "found more than 20 levels of lists and mappings"),
        ("\n".join(" " * level + "a:" for level in range(99)), "found more than 20 levels of lists and mappings"),
        (bomb(30), "found more than 500000 values, each alias written out"),
        ("a: &a {b: *a}\n", "found *a inside &a, allowed: an alias of what stands before it"),
        ("a: &a {<<: *a}\n", "found *a inside &a"),
        ("a: *nothing\n", "params.yaml:1: found *nothing, allowed: an anchor that stands before it"),
        (
            "a: &demo 1\nb: &paper {}\nbudget: *papr\n",
            "found *papr, allowed: an anchor that stands before it, such as *paper",
        ),
        ("a: !!python/object/apply:os.system [ls]\n", "found the tag tag:yaml.org,2002:python/object/apply:os.system, allowed: none"),
        ("a: !!int x\n", "found the tag tag:yaml.org,2002:int, allowed: none"),
        ("a: " + "9" * 5000, "found a value of 5000 characters, allowed: at most 1000"),
        ("a: 2026-13-45\n", "not valid YAML: month must be in 1..12"),
        ("a: 1\n---\nb: 2\n", "not valid YAML"),
        ("a: 1\na: 2\n", "params.yaml:2: found the key a twice, allowed: each key once"),
        ("a: &a {x: 1}\nb: {<<: *a, y: [x, x], z: {y: 1},\n  y: 2}\n", "params.yaml:3: found the key y twice, allowed: each key once"),
        (TEXT.encode("utf-16"), "not UTF-8 text"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str | bytes, said: str) -> None:
    found = checked(tmp_path / "params.yaml", text)
    assert found is not None
    assert said in found
    assert "\n" not in found


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    assert complaint(lambda: check(tmp_path)) == f"{tmp_path}: Is a directory"


def test_a_stage_that_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DVC_STAGE", "train@bigan-0")
    with pytest.raises(SystemExit) as ended, stage(variant="bigan"):
        pytest.fail("began all the same")
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("train: dvc.yaml: found 'train', allowed: source_hashes, download, ")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.create(tmp_path_factory.mktemp("bad") / "project")


@pytest.mark.parametrize(
    ("command", "old", "new", "line"),
    [
        (
            "snakemake -n",
            "dataset: digits",
            "dataset: ../../tests",
            "params.yaml: budgets.digits.dataset: found '../../tests', allowed: ",
        ),
        ("dvc repro", "name: digits", "name: paper", "params.yaml: budget.name: found 'paper', allowed: digits"),
        ("snakemake -n", "data:\n", "deep: " + "[" * 200_000 + "\ndata:\n", "params.yaml:"),
        (
            "env DVC_STAGE=download python -m workflow.scripts.download --dataset ../x",
            "",
            "",
            "download: params.yaml: data.../x.",
        ),
        *(
            (f"python -m workflow.scripts.{command}", "budget: *digits", "budget: digits", "params.yaml: budget: found digits, allowed: ")
            for command in ("publish", "weights restore")
        ),
        ("python -m workflow.scripts.download --dataset digits", "", "", "run this through `dvc repro <stage>` or Snakemake"),
    ],
)
def test_a_command_ends_in_one_line(project: Project, command: str, old: str, new: str, line: str) -> None:
    before = (project.folder / "params.yaml").read_text()
    (project.folder / "params.yaml").write_text(before.replace(old, new, 1))
    said = project.run(*command.split(), ok=False)
    (project.folder / "params.yaml").write_text(before)
    assert sum(each.startswith(line) for each in said.splitlines()) == 1
    assert "Traceback" not in said
    assert project.run("git", "status", "--porcelain") == ""
