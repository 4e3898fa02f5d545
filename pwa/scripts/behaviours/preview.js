// Shows a desk's answer as its reader will get it: the chosen template, the date in the reader's
// language, and the own words below.

export default function preview(form) {
  const panel = form.querySelector("[data-preview]");
  const own = panel.querySelector("[data-own]");
  const update = () => {
    const { template, words, next_on: day } = form.elements;
    for (const one of panel.querySelectorAll("[data-template]")) {
      one.hidden = one.dataset.template !== template?.value;
    }
    own.textContent = words?.value.trim() ?? "";
    own.hidden = !own.textContent;
    panel.hidden = !template && own.hidden;
    if (day?.value) tellDay(panel, new Date(`${day.value}T00:00:00Z`));
  };
  form.addEventListener("input", update);
  update();
}

function tellDay(panel, date) {
  const parts = {
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: panel.dataset.weekdays.split(" ")[(date.getUTCDay() + 6) % 7],
    month_name: panel.dataset.months.split(" ")[date.getUTCMonth()],
  };
  for (const part of panel.querySelectorAll("[data-part]")) {
    part.textContent = parts[part.dataset.part];
  }
}
