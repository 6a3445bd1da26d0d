/** Pictures of records whose every text tries to be more than text. */

import { attributesOfRewards } from "../../mod.ts";
import {
  type Picture,
  rewardCurve,
  rewardDistribution,
  show,
  waterfall,
} from "../../src/display/mod.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { ATTEMPT, RESOURCES, ROLLOUT, STATISTICS, WORKER } from "./records.ts";

/** Texts that would run a script, or end what they stand in. A script that runs says so in the title. */
export const HOSTILE: readonly string[] = [
  "<script>document.title='owned'</script>",
  `"><img src="x" onerror="document.title='owned'">`,
  `' onmouseover='document.title="owned"' x='`,
  "</title></pre></td></table></svg></style><svg onload=\"document.title='owned'\">",
  "]]><!--<script>document.title='owned'</script>",
  "&lt;b&gt; &amp; &#60;i&#62;",
  "\x1b[2J\u0085\ufffe",
  "${datum.x} {{x}} $& $1 'split",
];

/** Every kind of picture with a text in each of its places. */
export const picturesOf = async (hostile: string): Promise<readonly Picture[]> => {
  const rollout = {
    ...ROLLOUT,
    rollout_id: hostile,
    resources_id: hostile,
    input: hostile,
    metadata: { [hostile]: hostile },
  };
  const attempt = {
    ...ATTEMPT,
    rollout_id: hostile,
    attempt_id: hostile,
    worker_id: hostile,
    metadata: { [hostile]: hostile },
  };
  const resources = {
    ...RESOURCES,
    resources_id: hostile,
    resources: {
      [hostile]: { resource_type: "prompt_template", template: hostile, engine: "jinja" },
      model: {
        resource_type: "llm",
        endpoint: hostile,
        model: hostile,
        api_key: null,
        sampling_parameters: { [hostile]: hostile },
      },
    },
  } as const;
  const worker = {
    ...WORKER,
    worker_id: hostile,
    current_rollout_id: hostile,
    heartbeat_stats: { [hostile]: hostile },
  };
  const own = { rollout_id: hostile, attempt_id: hostile };
  const spans = [
    spanOf(own, "1", {
      name: hostile,
      status: { status_code: "ERROR", description: hostile },
      attributes: { [hostile]: hostile },
      events: [{ name: hostile, attributes: {}, timestamp: 1.5 }],
    }),
    spanOf(own, "2", { attributes: attributesOfRewards([{ name: hostile, value: 1 }]) }),
  ];
  const points = [0, 1].map((reward) => ({
    rollout_id: hostile,
    resources_id: hostile,
    time: reward,
    reward,
  }));
  const tables = [{ ...rollout, attempt }, rollout, attempt, worker, resources].flatMap((record) => // A reader of the wire may hand on what the codecs would not take.
  [show(record), show([record])]);
  return [
    ...tables,
    show({ ...STATISTICS, name: hostile }),
    // A notebook checks no types.
    show([hostile] as never),
    waterfall(spans),
    await rewardCurve(points),
    await rewardDistribution(points),
  ];
};
