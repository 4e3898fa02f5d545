// Makes the kept form this phone's own: its area, or that of the desk whose page it stands for, and
// what is asked after a call.

import * as store from "../store.js";

export default async function fillIn(form) {
  const { as, area, desk } = (await store.get("settings", "shell").catch(() => null)) ?? {};
  const address = new URL(location.href);
  const deskId = address.pathname.match(/^\/desks\/([^/]+)\/note$/)?.[1];
  const known = JSON.parse(form.dataset.desks);
  const ofDesk = known.find((one) => one.desk.id === deskId);
  const ofArea = known.find((one) => String(one.area.id) === address.searchParams.get("area"));
  const place = ofDesk ?? ofArea ?? (deskId ? null : area && { area, desk });
  if (place) fillPlace(form, place);
  if (deskId && (as ?? "anyone") === "anyone") becomeDesksOwn(form, deskId);
  if (address.searchParams.get("after") === "call") askAfterCall(form);
}

function fillPlace(form, { area, desk }) {
  const own = form.querySelector("template[data-own-place]");
  const slot = own.previousElementSibling;
  slot.replaceChildren(own.content.cloneNode(true));
  form.elements.own_area.value = area.id;
  form.dataset.area = area.name;
  if (desk) form.dataset.desk = desk.name;
  slot.querySelector('[data-fill="area"]').textContent = area.name;
  const to = slot.querySelector('[data-fill="desk"]');
  to.textContent = desk?.name ?? "";
  to.closest(".where__to").hidden = !desk;
}

// Somebody signed in writes as themselves, whichever desk's page they come from.
function becomeDesksOwn(form, deskId) {
  form.action = `/desks/${deskId}/note`;
  form.dataset.draft = `note:${deskId}`;
}

function askAfterCall(form) {
  const template = form.querySelector("template[data-after-call]");
  template.replaceWith(template.content);
  form.elements.after.value = "call";
  const called = form.querySelector('[name="called_first"][value="done"]');
  called.defaultChecked = true;
}
