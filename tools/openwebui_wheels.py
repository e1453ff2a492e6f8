"""Read published wheels of a PyPI project with pip and keep only what the fact generator looks at.

pip does all the talking: it takes the index, proxies and certificates from its own configuration. A wheel of
open-webui is 60 to 110 MB, nearly all of it the web interface; of each only the Python modules (without database
migrations), METADATA and CHANGELOG.md are kept, about 4 MB a release, under ``<cache>/<release>/``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

PROJECT = "open-webui"
KEPT_DATA = frozenset({"open_webui/CHANGELOG.md"})
SKIPPED_FOLDERS = ("open_webui/frontend/", "open_webui/migrations/", "open_webui/internal/migrations/")


class WheelError(Exception):
    """pip could not list or download, or a wheel lacks what it must hold."""


def release_key(release: str) -> tuple[int, ...]:
    """``"0.6.18"`` -> ``(0, 6, 18)``, for sorting; open-webui publishes plain dotted numbers only."""
    return tuple(int(part) for part in release.split("."))


def published_releases() -> list[str]:
    """All releases of open-webui that pip sees, oldest first.

    Raises:
        WheelError: pip failed, or its output has no list of versions.
    """
    command = [sys.executable, "-m", "pip", "index", "versions", PROJECT]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^Available versions: (.+)$", run.stdout, re.MULTILINE)
    if run.returncode or not found:
        raise WheelError(f"pip cannot list {PROJECT}: {run.stderr.strip()}")
    return sorted(found.group(1).split(", "), key=release_key)


def is_kept(name: str) -> bool:
    """Whether a wheel member is one that the generator reads."""
    if name.startswith(SKIPPED_FOLDERS):
        return False
    if name.startswith("open_webui/") and name.endswith(".py"):
        return True
    path = PurePosixPath(name)
    return name in KEPT_DATA or (
        len(path.parts) == 2 and path.parts[0].endswith(".dist-info") and path.name == "METADATA"
    )


def extract(wheel: Path, folder: Path) -> None:
    """Write the kept members of a wheel below ``folder``, METADATA directly in it.

    The folder appears whole or not at all, so an interrupted run leaves nothing half-read behind.
    """
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in filter(is_kept, archive.namelist()):
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts:
                raise WheelError(f"{wheel.name}: unsafe member {name!r}")
            target = partial / ("METADATA" if path.name == "METADATA" else path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
    if not (partial / "METADATA").is_file() or not (partial / "open_webui").is_dir():
        raise WheelError(f"{wheel.name}: METADATA or the package is missing")
    partial.rename(folder)


def cached(cache: Path, release: str) -> Path:
    """The folder with the kept members of a release; downloads the wheel if it is not there yet.

    Raises:
        WheelError: pip failed or the wheel is not what it should be.
    """
    folder = cache / release
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="openwebui-") as temporary:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
        command += ["--only-binary", ":all:", "--ignore-requires-python", "--dest", temporary, f"{PROJECT}=={release}"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(temporary).glob("*.whl"))
        if run.returncode or len(wheels) != 1:
            raise WheelError(f"pip cannot download {PROJECT} {release}: {run.stderr.strip()}")
        extract(wheels[0], folder)
    return folder
