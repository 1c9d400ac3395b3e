"""The organisation as one file, from the command line."""

from pathlib import Path

from tests.app.cli.conftest import Console


def test_a_starter_set_goes_in_once_and_comes_out_again(console: Console, tmp_path: Path) -> None:
    console("migrate")
    file = tmp_path / "setup.yaml"
    file.write_text(console("setup", "export", "--starter", "ru").stdout, encoding="utf-8")
    assert ["kinds", "Типовая продажа", "added"] in console.lines("setup", "import", str(file), "--dry-run")
    assert "Типовая" not in console("setup", "export").stdout
    assert ["kinds", "Типовая продажа", "added"] in console.lines("setup", "import", str(file))
    assert console.lines("setup", "import", str(file)) == []
    assert "Типовая продажа" in console("setup", "export").stdout


def test_faults_are_told_by_line_and_field_and_nothing_is_applied(console: Console, tmp_path: Path) -> None:
    console("migrate")
    file = tmp_path / "setup.yaml"
    file.write_text("sources: [Website]\nkinds:\n  - {name: K, type: plain}\n", encoding="utf-8")
    result = console("setup", "import", str(file), status=1)
    assert result.stderr == f"{file}:3: kinds[1].commitment: field required\n"
    file.write_text(
        "sources: [Website]\nkinds:\n  - name: K\n    type: manual\n    commitment: signed\n    stages: [Nowhere]\n",
        encoding="utf-8",
    )
    result = console("setup", "import", str(file), status=1)
    assert result.stderr == f"{file}:6: kinds[1].stages[1].name: 'Nowhere' is not in the list of stages\n"
    assert "Website" not in console("setup", "export").stdout
    file.write_bytes("sources: [Сайт]".encode("cp1251"))
    assert console("setup", "import", str(file), status=1).stderr == f"{file}: is not UTF-8 text\n"
