// Chance that can be had again: one seed, one course of a phone.

export class Dice {
  constructor(text) {
    this.state = 2166136261;
    for (const letter of text) this.state = Math.imul(this.state ^ letter.codePointAt(0), 16777619);
  }

  // 0 up to, and without, 1.
  roll() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  isLucky(chance) {
    return this.roll() < chance;
  }

  between(least, most) {
    return least + Math.floor(this.roll() * (most - least + 1));
  }

  one(list) {
    return list[this.between(0, list.length - 1)];
  }
}
