"""From a pool of people to circles worth sitting in. Pure; only here are numpy and numba imported.

Neither the web process nor anything at start-up imports this: it takes a second.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numba
import numpy as np
from numpy.typing import NDArray

_HERE = Path(__file__).parent


def _compiled_for(sources: Path) -> Path:
    """Where machine code of exactly these sources is kept.

    numba looks at the file of a function alone, and would go on with what it once compiled of others that it calls.
    Where the sources may not be written beside, it is made anew by each process: a folder that others may write to is
    no place to load code from.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(sources.glob("*.py")):
        digest.update(source.read_bytes())
    beside = sources / "__pycache__"
    if not os.access(beside if beside.exists() else sources, os.W_OK):
        return Path(tempfile.mkdtemp(prefix="vakcirkels-numba-"))
    return beside / f"numba-{digest.hexdigest()[:16]}"


def is_compiled() -> bool:
    """Whether an earlier run left machine code of these sources; else the next one first compiles."""
    return any(_KEPT.glob("**/anneal*.nbc"))


def stop_sign() -> NDArray[np.int32]:
    """What `form_circles` looks at: set its only element to 1 to end early, with the best so far."""
    return np.zeros(1, np.int32)


_KEPT = _compiled_for(_HERE)
numba.config.CACHE_DIR = str(_KEPT)  # type: ignore[attr-defined]
