#!/usr/bin/env node
// Runs the program, which is in the package of this platform. No script runs on installation.
"use strict";

const { spawn } = require("node:child_process");

function platform() {
  const name = `${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return name;
  process.report.excludeNetwork = true;
  const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return isGlibc ? name : `${name}-musl`;
}

function locate() {
  const name = `enx-hook-${platform()}`;
  const program = process.platform === "win32" ? "enx-hook.exe" : "enx-hook";
  try {
    return require.resolve(`${name}/bin/${program}`);
  } catch {
    console.error(
      `error: the package ${name}, which has the program for this system, is not installed\n` +
        "Install again without --omit=optional. If there is no such package, build enx-hook from source.",
    );
    process.exit(3);
  }
}

const child = spawn(locate(), process.argv.slice(2), { stdio: "inherit" });

// A terminal sends Ctrl-C to the program as well; a second one would end it at once.
const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
process.on("SIGINT", () => hasTerminal || child.kill("SIGINT"));
for (const signal of ["SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}

child.on("error", (error) => {
  console.error(`error: cannot run ${child.spawnfile}: ${error.message}`);
  process.exit(3);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
