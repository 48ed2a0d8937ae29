// usage: node manifest.js [PLATFORM]
// Prints the package.json of a platform's package or, without one, of the main package.
"use strict";

const { readFileSync } = require("node:fs");
const { version, REPOSITORY } = process.env;

const platforms = readFileSync(`${__dirname}/../platforms`, "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split(/\s+/))
  .map(([name, , libc, os, cpu]) => ({ name, libc, os, cpu }));

const common = {
  version,
  description: "Receive, record, send, replay and validate webhooks of EnableX Video and Eyeson StreamRec",
  license: "MIT OR Apache-2.0",
  repository: { type: "git", url: `git+https://github.com/${REPOSITORY}.git` },
};

function main() {
  const packages = platforms.map(({ name }) => [`enx-hook-${name}`, version]);
  return {
    name: "enx-hook",
    ...common,
    keywords: ["webhook", "enablex", "eyeson", "replay", "testing"],
    bin: { "enx-hook": "bin/enx-hook.js" },
    files: ["bin"],
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(packages),
  };
}

function of({ name, libc, os, cpu }) {
  return {
    name: `enx-hook-${name}`,
    ...common,
    description: `The program of the package enx-hook for ${name}`,
    os: [os],
    cpu: [cpu],
    ...(libc !== "-" && { libc: [libc] }),
    files: ["bin", "licences.txt"],
    preferUnplugged: true,
  };
}

const wanted = process.argv[2];
const made = wanted ? of(platforms.find(({ name }) => name === wanted)) : main();
process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
