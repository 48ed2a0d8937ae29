// Times, counts and sizes as the terminal writes them.

/** @param {number} number */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** @param {number} n @param {string} one @param {string} [many] */
export const counted = (n, one, many = `${one}s`) => `${grouped(n)} ${n === 1 ? one : many}`;

/** @param {number} value below ten one decimal, else none */
const two = (value) => (value < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value)));

/** @param {number} n */
export function size(n) {
  if (n < 1000) return counted(n, "byte");
  for (const unit of ["kB", "MB", "GB"]) {
    n /= 1000;
    if (n < 999.5) return `${two(n)} ${unit}`;
  }
  return `${two(n / 1000)} TB`;
}

/** @param {number} ms @param {string} [space] between a number and its unit */
export function duration(ms, space = " ") {
  if (ms === 0) return `0${space}ms`;
  if (ms < 1) return `${Math.max(1, Math.round(ms * 1000))}${space}µs`;
  if (Math.round(ms) < 1000) return `${two(ms)}${space}ms`;
  if (Math.round(ms / 1000) < 60) return `${two(ms / 1000)}${space}s`;
  const seconds = Math.round(ms / 1000);
  /** @type {(large: number, l: string, small: number, s: string) => string} */
  const pair = (large, l, small, s) => (small ? `${large}${l} ${small}${s}` : `${large}${l}`);
  const minutes = Math.round(seconds / 60);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), "m", seconds % 60, "s");
  if (minutes < 1440) return pair(Math.floor(minutes / 60), "h", minutes % 60, "m");
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

/** @param {number} ms */
export function gap(ms) {
  const tenths = Math.round(ms / 100);
  return ms >= 100 && tenths < 100 ? `+${tenths / 10}s` : `+${duration(ms, "")}`;
}

/** @param {number} n @param {number} [length] */
const pad = (n, length = 2) => String(n).padStart(length, "0");

/** @param {string | null | undefined} at */
export function clock(at, millis = false) {
  if (!at) return "";
  const time = new Date(at);
  const seconds = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
  return millis ? `${seconds}.${pad(time.getMilliseconds(), 3)}` : seconds;
}

/** @param {string | null | undefined} at */
export function day(at) {
  if (!at) return "";
  const time = new Date(at);
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
}

/** @type {Record<string, string>} */
export const MARK = { valid: "●", warning: "▲", unknown: "◆", invalid: "✕" };
