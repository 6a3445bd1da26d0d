/** What others finish, by way of a change stream. */

import type { Feed } from "../../backend.ts";
import { TERMINAL_STATUSES } from "../../core/status.ts";
import type { Collections } from "./collections.ts";
import { keysOf } from "./documents.ts";
import { isWithoutStreams } from "./failing.ts";
import { escaped } from "./selecting.ts";

/** Pause before a stream that broke is opened again, in milliseconds. */
const REOPEN = 1000;

/**
 * Listens to a partition. The driver resumes a stream where it broke, as long as the server still
 * has what came since; a stream that cannot be resumed begins anew. A standalone server has none.
 */
export const feed = (
  { rollouts }: Pick<Collections, "rollouts">,
  partition: string,
): Feed => {
  const prefix = `${keysOf(partition)()._id}/`;
  const open = () =>
    rollouts.watch([{
      $match: {
        "documentKey._id": { $regex: `^${escaped(prefix)}` },
        "updateDescription.updatedFields.status": { $in: [...TERMINAL_STATUSES] },
      },
    }]);
  let isPossible = true;

  return (finished) => {
    let stream: ReturnType<typeof open> | null = null;
    let isStopped = false;
    let isLive = false;
    let wake = () => {};

    const listen = async (): Promise<void> => {
      while (isPossible && !isStopped) {
        try {
          stream = open();
          for (;;) {
            // It waits for nobody: the first answer only says that the stream is open.
            const event = await stream.tryNext();
            if (isStopped) break;
            isLive = true;
            if (event !== null && "documentKey" in event) {
              finished(
                decodeURIComponent(String(event.documentKey._id).slice(prefix.length)),
              );
            }
          }
        } catch (cause) {
          isLive = false;
          if (isWithoutStreams(cause)) isPossible = false;
        }
        await stream?.close().catch(() => {});
        if (!isStopped) await pause();
      }
    };

    const pause = () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, REOPEN);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });

    const ended = listen();
    return {
      isLive: () => isLive,
      stop: async () => {
        isStopped = true;
        wake();
        await stream?.close().catch(() => {});
        await ended;
      },
    };
  };
};
