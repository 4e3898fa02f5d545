// What lies within its time, and what does not.

// Whether a moment of this phone's clock is no further off than that: what was written while the
// clock was years ahead does not last for years.
export const isWithin = (ms, at) => Math.abs(Date.now() - at) < ms;

export const LATE = "too late";
const end = (ms) => new Promise((_, reject) => setTimeout(reject, ms, new Error(LATE)));

// What does not come within its time counts as failed; it may go on all the same.
export default (ms, promise) => Promise.race([promise, end(ms)]);
