"""Files appear whole or not at all."""

import json
from pathlib import Path

import pytest

from workflow.io.files import remove, replacing, write_json, write_text


def test_a_file_is_replaced_only_if_all_went_well(tmp_path: Path) -> None:
    file = tmp_path / "new/file.txt"
    write_text(file, "first")

    def fail() -> None:
        with replacing(file) as partial:
            partial.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert file.read_text() == "first"
    assert list(file.parent.iterdir()) == [file], "nothing else is left behind"
    write_text(file, "second")
    assert file.read_text() == "second"


def test_a_folder_is_replaced_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for names in (["a", "b"], ["b", "c"]):
        with replacing(folder) as partial:
            partial.mkdir()
            for name in names:
                (partial / name).write_text(name)
        assert sorted(path.name for path in folder.iterdir()) == names


def test_what_a_killed_process_has_left_is_written_over_and_ignored_by_dvc_and_git(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with replacing(file) as partial:
        name = partial.name
        partial.mkdir()
        (partial / "rest").write_text("of a folder")
        partial.rename(tmp_path / "elsewhere")
        partial.write_text("whole")
    assert name.startswith(".")
    assert name.endswith(".partial")
    (tmp_path / name).mkdir()
    write_text(file, "again")
    assert file.read_text() == "again"
    assert not (tmp_path / name).exists()


def test_json_has_no_numbers_that_are_none(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": 1, "a": [2.5]})
    assert list(json.loads((tmp_path / "a.json").read_text()).items()) == [("b", 1), ("a", [2.5])]
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"b": float("nan")})
    assert json.loads((tmp_path / "a.json").read_text())["b"] == 1


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    remove(tmp_path / "link")
    remove(tmp_path / "nothing")
    assert (tmp_path / "mine/file").read_text() == "kept"
