/**
 * A store in a process of its own. Run as a program, this file opens an SQLite file and does what
 * each line of its standard input says; imported, it starts that program and speaks to it.
 */

import { createStore, sqlite } from "../../mod.ts";
import type { LightningStore } from "../../mod.ts";
import type { StoreUnderTest } from "../../src/testing/mod.ts";
import { linesOf } from "../process.ts";

/** A call of one of the store's functions, and its outcome: an `Either`, which is plain data. */
interface Call {
  readonly operation: string;
  readonly args: unknown;
}

/** Starts the program. */
export const otherProcess = (path: string, partition: string): Promise<StoreUnderTest> => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", import.meta.filename ?? "", path, partition],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const requests = child.stdin.getWriter();
  const answers = linesOf(child.stdout);

  const call = async ({ operation, args }: Call): Promise<unknown> => {
    await requests.write(new TextEncoder().encode(`${JSON.stringify({ operation, args })}\n`));
    const { value } = await answers.next();
    if (value === undefined) throw new Error("The other process has gone");
    return JSON.parse(value);
  };

  const store = new Proxy({}, {
    get: (_, operation) => (args: unknown) => () => call({ operation: String(operation), args }),
    // Each property of the proxy does what the function of its name does, in the other process.
  }) as LightningStore;

  return Promise.resolve({
    store,
    strand: () => Promise.reject(new Error("The other process strands nothing")),
    beside: () => Promise.reject(new Error("The other process has nothing beside it")),
    close: async () => {
      await requests.close();
      while (!(await answers.next()).done);
      await child.status;
    },
  });
};

const serve = async (path: string, partition: string): Promise<void> => {
  const opened = await sqlite({ path, partition })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  const store = createStore(opened.right);
  for await (const line of linesOf(Deno.stdin.readable)) {
    const { operation, args }: Call = JSON.parse(line);
    const run = Reflect.get(store, operation);
    const outcome = await run(args)();
    console.log(JSON.stringify(outcome));
  }
  await store.close()();
};

if (import.meta.main) {
  const [path = "", partition = ""] = Deno.args;
  await serve(path, partition);
}
