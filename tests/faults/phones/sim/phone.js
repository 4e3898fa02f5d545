// A simulated phone: what lasts over kills (its store, its clock, its signal), and its person, who
// writes notes while things happen to it.

import { Dice } from "./dice.js";
import { Life } from "./life.js";
import { Locks } from "./locks.js";
import { SPEED } from "./bridges.js";
import { IDBFactory } from "./storage.js";

const MODULES = ["store", "sender", "outbox", "sync"];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const YEAR_MS = 365 * 24 * HOUR_MS;
const LONGEST_MS = 1500;
const TRIES = 12;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Phone {
  factory = new IDBFactory();
  isOnline = true;
  storage = "good";
  updates = 0;
  kills = 0;
  lives = [];
  #listeners = new Map();
  #clock = { real: Date.now(), shown: Date.now() - 24 * HOUR_MS };

  constructor(world, { number, me, cookie, csrf, later }) {
    Object.assign(this, { world, number, me, cookie, csrf, later: [...later] });
    this.dice = new Dice(`${world.seed}/${number}`);
    this.locks = this.dice.isLucky(0.75) ? new Locks() : null;
    this.on("kizuki-outbox", ({ type, id }) => type === "arrived" && this.#tell("arrived", id));
  }

  now() {
    return Math.round(this.#clock.shown + (Date.now() - this.#clock.real) * SPEED);
  }

  leap(ms) {
    this.#clock.shown += ms;
  }

  on(name, act) {
    const acts = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, acts.add(act));
    return () => acts.delete(act);
  }

  say(from, name, data) {
    for (const act of this.#listeners.get(name) ?? []) act(data, from);
  }

  // A page, or a worker beside it.
  async start(kind = "page") {
    const life = new Life(this, kind);
    this.lives.push(life);
    life.whenKilled(() => {
      this.kills += 1;
      this.lives = this.lives.filter((one) => one !== life);
    });
    life.scripts = await this.world.scripts.load(life, this.world, MODULES);
    const begun = kind === "worker" ? life.scripts.sync.sync() : this.#begin(life);
    begun.catch((error) => this.world.trouble(this, error));
    await Promise.race([life.ready, begun, life.ended]);
    return life;
  }

  // As a page does: it knows its reader before anything can be put, and then sends what waits.
  async #begin({ scripts, settled }) {
    const { me, csrf, world } = this;
    const phone = me ? "" : undefined;
    await scripts.sync.start({ me, csrf, townKey: world.townKey, phone });
    settled();
    await scripts.sync.firstSync();
  }

  async page() {
    return this.lives.find(({ kind }) => kind !== "worker") ?? (await this.start());
  }

  killAll() {
    for (const life of [...this.lives]) life.kill();
  }

  async play(notes) {
    for (let n = 0; n < notes; n += 1) {
      await this.#happen();
      const key = n === notes >> 1 && this.later.length ? await this.#known() : null;
      if (key) this.setSignal(false);
      await this.#write(n);
      if (key) await this.#signInAfter(key);
    }
    for (let n = 0; n < notes; n += 1) await this.#carry();
  }

  // Goes about for hours with what was written, through more of the same.
  async #carry() {
    await this.#happen();
    this.leap(this.dice.between(0, 90) * MINUTE_MS);
    this.setSignal(true);
    const { scripts, ended } = await this.page();
    const carried = scripts.sync.sync().catch((error) => this.world.trouble(this, error));
    await Promise.race([carried, ended, pause(LONGEST_MS)]);
  }

  // One after the other until the phone says that it is kept; after a kill, the person finds it
  // in the list, or writes it again from the draft, which has the note's id.
  async #write(n) {
    const fields = {
      id: crypto.randomUUID(),
      area: this.world.area,
      words: `${this.world.name}の${this.number}の${n}番目`,
      urgency: "soon",
      language: "ja",
      noted_at: new Date(this.now()).toISOString(),
    };
    const shown = { area: "北町", desk: "北の相談室", urgency: "soon" };
    for (let n = 0; n < TRIES; n += 1) {
      const { scripts, ended } = await this.page();
      const kept = this.#keep(scripts.outbox, fields, shown).catch((error) => {
        if (!(error instanceof scripts.outbox.NotKept)) this.world.trouble(this, error);
      });
      const item = await Promise.race([kept, ended]);
      if (item) {
        this.#tell("kept", item.id, {
          words: fields.words,
          at: fields.noted_at,
          sequence: item.sequence,
          turn: item.turn,
          author: this.me,
        });
        scripts.sync.sync().catch((error) => this.world.trouble(this, error));
        return;
      }
      await this.#rest();
      if (n > 2) this.storage = "good";
    }
    throw new Error(`phone ${this.number} keeps nothing`);
  }

  async #keep(outbox, fields, shown) {
    const kept = (await outbox.list()).find(({ id }) => id === fields.id);
    return kept ?? outbox.put({ kind: "note", fields, shown });
  }

  #tell(said, id, more = {}) {
    this.world.history({ phone: this.number, said, id, real: Date.now(), ...more });
  }

  async #happen() {
    const { dice } = this;
    const what = dice.one(HAPPENINGS);
    await what(this, dice);
    if (dice.isLucky(0.5)) await this.#rest();
  }

  async signInAgain() {
    const key = this.later.length ? await this.#known() : null;
    if (key) await this.#signInAfter(key);
  }

  // The server's name for the key of who is signed in.
  async #known() {
    let id;
    for (let n = 0; !id && n < TRIES; n += 1) {
      this.setSignal(true);
      const { scripts, ended } = await this.page();
      id = await Promise.race([scripts.sender.registered(), ended, pause(LONGEST_MS)]);
    }
    return id;
  }

  // The key is ended from another phone of theirs, and they sign in here again.
  async #signInAfter(key) {
    const [next, ...later] = this.later;
    const headers = { Cookie: next.cookie, "X-CSRFToken": next.csrf };
    const address = `${this.world.town}/settings/phones/${key}/ending`;
    const end = () => fetch(address, { method: "POST", headers, redirect: "manual" });
    this.#tell("ended", key);
    let answer;
    while (!answer) answer = await end().catch(() => this.#rest());
    if (answer.status !== 303) throw new Error(`${answer.status} for the end of ${key}`);
    this.killAll();
    Object.assign(this, next, { later });
    await this.#known();
  }

  #rest() {
    return pause(this.dice.between(2, 60));
  }

  setSignal(isOnline) {
    this.isOnline = isOnline;
    this.say(null, isOnline ? "online" : "offline");
  }

  // Everything is well again: how many still wait after some days of it.
  async heal() {
    this.storage = "good";
    this.isOnline = true;
    let left = 1;
    for (let n = 0; left && n < TRIES; n += 1) {
      this.killAll();
      this.leap(6 * HOUR_MS);
      const { scripts } = await this.start();
      await scripts.sync.sync();
      left = await scripts.outbox.waiting();
    }
    const { scripts } = await this.page();
    for (const { id, state } of await scripts.outbox.list()) {
      if (state === "arrived") this.#tell("arrived", id);
    }
    this.killAll();
    return left;
  }
}

const HAPPENINGS = [
  (phone) => phone.setSignal(!phone.isOnline),
  (phone) => phone.setSignal(false),
  (phone) => phone.setSignal(true),
  (phone) => phone.killAll(),
  (phone) => {
    phone.killAll();
    phone.updates += 1;
  },
  async (phone, dice) => {
    const life = await phone.page();
    life.fuse = dice.between(1, 60);
  },
  async (phone, dice) => {
    const life = await phone.page();
    life.fuse = dice.between(1, 200);
  },
  (phone) => phone.start(phone.dice.one(["worker", "tab"])),
  (phone) => phone.signInAgain(),
  (phone, dice) => phone.leap(dice.between(-1, 5) * HOUR_MS),
  (phone, dice) => {
    const years = dice.one([-10, 10]) * YEAR_MS;
    phone.leap(years);
    setTimeout(() => phone.leap(-years), 100);
  },
  (phone, dice) => {
    phone.storage = dice.one(["lying", "full"]);
  },
  (phone) => {
    phone.storage = "good";
  },
];
