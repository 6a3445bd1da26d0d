"""Loads the unmodified Mongo store of agentlightning 0.3.0.

Importing the package runs its `__init__`, which imports trainers, tracers and servers and with them
140 more packages. Two empty package modules take the place of `agentlightning/__init__.py` and
`agentlightning/store/__init__.py`; every other module comes from the wheel as it is.
"""

import importlib.util
import sys
import types
from importlib.metadata import version
from pathlib import Path

EXPECTED_VERSION = "0.3.0"


def _bare_package(name: str, folder: Path) -> None:
    module = types.ModuleType(name)
    module.__path__ = [str(folder)]
    sys.modules[name] = module


found = version("agentlightning")
if found != EXPECTED_VERSION:
    raise SystemExit(f"agentlightning {EXPECTED_VERSION} is needed, {found} is installed")

spec = importlib.util.find_spec("agentlightning")
assert spec is not None and spec.origin is not None
root = Path(spec.origin).parent
_bare_package("agentlightning", root)
_bare_package("agentlightning.store", root / "store")

from agentlightning.store.mongo import MongoLightningStore  # noqa: E402
from agentlightning.types import (  # noqa: E402
    LLM,
    EnqueueRolloutRequest,
    Event,
    Link,
    OtelResource,
    PromptTemplate,
    ProxyLLM,
    RolloutConfig,
    Span,
    SpanContext,
    TraceStatus,
)

__all__ = [
    "LLM",
    "EnqueueRolloutRequest",
    "Event",
    "Link",
    "MongoLightningStore",
    "OtelResource",
    "PromptTemplate",
    "ProxyLLM",
    "RolloutConfig",
    "Span",
    "SpanContext",
    "TraceStatus",
]
