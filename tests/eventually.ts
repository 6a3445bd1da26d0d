/** Waiting for what comes by itself. */

/** Looks until it is so; throws where it is not within a time. Default: 30 seconds. */
export const eventually = async (
  isSo: () => boolean | Promise<boolean>,
  seconds = 30,
): Promise<void> => {
  for (const end = performance.now() + seconds * 1000; !await isSo();) {
    if (performance.now() >= end) throw new Error(`It is not so after ${seconds} s: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
