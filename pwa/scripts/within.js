// What does not come within its time counts as failed; it may go on all the same.

const end = (ms) => new Promise((_, reject) => setTimeout(reject, ms, new Error("too late")));

export default (ms, promise) => Promise.race([promise, end(ms)]);
