"""Start the course or run its tests, from a machine that has Python and nothing else.

    python3 kit.py learn      start JupyterLab on the first page of the course
    python3 kit.py test       run all the tests

The first start makes the folder .venv beside this file and installs the locked packages there.
Later starts install nothing and need no network.
"""

# An old Python must be able to read this file and say so, hence 3.6 syntax; and it must run
# before anything is installed, hence the standard library only.
import glob
import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")
ROOT = os.path.dirname(os.path.abspath(__file__))
WINDOWS = os.name == "nt"

HELP = """\
The Stem Cell Standards Kit: lessons, exercises and self-assessment in JupyterLab.

  python3 kit.py learn                start the course in your browser
  python3 kit.py learn --no-browser   print the address instead of opening a browser
  python3 kit.py learn --port 8890    use this port
  python3 kit.py test                 run all the tests
  python3 kit.py test -k identity     run some of them (arguments go to pytest)
  python3 kit.py --help               show this page

On Windows, write "py kit.py learn".
The first start installs the packages into the folder .venv beside this file (about 850 MB).
Later starts install nothing and need no network.
Without a network: put a folder "wheels" with the packages beside this file (see README.md).
"""


class Setback(Exception):
    """Something the reader can mend; the message says what and how."""


def main(arguments):
    """Run one command line; return the exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    if command in ("-h", "--help", "help"):
        tell(HELP.rstrip())
        return 0
    if command not in ("learn", "test"):
        tell("kit.py knows 'learn' and 'test', not '%s'. Try: python3 kit.py --help" % command)
        return 2
    try:
        if sys.version_info[:2] < OLDEST:
            return call([newer_python(), os.path.join(ROOT, "kit.py")] + arguments)
        lock = "requirements.lock" if command == "learn" else "requirements-dev.lock"
        make_ready(lock)
    except Setback as setback:
        tell("\n" + str(setback))
        return 1
    except KeyboardInterrupt:
        tell("\nStopped. The next start repairs what is half installed.")
        return 130
    module = ["stemcell_kit", "learn"] if command == "learn" else ["pytest"]
    return hand_over([venv_python(), "-m"] + module + rest)


def tell(words):
    """Print words in ASCII, so that every terminal in every locale can show them."""
    print(words.encode("ascii", "backslashreplace").decode("ascii"))
    sys.stdout.flush()


# --- which Python -------------------------------------------------------------------------------


def newer_python():
    """Return the path of a Python that is new enough, looked up on the PATH."""
    question = "import sys; print(sys.executable if sys.version_info[:2] >= %r else '')" % (OLDEST,)
    launcher = [["py", "-3"]] if WINDOWS else []
    for candidate in launcher + [[name] for name in NEWER_PYTHONS]:
        program = shutil.which(candidate[0])
        answer = ask([program] + candidate[1:] + ["-c", question]) if program else ""
        if answer:
            return answer
    raise Setback(
        "This is Python %d.%d, and no newer one was found. The kit needs Python %d.%d or newer.\n"
        "Install Python 3.12 or 3.13 (from python.org, your software centre or conda),\n"
        "then start again." % (tuple(sys.version_info[:2]) + OLDEST)
    )


def ask(command):
    """Return what a command prints, or nothing if it cannot run."""
    try:
        answer = subprocess.check_output(command, env=environment(), stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ""
    # A path comes back in the bytes of the file system, whatever the locale says.
    return os.fsdecode(answer).strip()


def this_python():
    """Return the Python to make .venv with; never the one inside it, which may be replaced."""
    inside = os.path.abspath(sys.prefix) == os.path.abspath(venv())
    return getattr(sys, "_base_executable", sys.executable) if inside else sys.executable


def venv(*parts):
    """Return a path inside .venv."""
    return os.path.join(ROOT, ".venv", *parts)


def venv_python():
    """Return the Python of .venv."""
    return venv("Scripts", "python.exe") if WINDOWS else venv("bin", "python")


# --- what is installed --------------------------------------------------------------------------


def stamp_path():
    """Return the file that says what .venv holds; it says 'installing' while it is in doubt."""
    return venv("stemcell-kit.stamp")


def stamp_lines(lock):
    """Return what the stamp says once *lock* is installed: this folder, and each file it rests on.

    The locked packages for the tests include those for learning, so they count for both.
    """
    files = ["pyproject.toml", "requirements.lock"]
    if lock not in files:
        files.append(lock)
    return ["folder " + ascii_of(ROOT)] + [name + " " + digest(name) for name in files]


def ascii_of(words):
    """Return text as ASCII, the same in every locale."""
    return "".join("%02x" % byte if byte > 126 else chr(byte) for byte in os.fsencode(words))


def digest(name):
    """Return the SHA-256 of a file beside this one."""
    with open(os.path.join(ROOT, name), "rb") as file:
        # A checkout on Windows may have other line ends; the packages are the same.
        return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()


def read_stamp():
    """Return the lines of the stamp; none if there is no stamp."""
    try:
        with open(stamp_path(), encoding="ascii") as file:
            return file.read().split("\n")
    except (OSError, UnicodeDecodeError):
        return []


def write_stamp(lines):
    """Replace the stamp in one step, so that an interruption never leaves half of it."""
    with open(stamp_path() + ".new", "w", encoding="ascii") as file:
        file.write("\n".join(lines))
    os.replace(stamp_path() + ".new", stamp_path())


# --- installing ---------------------------------------------------------------------------------


def make_ready(lock):
    """Install what *lock* names into .venv, unless it is there already."""
    wanted, found = stamp_lines(lock), read_stamp()
    usable = os.path.exists(venv_python())
    if usable and set(wanted) <= set(found):
        return
    # After an interruption, or in another folder, no file in .venv can be trusted.
    in_doubt = found and wanted[0] not in found
    if not usable or in_doubt:
        make_venv()
    write_stamp(["installing"])
    packages = count_packages(lock)
    tell("Installing about %d packages into .venv; once only, some minutes." % packages)
    install(["--require-hashes", "-r", os.path.join(ROOT, lock)] + sources())
    tell("Installing the kit itself.")
    install(["--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT])
    point_to_this_folder()
    write_stamp(wanted)
    tell("Ready. The next start takes no install time and no network.")


def point_to_this_folder():
    """Let .venv find this folder by the way from there to here, which is plain ASCII.

    The installer writes the full path in UTF-8. Before version 3.13, Python reads it in the
    locale's encoding: under a Chinese one, a folder with Chinese letters stops it from starting.
    """
    for inner in ("[Ll]ib/python*/site-packages", "[Ll]ib/site-packages"):
        for found in glob.glob(os.path.join(glob.escape(venv()), inner, "stemcell_kit.pth")):
            with open(found, "w", encoding="ascii") as file:
                file.write(os.path.relpath(ROOT, os.path.dirname(found)) + "\n")


def count_packages(lock):
    """Return how many packages a lock names, those for other systems included."""
    with open(os.path.join(ROOT, lock), encoding="utf-8") as file:
        return sum("==" in line and not line.startswith((" ", "#")) for line in file)


def sources():
    """Return the options that keep pip to the folder 'wheels', if there is one."""
    wheels = os.path.join(ROOT, "wheels")
    if not os.path.isdir(wheels):
        return []
    tell("Using the packages in the folder wheels; no network is needed.")
    return ["--no-index", "--find-links", wheels]


def make_venv():
    """Make an empty .venv, replacing what is there."""
    tell("Making .venv with Python %d.%d.%d." % tuple(sys.version_info[:3]))
    try:
        if os.path.lexists(venv()):
            shutil.rmtree(venv())
    except OSError as error:
        raise Setback(
            "The folder .venv is damaged and cannot be removed (%s).\n"
            "Close JupyterLab and every terminal that uses it, delete the folder .venv,\n"
            "then start again." % error
        ) from error
    # pip may be missing on purpose (Debian without python3-venv), so .venv is made bare first.
    made = quietly([this_python(), "-m", "venv", "--without-pip", venv()])
    if made and not quietly([venv_python(), "-m", "ensurepip", "--default-pip"]):
        tell("This Python brings no pip of its own; looking for another way.")
    if not made:
        uv = shutil.which("uv")
        if not (uv and quietly([uv, "venv", "--clear", "--python", this_python(), venv()])):
            raise Setback(no_installer())


def installer():
    """Return the command that installs into .venv: its own pip, ours from outside, or uv."""
    if quietly([venv_python(), "-m", "pip", "--version"]):
        return [venv_python(), "-m", "pip", "install"] + PIP_MANNERS
    outer = [this_python(), "-m", "pip", "--python", venv_python()]
    if quietly(outer + ["--version"]):
        return outer + ["install"] + PIP_MANNERS
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", venv_python()]
    raise Setback(no_installer())


PIP_MANNERS = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]


def no_installer():
    """Return what to do where Python came without venv and pip."""
    return (
        "This Python (%s) can make no environment: its parts 'venv' and 'pip' are missing.\n"
        "Do one of these, then start again:\n"
        "  Debian, Ubuntu:  sudo apt install python3-venv\n"
        "  Fedora:          sudo dnf install python3-pip\n"
        "  any system:      install uv, or Python 3.12 or 3.13 from python.org" % this_python()
    )


def install(arguments):
    """Run the installer, keep its words in a log, and show only how far it is."""
    log = venv("install.log")
    collected = 0
    with open(log, "ab") as record:
        running = subprocess.Popen(
            installer() + arguments,
            env=environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for line in running.stdout:
            record.write(line)
            collected += line.startswith(b"Collecting ")
            if line.startswith(b"Collecting ") and collected % 25 == 0:
                tell("  %d packages found" % collected)
            if line.startswith(b"Installing collected packages") and collected > 1:
                tell("  unpacking")
    if running.wait():
        raise Setback(install_failed(log))


def install_failed(log):
    """Return the end of the log and what usually helps."""
    with open(log, "rb") as file:
        last = file.read().decode("utf-8", "replace").strip().splitlines()[-6:]
    return (
        "The installation did not finish. Its last lines were:\n\n    %s\n\n"
        "Most often the network is missing, slow or behind a proxy. README.md shows how to use\n"
        "a mirror or an offline folder. Starting again repairs what is half installed.\n"
        "The whole log: %s" % ("\n    ".join(last), log)
    )


# --- running ------------------------------------------------------------------------------------


def environment():
    """Return the environment for every program started from here.

    PYTHONPATH names this folder and nothing else: packages from elsewhere would come before the
    locked ones, and the editable install alone is not found on Windows when the folder's name has
    letters outside the locale.
    """
    kept = dict(os.environ)
    for name in ("PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_CONSTRAINT", "__PYVENV_LAUNCHER__"):
        kept.pop(name, None)
    kept.update(PYTHONPATH=ROOT, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0")
    kept.setdefault("UV_PYTHON_DOWNLOADS", "never")
    return kept


def quietly(command):
    """Run a command without showing it; return whether it succeeded."""
    try:
        return call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def call(command, **options):
    """Run a command and return its exit status."""
    return subprocess.call(command, env=environment(), **options)


def hand_over(command):
    """Become the course or the tests; on Windows, wait for them."""
    os.chdir(ROOT)
    if not WINDOWS:
        os.execve(command[0], command, environment())
    try:
        return call(command)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
