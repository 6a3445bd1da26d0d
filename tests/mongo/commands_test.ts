/** How many commands each operation costs. */

import { assertEquals } from "@std/assert";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { monitored } from "./monitored.ts";
import { nameOf, PRICED_OPERATIONS } from "./priced_operations.ts";

for (const { name, costs, ready } of PRICED_OPERATIONS) {
  mongoTest(`mongo: ${name} costs ${costs.length}: ${costs.join(", ")}`, async () => {
    await using it = await monitored(await freshDatabase("replica set"));
    const operation = await ready(it);
    assertEquals((await it.commandsOf(operation)).map(nameOf), costs);
  });
}
