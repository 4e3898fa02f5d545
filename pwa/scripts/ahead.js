// The next envelope, made while somebody writes, in memory only. Whoever takes it takes it out, so
// that it is used once; a town's key that changed meanwhile makes another.

import { envelope } from "./seal.js";

let next;

export function prepared(town) {
  next ??= { of: town.point, made: envelope(town) };
  return next.made;
}

// What seals bytes into an envelope of their own.
export async function keyed(town) {
  const taken = next;
  next = undefined;
  if (taken?.of !== town.point) return envelope(town);
  return taken.made.catch(() => envelope(town));
}
