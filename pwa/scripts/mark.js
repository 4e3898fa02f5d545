// Whether something of nobody's waits on this phone, noted outside the store, which some browsers clear
// away alone. No server knows a phone without an account, to miss its key.

const NAME = "kizuki-waits";

export function isMarked() {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    return false;
  }
}

export function mark(isSo) {
  try {
    if (isSo) localStorage.setItem(NAME, "");
    else localStorage.removeItem(NAME);
  } catch (error) {
    console.info(error);
  }
}
