/** The versions of resources. Contract section 7. */

import type { NamedResources, ResourcesUpdate } from "../model/resources.ts";

/** What is stored when resources are written: the contents are replaced, the creation is kept. */
export const nextVersion = (
  known: Pick<ResourcesUpdate, "create_time" | "version"> | null,
  { resources_id, resources, now }: {
    readonly resources_id: string;
    readonly resources: NamedResources;
    readonly now: number;
  },
): ResourcesUpdate => ({
  resources_id,
  create_time: known?.create_time ?? now,
  update_time: now,
  version: (known?.version ?? 0) + 1,
  resources,
});
