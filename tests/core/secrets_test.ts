/** What of an address is shown. */

import { assertEquals } from "@std/assert";
import { withoutSecrets } from "../../src/core/secrets.ts";

for (
  const [url, shown] of [
    ["mongodb://u:s3cret@a,b/db?replicaSet=rs0", "mongodb://***@a,b/db?replicaSet=***"],
    ["mongodb://u:s3@cr/et@a/", "mongodb://***@a/"],
    [
      "mongodb://a/?tlsCertificateKeyFilePassword=s3cret&tls=true",
      "mongodb://a/?tlsCertificateKeyFilePassword=***&tls=***",
    ],
    [
      "mongodb://a/?authMechanismProperties=AWS_SESSION_TOKEN:s3cret==",
      "mongodb://a/?authMechanismProperties=***",
    ],
    ["https://any:s3cret@store.example:4747/", "https://***@store.example:4747/"],
    ["https://model.example/v1?key=s3cret", "https://model.example/v1?key=***"],
    ["sqlite:./lightning.db", "sqlite:./lightning.db"],
    ["memory:", "memory:"],
  ] as const
) {
  Deno.test(`secrets: ${url} is shown without them`, () => {
    assertEquals(withoutSecrets(url), shown);
  });
}
