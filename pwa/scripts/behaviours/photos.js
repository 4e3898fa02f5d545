// The row of photos comes with the outbox, which takes them; the form does not wait for either.

export default function photos(row) {
  const start = async () => {
    const { default: startRow } = await import("../photo-row.js");
    await startRow(row);
  };
  document.addEventListener("outbox-ready", () => start().catch(console.info), { once: true });
}
