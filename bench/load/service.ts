/** The service in a process of its own, as a load finds it. */

import { openStore } from "../../mod.ts";
import { type Service, serving } from "../../tests/cli/service.ts";
import type { Served } from "./jobs.ts";

/** Serves a store; the log of its requests is off. */
export const servedStore = async (url: string): Promise<Served & Service> => {
  const service = await serving(["--store", url, "--log-level", "WARNING"]);
  return { ...service, store: await openStore(service.address) };
};
