// What the parser of AsyncAPI says of a document: `node asyncapi.cjs DOCUMENT` prints each error,
// and exits with 1 if there is one. It is found by NODE_PATH.
"use strict";
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

const text = readFileSync(process.argv[2], "utf8");
new Parser().parse(text).then(({ document, diagnostics }) => {
  const errors = diagnostics.filter(({ severity }) => severity === 0);
  for (const { path, message } of errors) console.log(`${path.join(".")}: ${message}`);
  process.exit(document === undefined || errors.length > 0 ? 1 : 0);
});
