/** The npm package, packed and installed once for all of these tests. */

import "./bundles.ts";
import "./runtimes.ts";
import "./types.ts";
