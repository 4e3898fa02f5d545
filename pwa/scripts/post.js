// One request to the server's JSON door, and what came back. It never rejects: no answer is null.

const PATIENCE_MS = 20_000;
// The slowest line on which something still goes: two kilobytes a second.
const BYTES_PER_MS = 2;
const LONGEST_RETRY_MS = 6 * 3_600_000;

export async function post(address, { body, headers = {}, credentials = "omit", method = "POST" }) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience(body));
  const settings = { cache: "no-store", redirect: "manual", signal: stop.signal };
  try {
    const answer = await fetch(address, { method, body, headers, credentials, ...settings });
    return {
      status: answer.status,
      body: await answer.json().catch(() => null),
      marks: {
        epoch: answer.headers.get("Kizuki-Epoch"),
        watermark: answer.headers.get("Kizuki-Backup-Watermark"),
        at: Date.parse(answer.headers.get("Date")),
      },
      retryAfterMs: retryAfter(answer.headers.get("Retry-After")),
    };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

const patience = (body) => PATIENCE_MS + (body?.length ?? 0) / BYTES_PER_MS;

// Seconds or a date; a server's slip of years is not waited for.
function retryAfter(told) {
  if (!told) return 0;
  const wait = /^\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - Date.now();
  return Math.min(Math.max(wait || 0, 0), LONGEST_RETRY_MS);
}
