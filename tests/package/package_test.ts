/** The npm package, packed and installed once for all of these tests. */

import "./runtimes.ts";
