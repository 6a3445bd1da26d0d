/** Resources in SQLite. */

import type { PortError, ResourcesRequest } from "../../backend.ts";
import { nextVersion } from "../../core/versions.ts";
import { E } from "../../deps/fp.ts";
import type { ResourcesUpdate } from "../../model/resources.ts";
import { type Readers, RESOURCES_COLUMNS, type ResourcesRow } from "./rows.ts";
import type { Prepare } from "./statements.ts";

/** Reads and writes the resources of one partition. */
export interface Resources {
  readonly find: (resources_id: string) => ResourcesUpdate | null;
  readonly latest: () => ResourcesUpdate | null;
  readonly latestId: () => string | null;
  /** Writes in the caller's transaction. */
  readonly put: (request: ResourcesRequest) => E.Either<PortError, ResourcesUpdate>;
}

export const resources = (
  sql: Prepare,
  partition: number,
  readers: Pick<Readers, "resources">,
): Resources => {
  const select = sql<ResourcesRow>(
    `SELECT ${RESOURCES_COLUMNS} FROM resources WHERE partition = ? AND resources_id = ?`,
  );
  const selectLatest = sql<ResourcesRow>(
    `SELECT ${RESOURCES_COLUMNS} FROM resources WHERE partition = ? ORDER BY written DESC LIMIT 1`,
  );
  const selectLatestId = sql<{ readonly resources_id: string }>(
    "SELECT resources_id FROM resources WHERE partition = ? ORDER BY written DESC LIMIT 1",
  );
  const upsert = sql(
    `INSERT INTO resources (partition, resources_id, create_time, update_time, version, written,
       resources)
     VALUES (?, ?, ?, ?, ?,
       (SELECT coalesce(max(written), 0) + 1 FROM resources WHERE partition = ?), ?)
     ON CONFLICT (partition, resources_id) DO UPDATE SET update_time = excluded.update_time,
       version = excluded.version, written = excluded.written, resources = excluded.resources`,
  );

  const recordOf = (row: ResourcesRow | undefined | null): ResourcesUpdate | null =>
    row ? readers.resources(row) : null;

  const find = (resources_id: string): ResourcesUpdate | null =>
    recordOf(select.get(partition, resources_id));

  return {
    find,
    latest: () => recordOf(selectLatest.get(partition)),
    latestId: () => selectLatestId.get(partition)?.resources_id ?? null,
    put: (request) => {
      const { resources_id, fresh } = request;
      const known = find(resources_id);
      if (known !== null && fresh) return E.left({ _tag: "Taken", id: resources_id });
      const next = nextVersion(known, request);
      upsert.run(
        partition,
        resources_id,
        next.create_time,
        next.update_time,
        next.version,
        partition,
        JSON.stringify(next.resources),
      );
      return E.right(next);
    },
  };
};
