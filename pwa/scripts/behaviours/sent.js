// The server's page says that this very note arrived: its draft has done its work.

import * as drafts from "../drafts.js";

export default async function sent(element) {
  const { draft: name, id } = element.dataset;
  await drafts.forget(name, id);
}
