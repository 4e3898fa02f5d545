// The server's page says that this very note arrived: its draft has done its work.

import * as drafts from "../drafts.js";

export default async function sent(element) {
  const { draft: name, id } = element.dataset;
  const draft = await drafts.load(name);
  if (draft?.id === id) await drafts.forget(name);
}
