/** The demo: one algorithm and eight runners that know of each other only through the store. */

import { openStore, type PromiseStore, StoreException } from "../../mod.ts";
import { type Progress, scorePrompts } from "./algorithm.ts";
import { HELP, type Options, type Problem, readOptions } from "./options.ts";
import { PROMPTS } from "./prompts.ts";
import { showProgress, summary, table } from "./report.ts";
import { run } from "./runner.ts";
import tasks from "./tasks.json" with { type: "json" };

const RUNNERS = 8;

/** The last runner dies in the middle of this claim, to show what the store does then. */
const FATAL_CLAIM = 20;

/** Runs the demo and answers with its exit code. */
const main = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args);
  if ("problem" in options) return refuse(options);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const store = await open(options);
  if ("problem" in store) return refuse(store);
  try {
    await selectPrompt(store);
    await store.close();
    return 0;
  } catch (error) {
    if (!(error instanceof StoreException)) throw error;
    console.error(
      `${error.message}\nSee to the store and start the demo again: it carries on where it was.`,
    );
    return 1;
  }
};

const refuse = ({ problem }: Problem): 2 => {
  console.error(`${problem}\nTry --help.`);
  return 2;
};

const open = async ({ store, fresh }: Options): Promise<PromiseStore | Problem> => {
  try {
    if (fresh) removeFile(store);
    // Attempts expire after one second of silence, so the watchdog looks more often than that. A
    // server's watchdog is the server's own.
    return await openStore(store, { scanDebounceSeconds: 0.25 });
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

/** SQLite keeps two files beside its own. */
const removeFile = (url: string): void => {
  const [, path] = /^sqlite:(?:\/\/)?(.+)/.exec(url) ?? [];
  if (path === undefined) return;
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.removeSync(path + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
};

const selectPrompt = async (store: PromiseStore): Promise<void> => {
  const over = new AbortController();
  const runners = Array.from({ length: RUNNERS }, (_, i) =>
    run({
      store,
      worker_id: `Worker-${i}`,
      signal: over.signal,
      diesOnClaim: i === RUNNERS - 1 ? FATAL_CLAIM : null,
    }));

  const start = performance.now();
  let before: number | undefined;
  const onProgress = (progress: Progress) => {
    before ??= progress.finished;
    showProgress(progress);
  };
  const experiment = { tasks, prompts: PROMPTS, progressSeconds: 0.5, onProgress };
  const [scores] = await Promise.all([
    scorePrompts(store, experiment).finally(() => over.abort()),
    ...runners,
  ]);
  const rollouts = scores.reduce((sum, score) => sum + score.rollouts, 0) - (before ?? 0);
  const seconds = (performance.now() - start) / 1000;
  console.log(`\n${table(scores)}\n\n${summary(scores, { rollouts, seconds })}`);
};

if (import.meta.main) Deno.exit(await main(Deno.args));
