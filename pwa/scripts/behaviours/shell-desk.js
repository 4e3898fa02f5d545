// Of all the desks on a kept page, the one that was asked for, else the phone's own, else the first.

import * as store from "../store.js";

export default async function showOwnDesk(list) {
  const asked = location.pathname.split("/")[2];
  const { desk } = (await store.get("settings", "shell")) ?? {};
  const parts = [...list.querySelectorAll("[data-desk]")];
  const of = (id) => parts.find((part) => part.dataset.desk === id);
  const shown = of(asked) ?? of(desk?.id) ?? parts[0];
  for (const part of parts) part.hidden = part !== shown;
}
