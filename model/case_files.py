"""The files of a case folder as one tree: sections merged, a base case under its own, each key with its file."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.case_tables import Table, read_table
from model.errors import Finding, nearest
from model.key_paths import KeyPath
from model.row_reader import Place

TABLES = ("partners.csv", "volumes.csv")


@dataclass
class CaseFiles:
    """What the files say: the tree, the file of each key, the tables, and what is wrong with the files.

    places : cells of the values of a workbook; told : paths whose faults are found already; unread : sheets passed over
    """

    data: dict[str, Any] = field(default_factory=dict)
    files: dict[KeyPath, str] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    told: set[KeyPath] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    home: str = "case.toml"

    def file_of(self, path: KeyPath) -> str:
        """Return the file that holds a key or, for a missing one, the nearest section above it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.files:
                return self.files[path[:length]]
        return self.home


def read_toml(path: Path, file: str) -> tuple[dict[str, Any], list[Finding]]:
    """Read a TOML file; a fault comes back as a finding with its line."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig")), []
    except FileNotFoundError:
        return {}, [Finding("E-FILE", file, "no such file", str(path))]
    except OSError as error:
        return {}, [Finding("E-FILE", file, "cannot be read", error.strerror or str(error))]
    except UnicodeDecodeError as error:
        return {}, [Finding("E-ENCODING", file, "not UTF-8 text", f"byte {error.start}", "UTF-8", "save it as UTF-8")]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return {}, [Finding("E-TOML", file, "TOML syntax", str(error), "TOML 1.0")]


def read_case_files(folder: Path) -> CaseFiles:
    """Read all files of a case folder and of the cases it extends; own keys win."""
    return _read(folder, folder, ())


def _read(folder: Path, root: Path, chain: tuple[Path, ...]) -> CaseFiles:
    prefix = "" if folder == root else Path(os.path.relpath(folder, root)).as_posix() + "/"
    own = _read_own(folder, prefix)
    base, drops = own.data.pop("extends", None), own.data.pop("drops", None)
    where, where_drops = (f"{own.file_of((key,))}: {key}" for key in ("extends", "drops"))
    if base is None:
        if drops is not None:
            own.findings.append(Finding("E-RULE", where_drops, "drops without extends", str(drops), "a base case"))
        return own
    if not isinstance(base, str):
        own.findings.append(Finding("E-VALUE", where, "needs the path of a case folder", str(base), "text"))
        return own
    under = (folder / base).resolve()
    chain = (*chain, folder.resolve())
    if under in chain:
        circle = " → ".join(path.name for path in (*chain[chain.index(under) :], under))
        own.findings.append(
            Finding("E-CYCLE", where, "cases extend each other in a circle", circle, "a chain that ends")
        )
        return own
    if not (under / "case.toml").is_file():
        own.findings.append(Finding("E-FILE", where, "no case folder there", base, "a folder with case.toml"))
        return own
    return _merge(_read(under, root, chain), own, drops or [], where_drops)


def _read_own(folder: Path, prefix: str) -> CaseFiles:
    made = CaseFiles()
    for path in sorted(folder.iterdir()):
        if path.suffix == ".toml":
            _add_toml(made, path, prefix + path.name)
        elif path.name in TABLES:
            table, findings = read_table(path, prefix + path.name)
            made.findings += findings
            if table is not None:
                made.tables[path.stem] = table
                made.files.setdefault((path.stem,), prefix + path.name)
        elif path.suffix == ".csv":
            mend = nearest(path.name, TABLES)
            made.findings.append(
                Finding("E-FILE", prefix + path.name, "unknown table", path.name, ", ".join(TABLES), mend)
            )
    for name in [name for name in made.tables if name in made.data]:
        file = made.tables[name].file
        made.findings.append(_twice(f"{file}: {name}", made.files[(name,)]))
        made.files[(name,)] = file
        del made.data[name]
    return made


def _add_toml(made: CaseFiles, path: Path, file: str) -> None:
    sections, findings = read_toml(path, file)
    made.findings += findings
    for name, section in sections.items():
        if name in made.data:
            made.findings.append(_twice(f"{file}: {name}", made.files[(name,)]))
            continue
        made.data[name] = section
        _remember(made.files, (name,), section, file)


def _twice(where: str, other: str) -> Finding:
    return Finding("E-TWICE", where, "section stands in two files", other, "each section once")


def _remember(files: dict[KeyPath, str], path: KeyPath, value: Any, file: str) -> None:
    files[path] = file
    if isinstance(value, dict) and "value" not in value:
        for key, part in value.items():
            _remember(files, (*path, key), part, file)


def _merge(base: CaseFiles, own: CaseFiles, drops: Any, where: str) -> CaseFiles:
    findings = base.findings + own.findings
    if not (isinstance(drops, list) and all(isinstance(key, str) for key in drops)):
        findings.append(Finding("E-VALUE", where, "needs a list of key paths", str(drops), 'drops = ["roles.vp", …]'))
        drops = []
    for key in drops:
        if not _drop(base, key.split(".")):
            mend = nearest(key, [*base.tables, *_paths(base.data)])
            findings.append(Finding("E-KEY", where, "the base case has no such key", key, "", mend))
    for name in own.tables:
        base.data.pop(name, None)
    for name in own.data:
        base.tables.pop(name, None)
    merged = _over(base.data, own.data)
    return CaseFiles(merged, base.files | own.files, base.tables | own.tables, findings)


def _drop(base: CaseFiles, keys: list[str]) -> bool:
    if len(keys) == 1 and base.tables.pop(keys[0], None) is not None:
        return True
    section: Any = base.data
    for key in keys[:-1]:
        section = section.get(key) if isinstance(section, dict) else None
    return isinstance(section, dict) and section.pop(keys[-1], None) is not None


def _paths(data: dict[str, Any]) -> list[str]:
    inner = [f"{key}.{name}" for key, part in data.items() if isinstance(part, dict) for name in part]
    return [*data, *inner]


def _over(base: Any, own: Any) -> Any:
    # A number is one thing: half of a number from each case would have two origins.
    if not (isinstance(base, dict) and isinstance(own, dict)) or "value" in own:
        return own
    return base | {key: _over(base[key], part) if key in base else part for key, part in own.items()}
