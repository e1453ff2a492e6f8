"""Import names and requirements of distributions, read from wheel metadata (RECORD and METADATA), never by importing.

Three sources, all filled by pip: the ``site-packages`` folder of an environment into which open-webui was installed,
folders of wheels, and single wheels that pip downloads for distributions that older releases of open-webui required.
"""

from __future__ import annotations

import csv
import email.parser
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

#: Packages that several distributions share although some of them ship an ``__init__.py`` for it.
NAMESPACES = frozenset({"azure", "backports", "google", "google.cloud", "jaraco", "ruamel", "sphinxcontrib", "zope"})
#: Folders that some wheels leave at the top by mistake: nobody imports them on purpose.
NOT_IMPORTED = frozenset(
    {
        "test",
        "tests",
        "testing",
        "docs",
        "doc",
        "examples",
        "example",
        "benchmarks",
        "scripts",
        "bin",
        "setup",
        "typings",
    }
)
_MODULE_FILE = re.compile(r"([A-Za-z_]\w*)(?:\.py|\.pyi|(?:\.[\w-]+)?\.(?:so|pyd))$")

#: Import names that differ from the name of a distribution, for some in common use by plugins that no source at hand
#: holds, and of a few that share theirs with one that is; from their own documentation.
BY_HAND: dict[str, tuple[str, ...]] = {
    "antlr4-python3-runtime": ("antlr4",),
    "atlassian-python-api": ("atlassian",),
    "discord-py": ("discord",),
    "dnspython": ("dns",),
    "ffmpeg-python": ("ffmpeg",),
    "github-copilot-sdk": ("copilot",),
    "gitpython": ("git",),
    "google-api-python-client": ("googleapiclient", "apiclient"),
    "google-search-results": ("serpapi",),
    "mysqlclient": ("MySQLdb",),
    "opencv-contrib-python": ("cv2",),
    "pycryptodome": ("Crypto",),
    "psycopg2": ("psycopg2",),
    "pymupdf": ("fitz", "pymupdf"),
    "python-gitlab": ("gitlab",),
    "python-magic": ("magic",),
    "python-telegram-bot": ("telegram",),
    "pywin32": ("win32api", "win32com", "pythoncom"),
    "speechrecognition": ("speech_recognition",),
    "tavily-python": ("tavily",),
    "tensorflow": ("tensorflow",),
    "wikipedia-api": ("wikipediaapi",),
}


@dataclass(frozen=True)
class Distribution:
    """What one wheel says of itself."""

    name: str
    version: str
    imports: tuple[str, ...]
    requires: tuple[str, ...]


def normalise(name: str) -> str:
    """The PEP 503 form of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def import_names(files: list[str]) -> tuple[str, ...]:
    """The names to import, from the files of a wheel: ``yaml``, or ``google.cloud.storage`` where the top is shared."""
    tree: dict[str, dict[str, object]] = {}
    found: set[str] = set()
    packages: set[str] = set()
    for file in files:
        parts = file.split("/")
        match = _MODULE_FILE.match(parts[-1])
        if not match or any(not part.isidentifier() for part in parts[:-1]):
            continue
        if match.group(1) == "__init__":
            packages.add(".".join(parts[:-1]))
        elif len(parts) == 1:
            found.add(match.group(1))
        else:
            tree.setdefault(".".join(parts[:-1]), {})[match.group(1)] = None
    regular = packages - NAMESPACES
    for package in regular:
        above = package.split(".")
        if not any(".".join(above[:n]) in regular for n in range(1, len(above))):
            found.add(package)
    for folder, modules in tree.items():  # modules of namespaces: with no __init__ in their folder or above it
        above = folder.split(".")
        if not any(".".join(above[:n]) in regular for n in range(1, len(above) + 1)):
            found.update(f"{folder}.{module}" for module in modules)
    return tuple(sorted(name for name in found if _is_imported(name.split("."))))


def _is_imported(parts: list[str]) -> bool:
    """Whether a name is one to import. What is called with an underscore is asked for inside of namespaces, where nothing
    else tells whose it is."""
    if parts[0] in NOT_IMPORTED or any(part.endswith("__mypyc") for part in parts):
        return False
    return not parts[0].startswith("_") and not any(part.startswith("__") for part in parts)


def _distribution(metadata: str, record: str) -> Distribution:
    message = email.parser.HeaderParser().parsestr(metadata)
    files = [row[0] for row in csv.reader(io.StringIO(record)) if row and not row[0].startswith((".", "/"))]
    requires = tuple(message.get_all("Requires-Dist") or ())
    return Distribution(normalise(message["Name"]), message["Version"], import_names(files), requires)


def from_environment(site_packages: Path) -> dict[str, Distribution]:
    """Every distribution installed in a ``site-packages`` folder."""
    found = {}
    for info in sorted(site_packages.glob("*.dist-info")):
        if (info / "RECORD").is_file():
            metadata, record = ((info / name).read_text("utf-8", "replace") for name in ("METADATA", "RECORD"))
            one = _distribution(metadata, record)
            found[one.name] = one
    return found


def from_wheel(path: Path) -> Distribution:
    """One wheel file."""
    with zipfile.ZipFile(path) as archive:
        info = [name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        folder = info[0].split("/")[0]
        metadata, record = (
            archive.read(f"{folder}/{name}").decode("utf-8", "replace") for name in ("METADATA", "RECORD")
        )
    return _distribution(metadata, record)


def from_folder(folder: Path) -> dict[str, Distribution]:
    """Every wheel in a folder; of several wheels of one distribution the last by file name."""
    wheels = (from_wheel(path) for path in sorted(folder.glob("*.whl")))
    return {one.name: one for one in wheels}


def downloaded(requirement: str) -> Distribution | None:
    """The wheel that pip finds for a requirement, None if there is none for this machine."""
    with tempfile.TemporaryDirectory(prefix="openwebui-") as temporary:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
        command += ["--only-binary", ":all:", "--dest", temporary, requirement]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(temporary).glob("*.whl"))
        return from_wheel(wheels[0]) if run.returncode == 0 and len(wheels) == 1 else None
