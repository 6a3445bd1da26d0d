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
    ["http:user:s3cret@127.0.0.1:4747/", "http://***@127.0.0.1:4747/"],
    ["mongodb:u:s3\ncret@h/", "mongodb://***@h/"],
    ["http://h/?s3cret&a=b", "http://h/?***&a=***"],
    ["sqlite:./a@b.db", "sqlite:./a@b.db"],
    ["sqlite:./lightning.db", "sqlite:./lightning.db"],
    ["memory:", "memory:"],
  ] as const
) {
  Deno.test(`secrets: ${url} is shown without them`, () => {
    assertEquals(withoutSecrets(url), shown);
  });
}
