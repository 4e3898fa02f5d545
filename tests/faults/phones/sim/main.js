// Many phones in one process: `node --experimental-vm-modules main.js <what.json>`. Says "written"
// when everybody has written, waits for a line, and says "healed" with what is left.

import { fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { once } from "node:events";
import { Phone } from "./phone.js";
import { Scripts } from "./scripts.js";

const what = JSON.parse(readFileSync(process.argv[2], "utf8"));
const file = openSync(what.history, "a");
const troubles = [];

const world = {
  ...what,
  scripts: new Scripts(what.scripts, what.bugs),
  trouble: (phone, error) => troubles.push(`phone ${phone.number}: ${error?.stack ?? error}`),
  // On the disk before anything else happens.
  history: (line) => {
    writeSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
  },
};

process.on("unhandledRejection", (error) => world.trouble({ number: "?" }, error));

const phones = what.phones.map((one) => new Phone(world, one));
await Promise.all(phones.map((phone) => phone.play(what.notes)));
say({ said: "written" });
await once(process.stdin, "data");
const left = await Promise.all(phones.map((phone) => phone.heal()));
const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0);
say({
  said: "healed",
  left: total(left),
  kills: total(phones.map(({ kills }) => kills)),
  troubles,
});
process.exit(0);

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
