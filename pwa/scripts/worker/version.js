// A new version takes over only where nobody is writing: every window is asked, and one that does
// not answer counts as a form with something in it.

const PATIENCE_MS = 1000;

// Gives whether it took over.
export async function takeOver() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const answers = await Promise.all(windows.map(isWriting));
  if (answers.some(Boolean)) return false;
  await self.skipWaiting();
  return true;
}

function isWriting(client) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    client.postMessage("writing?", [port2]);
    setTimeout(() => resolve(true), PATIENCE_MS);
  });
}
