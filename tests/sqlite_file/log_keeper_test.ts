/** The write-ahead log of a file to which several write. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { openFile } from "../../src/backends/sqlite/file.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** Pages beyond which the log begins anew. */
const MOST_PAGES = 16_000;

const opened = async (path: string) => {
  const file = await openFile({ path, durability: "normal", busyTimeoutSeconds: 5 })();
  if (file._tag === "Left") throw new Error(file.left.message);
  return file.right;
};

Deno.test("SQLite file: the log begins anew where others write too, as soon as nobody reads it", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/store.db`;
  const { driver, written } = await opened(path);
  const { driver: other } = await opened(path);
  driver.exec("CREATE TABLE pages (page BLOB)");
  using reader = new DatabaseSync(path);
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM pages").get();
  const fill = driver.prepare(
    "INSERT INTO pages WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) SELECT zeroblob(4000) FROM n",
  );
  for (let pages = 0; pages <= MOST_PAGES; pages += 1000) fill.run();

  const write = other.prepare("INSERT INTO pages VALUES (zeroblob(10))");
  const size = async () => (await Deno.stat(`${path}-wal`)).size / 4096;
  /** As many transactions as the log is looked at after, once others have written. */
  const look = async () => {
    write.run();
    await delay(1_100);
    for (let i = 0; i < 100; i++) written();
    // The log begins anew with the next write.
    write.run();
  };
  await look();
  assertGreater(await size(), MOST_PAGES);
  reader.exec("COMMIT");
  await look();
  assertLess(await size(), MOST_PAGES + 100);
  // Whoever waits for a lock does so as long as ever.
  assertEquals(driver.prepare("PRAGMA busy_timeout").get(), { timeout: 5_000 });
  driver.close();
  other.close();
});
