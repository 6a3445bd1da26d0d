"""The server of agentlightning 0.3, as its command `agl store` runs it."""

from agentlightning.cli.store import main

raise SystemExit(main())
