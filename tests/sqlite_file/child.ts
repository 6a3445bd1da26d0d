/** Another process on an SQLite file: its first argument says what it does, the second where. */

import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { openStore } from "../../mod.ts";
import { say, signalToGo } from "../process.ts";
import { visit } from "./visit.ts";

const CALLERS = 8;

const ACTIONS: Readonly<Record<string, (path: string, argument: string) => Promise<void>>> = {
  /** Visits so many files of a folder, each when it is let go. */
  visit: async (folder, files) => {
    for (let i = 0; i < Number(files); i++) {
      await signalToGo();
      say(await visit(`${folder}/${i}.db`));
    }
  },

  /** Claims until the queue is empty, and says what it got. */
  drain: async (path, worker_id) => {
    const store = await openStore(`sqlite:${path}`);
    await signalToGo();
    const run = async () => {
      for (let got; (got = await store.dequeueRollout({ worker_id })) !== null;) {
        say(got.rollout_id);
        // A runner does its work here, and lets others come to their turn.
        await delay(0);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, run));
    await store.close();
  },

  /** Ends a rollout's latest attempt, and says when it had. */
  finish: async (path, rollout_id) => {
    const store = await openStore(`sqlite:${path}`);
    await signalToGo();
    await store.updateAttempt({ rollout_id, attempt_id: "latest", status: "succeeded" });
    say(String(Date.now()));
    await store.close();
  },

  /** Enqueues rollouts, one after another, until it is killed. */
  enqueue: async (path) => {
    const store = await openStore(`sqlite:${path}`);
    say("ready");
    for (let input = 0;; input++) await store.enqueueRollout({ input });
  },

  /** Holds the write lock for so many milliseconds. */
  hold: async (path, milliseconds) => {
    using database = new DatabaseSync(path);
    database.exec("BEGIN IMMEDIATE");
    say("held");
    await delay(Number(milliseconds));
    database.exec("COMMIT");
  },
};

const [action = "", path = "", argument = ""] = Deno.args;
await ACTIONS[action]?.(path, argument);
