"""The process behind ``patterns``: reads requests, one JSON text per line, and answers each on a line.

Run as a file, alone: it imports nothing of this package and nothing of the linted repository.
"""

import json
import re
import sys
import time
import warnings

CPU_SECONDS = 1.0
MEMORY_BYTES = 1024 * 1024 * 1024
MAX_GROUP = 200


def limit_memory() -> None:
    """Bound the memory of this process, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass  # Windows: the caller's clock is what remains


def limit_time(seconds: float) -> None:
    """Let the kernel end this process after so much processor time; 0 takes the limit away.

    The signal keeps its default action: a handler in Python would wait until the search returns.
    """
    try:
        import signal

        signal.setitimer(signal.ITIMER_PROF, seconds)
    except (ImportError, AttributeError, OSError):
        pass


def answer(request: dict) -> dict:  # type: ignore[type-arg]
    """Search one text."""
    started = time.process_time()
    limit_time(CPU_SECONDS)
    matches: list[tuple[int, int, dict[str, str]]] = []
    for match in re.finditer(request["pattern"], request["text"]):
        groups = {name: value[:MAX_GROUP] for name, value in match.groupdict().items() if value is not None}
        matches.append((match.start(), match.end(), groups))
        if len(matches) >= request["matches"]:
            break
    limit_time(0)
    return {"matches": matches, "seconds": time.process_time() - started}


def main() -> None:
    """Answer until there is no more input."""
    warnings.simplefilter("ignore")
    limit_memory()
    for line in sys.stdin.buffer:
        text = json.dumps(answer(json.loads(line)))
        sys.stdout.buffer.write(text.encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
