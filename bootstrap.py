"""Set up, run, test and check headcast with nothing but a Python: ``python bootstrap.py setup|run|test|deep|check``.

Standard library only, and plain old syntax: an old Python must get as far as the line that says it is too old.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(VENV, "headcast.stamp")
LOG = os.path.join(VENV, "setup.log")
OLDEST = (3, 11)
CANNOT_SET_UP = 5
INTERRUPTED = 130

MAIN_JOB = (
    "run",
    "data/cases/ecosystem",
    "--out",
    "runs/ecosystem",
    "--scenarios",
    "20000",
    "--seed",
    "7",
    "--replace",
)
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict"),
    ("lint-imports",),
)
UNREACHABLE = re.compile(
    "connection broken by|[Ff]ailed to establish a new connection|Max retries exceeded|error sending request"
    "|tcp connect error|Connect(ion)? ?(Error|Timeout|refused)|ReadTimeout|Name or service not known"
    "|Temporary failure in name resolution"
)
USAGE = """usage: python bootstrap.py setup|run|test|deep|check [-- more arguments]
  setup   make .venv from requirements.lock and install headcast into it (at once when nothing has changed)
  run     set up, then run the main job into runs/ecosystem
  test    set up, then pytest
  deep    set up, then the tests that go deep, four times as many drawn problems as `test` tells
  check   set up, then ruff, mypy and the import rules"""


class SetupError(Exception):
    """Something that the user has to mend; its text is the one line to show."""


def say(text):
    print("headcast set-up: " + text)
    sys.stdout.flush()


def program(name):
    """Path of a program inside .venv."""
    folder, ending = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return os.path.join(VENV, folder, name + ending)


def require_python():
    if sys.version_info[:2] < OLDEST:
        raise SetupError(
            "Python {}.{} is too old, headcast needs {}.{} or newer; install one and call it by name, "
            "for example: python3.11 bootstrap.py setup (or: make setup PYTHON=python3.11)".format(
                *(tuple(sys.version_info[:2]) + OLDEST)
            )
        )


def require_venv():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise SetupError(
            "this Python ({}) came without the module {}; install it (Debian and Ubuntu: "
            "sudo apt-get install python3-venv) or use another Python, then run this again".format(
                sys.executable, error.name
            )
        ) from None


def fingerprint():
    """What the virtual environment is made from, the lock, the project file and the Python, and the place."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    digest.update("{}.{}".format(*sys.version_info[:2]).encode())
    return digest.hexdigest() + " " + ascii(ROOT)


def stamped():
    """The fingerprint a finished set-up left behind, or an empty text."""
    try:
        with open(STAMP) as file:
            return file.read()
    except OSError:
        return ""


def healthy():
    """Whether a set-up was finished in .venv, at this very place, and its Python still starts and finds headcast."""
    if not stamped().endswith(" " + ascii(ROOT)) or not os.path.exists(program("headcast")):
        return False
    probe = "import sys, importlib.metadata as m; m.version('headcast'); sys.exit(sys.version_info[:2] != {})".format(
        tuple(sys.version_info[:2])
    )
    try:
        return (
            subprocess.call([program("python"), "-c", probe], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
        )
    except OSError:
        return False


def logged(*command):
    """Run a command with its output in the log; give whether it went well."""
    env = dict(os.environ)
    if env.get("PIP_INDEX_URL"):  # uv does not read pip's settings
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    with open(LOG, "ab") as log:
        return subprocess.call(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT) == 0


def pip(*arguments):
    return logged(program("python"), "-m", "pip", "--disable-pip-version-check", *arguments)


def read_log():
    with open(LOG, "rb") as log:
        return log.read().decode("utf-8", "replace")


def explain(step):
    """The line for a step that failed, from what pip and uv said."""
    text = read_log()
    if UNREACHABLE.search(text):
        return (
            "the package index cannot be reached ({} failed); check the network, or name your mirror or proxy in "
            "PIP_INDEX_URL or HTTPS_PROXY, then run this again".format(step)
        )
    lines = text.strip().splitlines() or ["nothing was said"]
    errors = [line for line in lines if re.match("(?i)error", line.strip())]
    return "{} failed ({}); the whole output is in .venv/setup.log; mend that, then run this again".format(
        step, (errors or lines)[-1].strip()
    )


def locked_uv():
    """The lines of the lock that pin uv, as a file of their own for pip."""
    with open(LOCK) as file:
        block = re.search(r"^uv==.*(?:\n[ #].*)*", file.read(), re.MULTILINE)
    path = os.path.join(VENV, "uv.lock.txt")
    with open(path, "w") as file:
        file.write(block.group(0) + "\n" if block else "uv\n")
    return path


def install_locked():
    """Put exactly the locked packages into .venv: with uv in seconds, or with pip alone in a minute or two."""
    if pip("install", "--require-hashes", "-r", locked_uv()):
        say("installing the locked packages with uv")
        if logged(program("uv"), "pip", "sync", "--python", program("python"), "--require-hashes", LOCK):
            return
    elif UNREACHABLE.search(read_log()):  # pip alone would only wait for the same silence again
        raise SetupError(explain("getting uv"))
    say("installing the locked packages with pip alone, which takes a minute or two")
    if not pip("install", "--require-hashes", "-r", LOCK):
        raise SetupError(explain("installing the locked packages"))


def make_venv():
    say("making .venv with Python {}.{}.{}".format(*sys.version_info[:3]))
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        raise SetupError(
            "python -m venv failed, see above; see that this folder can be written to, then run this again"
        )


def install_project():
    if not pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT):
        raise SetupError(explain("installing headcast itself"))


def set_up():
    """Leave .venv as the lock and the project file ask; at once when it is so already."""
    require_python()
    wanted = fingerprint()
    fit = healthy()
    if fit and stamped() == wanted:
        return
    require_venv()
    if fit:
        os.remove(STAMP)
        os.remove(LOG)
    else:
        make_venv()
    install_locked()
    install_project()
    with open(STAMP, "w") as file:
        file.write(wanted)
    say("done")


def call(*command):
    return subprocess.call(command, cwd=ROOT)


def task_setup(more):
    return 0


def task_run(more):
    return call(program("headcast"), *MAIN_JOB, *more)


def task_test(more):
    return call(program("python"), "-m", "pytest", "-n", "auto", "--dist", "loadfile", *more)


def task_deep(more):
    os.environ["HEADCAST_DEEP"] = "1"
    return call(program("python"), "-m", "pytest", "-n", "auto", "--dist", "load", "-m", "deep", *more)


def task_check(more):
    codes = [call(program(check[0]), *check[1:]) for check in CHECKS]
    return max(codes, key=abs)


TASKS = {"setup": task_setup, "run": task_run, "test": task_test, "deep": task_deep, "check": task_check}


def main(arguments):
    """Do one task; give the exit code."""
    task = arguments[0] if arguments else ""
    more = arguments[2:] if arguments[1:2] == ["--"] else arguments[1:]
    if task not in TASKS:
        if task and task not in ("-h", "--help"):
            sys.stderr.write("headcast set-up: unknown task {}; mend: one of {}\n".format(task, ", ".join(TASKS)))
        print(USAGE)
        return 0 if task in ("-h", "--help") else 2
    try:
        set_up()
    except (SetupError, OSError) as error:
        sys.stderr.write("headcast set-up: {}\n".format(error))
        return CANNOT_SET_UP
    try:
        return TASKS[task](more)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
