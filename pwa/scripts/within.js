// What does not come within its time counts as failed; it may go on all the same.

export default async function within(patienceMs, promise) {
  let timer;
  const end = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("too late")), patienceMs);
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
  }
}
