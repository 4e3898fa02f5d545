// Whether our server is there, whatever the browser believes of its signal; a portal in its place
// says something else.

const PATIENCE_MS = 5000;

export default async function isServerThere() {
  const settings = { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE_MS) };
  const answer = await fetch("/healthz", settings)
    .then((one) => one.json())
    .catch(() => null);
  return answer?.status === "ok";
}
