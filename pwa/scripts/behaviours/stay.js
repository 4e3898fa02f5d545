// Whoever acts in a list, or opens a note of it and comes back, is where they were: at that row, or
// where it left the list at the one that follows, in the same place on the screen.

const KEY = "stay";
const SETTLING_MS = 400;

export default function stay(list) {
  const left = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  const isTaken = document.querySelector("[data-behaviour~=focus]");
  if (left?.path === location.pathname && !isTaken && comesBack()) goOn(list, left);
  sessionStorage.removeItem(KEY);
  for (const name of ["submit", "click"]) {
    document.addEventListener(name, ({ target }) => remember(target.closest("form, .job a")));
  }
}

// By a form of the list, or from a note.
function comesBack() {
  const asked = new URLSearchParams(location.search);
  return asked.has("done") || asked.has("row");
}

function remember(by) {
  const row = by?.closest(".queue > .job");
  if (!row) return;
  const at = rows().indexOf(row);
  const hrefs = rows().map((one) => one.querySelector("a").getAttribute("href"));
  const { top } = row.getBoundingClientRect();
  const order = [...hrefs.slice(at), ...hrefs.slice(0, at).reverse()];
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, order, top }));
}

function goOn(list, { order, top }) {
  const links = new Map(rows().map((row) => [row.querySelector("a").getAttribute("href"), row]));
  const row = links.get(order.find((href) => links.has(href)));
  if (!row) return;
  scrollBy(0, row.getBoundingClientRect().top - top);
  row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  // The second tap of two was meant for the row that stood here before.
  list.dataset.settling = "";
  setTimeout(() => delete list.dataset.settling, SETTLING_MS);
}

const rows = () => [...document.querySelectorAll(".queue > .job")];
