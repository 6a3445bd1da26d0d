/** That a store has what its callers were told, and nothing else. */

import { assertEquals } from "@std/assert";
import type { Attempt, AttemptedRollout, PromiseStore, Rollout, Span } from "../../mod.ts";
import type { Begun, Ledger, Setting } from "./ledger.ts";
import { MAX_ATTEMPTS, SHARED_RESOURCES } from "./load.ts";

/** A rollout with all that belongs to it. */
interface Kept {
  readonly rollout: Rollout | AttemptedRollout;
  readonly attempts: readonly Attempt[];
  readonly spans: readonly Span[];
}

/**
 * Holds a store, whose queue has been drained, against what its callers were told. A call of which
 * nobody knows may have happened or not; of rollouts that were enqueued together, `units` says
 * whether that means all or none of them.
 */
export const assertKept = async (
  store: PromiseStore,
  ledger: Ledger,
  { units }: { readonly units: boolean },
): Promise<void> => {
  const { items } = await store.queryRollouts();
  const kept: Kept[] = [];
  for (const rollout of items) {
    const { rollout_id } = rollout;
    const [attempts, spans] = await Promise.all([
      store.queryAttempts({ rollout_id }),
      store.querySpans({ rollout_id }),
    ]);
    kept.push({ rollout, attempts: attempts.items, spans: spans.items });
  }
  const faults = [
    ...ledger.faults,
    ...inputFaults(kept, ledger, units),
    ...attemptFaults(kept, ledger),
    ...endFaults(kept, ledger),
    ...spanFaults(kept, ledger),
    ...await resourcesFaults(store, ledger),
    ...settingFaults(ledger.metadata, (id) => valueOf(items.find(idIs(id))?.metadata)),
    ...settingFaults(
      ledger.reports,
      await valuesOfWorkers(store),
    ),
  ];
  assertEquals(faults, []);
};

const idIs = (id: string) => ({ rollout_id }: Rollout): boolean => rollout_id === id;

/** Every input is there once, under the id that was told. */
const inputFaults = (
  kept: readonly Kept[],
  { enqueued }: Ledger,
  units: boolean,
): readonly string[] => {
  const stored = Map.groupBy(kept.map(({ rollout }) => rollout), ({ input }) => String(input));
  return enqueued.flatMap(({ inputs, rollout_ids }) => {
    const found = inputs.map((input) => stored.get(input) ?? []);
    if (rollout_ids !== null) {
      return inputs.flatMap((input, i) => {
        const ids = (found[i] ?? []).map(({ rollout_id }) => rollout_id);
        return ids.length === 1 && ids[0] === rollout_ids[i]
          ? []
          : [`input ${input} was told to be ${rollout_ids[i]}, but is ${ids}`];
      });
    }
    const counts = new Set(found.map(({ length }) => length));
    return counts.has(2) || units && counts.size > 1
      ? [`inputs ${inputs} are there ${[...counts]} times`]
      : [];
  });
};

/** Attempts are those of which callers were told, and none that a failed claim has left behind. */
const attemptFaults = (kept: readonly Kept[], ledger: Ledger): readonly string[] => {
  const stored = new Map(
    kept.flatMap(({ attempts }) => attempts).map((it) => [it.attempt_id, it]),
  );
  const begun = Map.groupBy(ledger.begun, ({ attempt_id }) => attempt_id);
  const claims = countsOf(ledger.begun.filter(({ by }) => by === "claim"));
  const failures = countsOf(ledger.finished.filter(({ status }) => status === "failed"));
  const perhaps = countsOf(ledger.perhapsBegun.map((rollout_id) => ({ rollout_id })));
  return [
    ...[...begun].flatMap(([attempt_id, told]) =>
      told.length === 1 ? [] : [`attempt ${attempt_id} was told ${told.length} times`]
    ),
    ...ledger.begun.filter((it) => !isSame(it, stored.get(it.attempt_id)))
      .map((it) => `attempt ${it.attempt_id} (${it.by}) of ${it.rollout_id} is lost`),
    ...kept.flatMap(({ rollout: { rollout_id, status }, attempts }) => {
      const numbers = attempts.map(({ sequence_id }) => sequence_id).toSorted((a, b) => a - b);
      const unknown = attempts.filter(({ attempt_id }) => !begun.has(attempt_id));
      return [
        ...numbers.every((number, i) => number === i + 1)
          ? []
          : [`the attempts of ${rollout_id} are ${numbers}`],
        ...unknown.length <= (perhaps.get(rollout_id) ?? 0) ? [] : [
          `${rollout_id} (${status}) has attempts of which nobody was told: ${
            unknown.map(({ attempt_id, sequence_id, worker_id }) =>
              `${attempt_id} (${sequence_id}, ${worker_id})`
            )
          }`,
        ],
        ...(claims.get(rollout_id) ?? 0) <= 1 + (failures.get(rollout_id) ?? 0)
          ? []
          : [`${rollout_id} was claimed ${claims.get(rollout_id)} times`],
      ];
    }),
  ];
};

const isSame = (told: Begun, stored: Attempt | undefined): boolean =>
  stored?.rollout_id === told.rollout_id && stored.sequence_id === told.sequence_id;

/** Ends are as they were told; nothing waits in the queue, and nothing is stranded. */
const endFaults = (kept: readonly Kept[], ledger: Ledger): readonly string[] => {
  const ends = new Map(ledger.finished.map((it) => [it.attempt_id, it]));
  const perhaps = new Set(ledger.perhapsBegun);
  return kept.flatMap(({ rollout: { rollout_id, status }, attempts }) => {
    const latest = attempts.find(({ sequence_id }) => sequence_id === attempts.length);
    const end = latest && ends.get(latest.attempt_id);
    const isOpen = latest !== undefined &&
      (end === undefined ? perhaps.has(rollout_id) : !end.known);
    const isRight = status === "succeeded" && latest?.status === "succeeded" ||
      status === "failed" && latest?.status === "failed" && attempts.length >= MAX_ATTEMPTS ||
      isOpen && (status === "preparing" || status === "running");
    return [
      ...isRight ? [] : [
        `${rollout_id} is ${status}, its attempt ${latest?.attempt_id} ${latest?.status}, and was told to be ${end?.status}`,
      ],
      ...attempts.flatMap((attempt) => {
        const told = ends.get(attempt.attempt_id);
        return told === undefined || !told.known || told.status === attempt.status
          ? []
          : [`attempt ${attempt.attempt_id} is ${attempt.status}, not ${told.status}`];
      }),
    ];
  });
};

/** Spans are there once, with the sequence ids that were told, of which there are no two alike. */
const spanFaults = (kept: readonly Kept[], ledger: Ledger): readonly string[] => {
  const nameOf = (span: { readonly rollout_id: string; readonly span_id: string }): string =>
    `${span.rollout_id} ${span.span_id}`;
  const told = new Map(ledger.spans.map((it) => [nameOf(it), it]));
  const stored = Map.groupBy(kept.flatMap(({ spans }) => spans), nameOf);
  const allocated = countsOf(
    ledger.allocated,
    ({ rollout_id, sequence_id }) => `${rollout_id} ${sequence_id}`,
  );
  return [
    ...[...told].flatMap(([name, { sequence_id, attempt_id }]) => {
      const found = stored.get(name) ?? [];
      const isRight = sequence_id === null
        ? found.length <= 1
        : found.length === 1 && found[0]?.sequence_id === sequence_id &&
          found[0]?.attempt_id === attempt_id;
      return isRight ? [] : [`span ${name} is there ${found.length} times`];
    }),
    ...[...stored.keys()].filter((name) => !told.has(name)).map((name) => `whose span is ${name}?`),
    ...[...allocated].filter(([, times]) => times > 1).map(([id]) => `${id} was allocated twice`),
    ...kept.flatMap(({ rollout: { rollout_id }, spans }) =>
      new Set(spans.map(({ sequence_id }) => sequence_id)).size === spans.length
        ? []
        : [`the spans of ${rollout_id} have sequence ids twice`]
    ),
  ];
};

/** Versions count the writes. */
const resourcesFaults = async (
  store: PromiseStore,
  { resources }: Ledger,
): Promise<readonly string[]> => {
  const { items } = await store.queryResources();
  const stored = new Map(items.map((it) => [it.resources_id, it]));
  const isShared = (id: string | null): boolean => id !== null && SHARED_RESOURCES.includes(id);
  const shared = SHARED_RESOURCES.flatMap((id) => {
    const writes = resources.filter(({ resources_id }) => resources_id === id);
    const versions = writes.flatMap(({ version }) => version ?? []);
    const { version = 0, resources: now } = stored.get(id) ?? {};
    const last = writes.find((it) => it.version === version)?.text ?? null;
    const twice = writes.filter((it) =>
      it.version !== null && versions.indexOf(it.version) !== versions.lastIndexOf(it.version)
    );
    return [
      ...twice.map((it) => `version ${it.version} of ${id} was told twice, once of ${it.text}`),
      ...version >= versions.length && version <= writes.length
        ? []
        : [`${id} has version ${version} after ${versions.length} to ${writes.length} writes`],
      ...last === null || JSON.stringify(now).includes(`"${last}"`)
        ? []
        : [`${id} is not what its version ${version} was told to be`],
    ];
  });
  const fresh = resources.filter(({ resources_id }) => !isShared(resources_id));
  const known = new Set(fresh.flatMap(({ resources_id }) => resources_id ?? []));
  const extra = items.filter(({ resources_id }) =>
    !isShared(resources_id) && !known.has(resources_id)
  );
  return [
    ...shared,
    ...[...known].filter((id) => stored.get(id)?.version !== 1).map((id) => `${id} is lost`),
    ...extra.length <= fresh.length - known.size ? [] : [`${extra.length} resources are nobody's`],
  ];
};

/** A field has the last value that was told, or a later one of which nobody knows. */
const settingFaults = (
  settings: ReadonlyMap<string, readonly Setting[]>,
  valueOf: (name: string) => unknown,
): readonly string[] =>
  [...settings].flatMap(([name, all]) => {
    const last = all.findLastIndex(({ known }) => known);
    const possible = all.slice(Math.max(last, 0)).map(({ value }) => value);
    const value = valueOf(name);
    // Where nothing is known, nothing may have happened. What nobody knows may also come late.
    const isPossible = last === -1 && (value === null || value === undefined) ||
      possible.some((it) => it === value);
    return isPossible ? [] : [`${name} has ${value} and was told to have ${possible}`];
  });

const valuesOfWorkers = async (store: PromiseStore): Promise<(id: string) => unknown> => {
  const { items } = await store.queryWorkers();
  return (id) => valueOf(items.find(({ worker_id }) => worker_id === id)?.heartbeat_stats);
};

const valueOf = (fields: Readonly<Record<string, unknown>> | null | undefined): unknown =>
  fields?.["value"];

const countsOf = <A extends { readonly rollout_id: string }>(
  items: readonly A[],
  nameOf: (item: A) => string = ({ rollout_id }) => rollout_id,
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  return counts;
};
