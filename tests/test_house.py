"""The house rules, checked with nothing but pytest: who may import whom, how long things may be, what must be said.

The layers are read from pyproject.toml, where import-linter finds them too; CONTRIBUTING.md says what each rule is for.
"""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("model", "solvers", "experiments", "reports")
FILE_MAX, FILE_MEDIAN = 400, 180
FUNCTION_MAX, FUNCTION_MEDIAN = 60, 10
NAMELESS = {"utils", "util", "helpers", "common", "misc"}
LOAD_MAY_IMPORT = {
    "load",
    "case_files",
    "fault_places",
    "case_rules",
    "case_sheets",
    "case_tables",
    "city_rates",
    "inputs",
    "plans",
    "quantities",
    "key_paths",
    "number_words",
    "texts",
    "errors",
}
NAN_IGNORING = re.compile(r"nan(mean|sum|prod|std|var|median|quantile|percentile|min|max|arg\w+|cum\w+)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def layers(contract: str) -> list[set[str]]:
    """The layers of one import contract, top first; members of a set are siblings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = {c["id"]: c["layers"] for c in project["tool"]["importlinter"]["contracts"]}
    return [set(re.findall(r"\w+", layer)) for layer in found[contract]]


def sources(room: str) -> list[Path]:
    return sorted(p for p in (ROOT / room).rglob("*.py") if "__pycache__" not in p.parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported anywhere in a file, `from a import b` counted as a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")
            base = parents[: len(parents) - node.level + is_package] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def upward(source: str, target: str, order: list[set[str]]) -> bool:
    """Whether source importing target breaks the order: only strictly lower layers, or oneself, may be imported."""
    rank = {name: depth for depth, layer in enumerate(order) for name in layer}
    return source != target and target in rank and rank[target] <= rank[source]


def room_imports() -> Iterator[tuple[str, str, str]]:
    """Place, importing module and imported name, for each import of a room."""
    for room in ROOMS:
        for path in sources(room):
            module = module_of(path)
            for line, name in imports_of(tree_of(path), module, path.name == "__init__.py"):
                if name.split(".")[0] in ROOMS:
                    yield f"{path.relative_to(ROOT)}:{line} imports {name}", module, name


def functions(path: Path) -> list[Function]:
    return [n for n in ast.walk(tree_of(path)) if isinstance(n, Function)]


def body_length(function: Function) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None and len(function.body) > 1 else function.body
    return (function.end_lineno or body[-1].lineno) - body[0].lineno + 1


def public_definitions(node: ast.AST, name: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Public classes, functions and methods of a file, with their dotted names; overloads have no text of their own."""
    for child in getattr(node, "body", []):
        if isinstance(child, Function | ast.ClassDef) and not child.name.startswith("_"):
            if not any("overload" in ast.unparse(d) or ".setter" in ast.unparse(d) for d in child.decorator_list):
                yield f"{name}.{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public_definitions(child, f"{name}.{child.name}")


def test_rooms_import_downward_only() -> None:
    order = layers("rooms")
    assert set().union(*order) == set(ROOMS)
    found = [where for where, module, name in room_imports() if upward(module.split(".")[0], name.split(".")[0], order)]
    assert not found, "rooms may import lower rooms only:\n" + "\n".join(found)


def test_model_is_one_chain() -> None:
    order = layers("chain")
    placed = set().union(*order)
    found = []
    for where, module, name in room_imports():
        if not (module.startswith("model.") and name.startswith("model.")):
            continue
        source, target = module.split(".")[1], name.split(".")[1]
        if source == "load":
            broken = target not in LOAD_MAY_IMPORT
        else:
            broken = source in placed and upward(source, target, order)
        found += [where] if broken else []
    assert not found, "inside model only lower layers may be imported:\n" + "\n".join(found)


def test_each_module_of_model_has_its_place() -> None:
    placed = set().union(*layers("chain"), {"load"})
    names = {
        module_of(path).split(".")[1]
        for path in sources("model")
        if path.parent != ROOT / "model" or path.stem != "__init__"
    }
    assert names <= placed, f"give these a layer in pyproject.toml (contract 'chain'): {sorted(names - placed)}"


def test_files_are_read_at_the_door_only() -> None:
    door, below = layers("load")
    assert door == {"load"}
    found = [
        where
        for where, module, name in room_imports()
        if name.startswith("model.load") and module.startswith("model.") and module.split(".")[1] in below
    ]
    assert not found, "nothing from simulate downward may import model.load:\n" + "\n".join(found)


def test_files_are_short() -> None:
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for room in ROOMS for p in sources(room)}
    lengths[ROOT / "bootstrap.py"] = len((ROOT / "bootstrap.py").read_text(encoding="utf-8").splitlines())
    long = [f"{p.relative_to(ROOT)}: {n}" for p, n in lengths.items() if n > FILE_MAX]
    assert not long, f"files over {FILE_MAX} lines: {long}"


@pytest.mark.parametrize("room", ROOMS)
def test_the_usual_file_is_short(room: str) -> None:
    lengths = [n for p in sources(room) if (n := len(p.read_text(encoding="utf-8").splitlines())) > 1]
    assert statistics.median(lengths or [0]) <= FILE_MEDIAN


def test_functions_are_short() -> None:
    paths = [p for room in ROOMS for p in sources(room)] + [ROOT / "bootstrap.py"]
    long = [
        f"{p.relative_to(ROOT)}:{f.lineno} {f.name}: {body_length(f)}"
        for p in paths
        for f in functions(p)
        if body_length(f) > FUNCTION_MAX
    ]
    assert not long, f"functions over {FUNCTION_MAX} lines:\n" + "\n".join(long)


@pytest.mark.parametrize("room", ROOMS)
def test_the_usual_function_is_short(room: str) -> None:
    lengths = [body_length(f) for p in sources(room) for f in functions(p)]
    assert statistics.median(lengths or [0]) <= FUNCTION_MEDIAN


def test_each_file_has_a_subject() -> None:
    found = [
        str(p.relative_to(ROOT))
        for room in (*ROOMS, "tests")
        for p in sources(room)
        if NAMELESS & {p.stem, p.parent.name}
    ]
    assert not found, f"name the file by what it is about: {found}"


def test_public_things_say_what_they_are() -> None:
    found = []
    for room in ROOMS:
        for path in sources(room):
            tree = tree_of(path)
            silent = [name for name, node in public_definitions(tree, module_of(path)) if not ast.get_docstring(node)]
            found += silent + ([] if ast.get_docstring(tree) else [module_of(path)])
    assert not found, "docstrings wanted:\n" + "\n".join(found)


def test_each_expected_error_names_its_text() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("tests")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"pytest.raises", "raises"}
        and not any(k.arg == "match" for k in node.keywords)
    ]
    assert not found, f"pytest.raises without match=: {found}"


def test_no_reduction_of_the_model_skips_missing_numbers() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in sources("model")
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and NAN_IGNORING.fullmatch(node.attr))
        or (isinstance(node, ast.Name) and NAN_IGNORING.fullmatch(node.id))
        or (isinstance(node, ast.keyword) and node.arg == "skipna" and ast.unparse(node.value) != "False")
    ]
    assert not found, "a missing number must stop the run, not be skipped:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "target", "broken"),
    [
        ("reports", "experiments", True),
        ("reports", "solvers", True),
        ("solvers", "reports", True),
        ("model", "solvers", True),
        ("experiments", "model", False),
        ("solvers", "model", False),
        ("model", "model", False),
        ("model", "numpy", False),
    ],
)
def test_the_order_of_rooms(source: str, target: str, broken: bool) -> None:
    assert upward(source, target, layers("rooms")) is broken


def test_imports_are_found_in_every_form() -> None:
    tree = ast.parse(
        "import a.b\nfrom . import c\nfrom .d import e\nfrom model import f\ndef g():\n    from ..h import i\n"
    )
    names = [name for _, name in imports_of(tree, "model.deep.x", is_package=False)]
    assert names == ["a.b", "model.deep.c", "model.deep.d.e", "model.f", "model.h.i"]
