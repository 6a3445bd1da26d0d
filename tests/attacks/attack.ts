/** Attacks on the service in a process of its own. */

import { assertEquals } from "@std/assert";
import { serving } from "../cli/service.ts";
import { workBesides } from "./bystander.ts";

/**
 * Registers the test of an attack: another client works on the same server meanwhile, nothing goes
 * wrong inside the server, and it ends as it should.
 */
export const attackTest = (
  name: string,
  args: readonly string[],
  attack: (address: string) => Promise<void>,
): void =>
  Deno.test(`attack: ${name}`, async () => {
    await using service = await serving(["--store", "memory:", "--log-level", "WARNING", ...args]);
    await workBesides(service.address, () => attack(service.address));
    service.kill("SIGTERM");
    const { code, problems } = await service.end();
    // An answer of 500 and above would be a warning at least.
    assertEquals([code, problems], [0, ""]);
  });
