/** The parts of retry-ts that the module uses: the one place that names its version. */
export { retrying } from "npm:retry-ts@0.1.4/lib/Task.js";
export {
  applyPolicy,
  capDelay,
  defaultRetryStatus,
  exponentialBackoff,
  limitRetries,
  Monoid as RetryPolicies,
  type RetryPolicy,
} from "npm:retry-ts@0.1.4/lib/index.js";
