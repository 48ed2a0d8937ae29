// What ajv says of documents: `node ajv.cjs SCHEMA DOCUMENTS...` prints true or false for each
// line of each file. It is found by NODE_PATH.
"use strict";
const { readFileSync } = require("node:fs");
const Ajv = require("ajv/dist/2020").default;

// Not strict: annotations that begin with x- are none of its business.
const ajv = new Ajv({ strict: false, validateFormats: false });
const [schema, ...files] = process.argv.slice(2);
const validate = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));
for (const file of files) {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  process.stdout.write(lines.map((line) => `${validate(JSON.parse(line))}\n`).join(""));
}
