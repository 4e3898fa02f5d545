// The product's own modules, loaded anew for each life, with a planted bug where one is asked for.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SourceTextModule } from "node:vm";
import { bridges, PRELUDE } from "./bridges.js";

export class Scripts {
  #texts = new Map();

  constructor(folder, bugs = []) {
    this.folder = folder;
    this.bugs = bugs;
  }

  // The exports of `names` in one module graph.
  async load(life, world, names) {
    const modules = new Map();
    const scope = bridges(life, world);
    const get = (file) => {
      if (!modules.has(file)) modules.set(file, this.#module(file, life, scope, get));
      return modules.get(file);
    };
    const found = {};
    for (const name of names) {
      const module = await this.#evaluated(get(`${name}.js`), get);
      found[name] = module.namespace;
    }
    return found;
  }

  async #evaluated(module, get) {
    if (module.status === "unlinked") await module.link((specifier) => get(fileOf(specifier)));
    if (module.status === "linked") await module.evaluate();
    return module;
  }

  #module(file, life, scope, get) {
    return new SourceTextModule(`${PRELUDE} ${this.#text(file, life.phone.updates)}`, {
      identifier: file,
      initializeImportMeta: (meta) => {
        meta.phone = scope;
      },
      importModuleDynamically: async (specifier) => this.#evaluated(get(fileOf(specifier)), get),
    });
  }

  #text(file, updates) {
    const key = `${file} ${updates}`;
    if (!this.#texts.has(key)) {
      let text = readFileSync(join(this.folder, file), "utf8");
      for (const bug of this.bugs) if (bug.file === file) text = replaced(text, bug.old, bug.new);
      if (file === "store.js") text = updated(text, updates);
      this.#texts.set(key, text);
    }
    return this.#texts.get(key);
  }
}

const fileOf = (specifier) => specifier.replace("./", "");

// A later release: its migrations go on where today's end.
function updated(text, updates) {
  const more = Array.from(
    { length: updates },
    (_, n) => `  (database) => { database.createObjectStore("later-${n}"); },\n`,
  );
  const start = text.indexOf("const MIGRATIONS = [");
  const end = text.indexOf("\n];", start);
  if (start < 0 || end < 0) throw new Error("store.js lists its migrations");
  return `${text.slice(0, end + 1)}${more.join("")}${text.slice(end + 1)}`;
}

function replaced(text, old, by) {
  const parts = text.split(old);
  if (parts.length !== 2) throw new Error(`stands ${parts.length - 1} times, not once: ${old}`);
  return parts.join(by);
}
