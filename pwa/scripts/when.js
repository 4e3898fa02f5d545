// A moment in the town's time and the page's words, as the server writes it.

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const FORMAT = new Intl.DateTimeFormat("en-u-hc-h23", {
  timeZone: "Asia/Tokyo",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
});

// `words` are the data of an element: today, at, date, weekdays and months.
export function say(moment, words) {
  const at = partsOf(moment);
  const time = `${Number(at.hour)}:${at.minute}`;
  const now = partsOf(new Date());
  const isToday = ["year", "month", "day"].every((part) => at[part] === now[part]);
  if (isToday) return words.today.replace("{time}", time);
  const date = words.date
    .replace("{month}", at.month)
    .replace("{day}", at.day)
    .replace("{weekday}", words.weekdays.split(" ")[WEEKDAYS.indexOf(at.weekday)])
    .replace("{month_name}", words.months.split(" ")[at.month - 1]);
  return words.at.replace("{date}", date).replace("{time}", time);
}

// Fills a <time>.
export function tell(element, moment, words) {
  element.dateTime = new Date(moment).toISOString();
  element.textContent = say(new Date(moment), words);
}

function partsOf(moment) {
  return Object.fromEntries(FORMAT.formatToParts(moment).map(({ type, value }) => [type, value]));
}
