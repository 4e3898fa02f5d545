// What the server would ask about, asked before anything is sealed: afterwards nobody can.

import { lengthOf } from "./behaviours/count.js";

const UNSEEN =
  /^(?:[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Variation_Selector}]|\u034f|[\u115f\u1160\u2800\u3164\uffa0])*$/u;
const TWELVE = /[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?!-?[0-9])/g;
const WEIGHTS = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const BETWEEN = /[\s().,/\u30fb\u30fc\u2010-\u2015\u2212-]+/g;
const HOME = /^0[1-9][0-9]{8,9}$/;
const ABROAD = /^\+[1-9][0-9]{7,14}$/;
const OWN_WORDS = ["place", "place_detail", "called", "words", "wish", "not_to"];

// Problems of a note as [field, code, n], in the order in which the page has its questions.
export function problemsOf(fields, { limits, needsTelephone, asksTown = false }) {
  const found = [];
  if (asksTown) found.push(["place", "place_many"]);
  if (!fields.area && isBlank(fields.place)) found.push(["place", "need_place"]);
  if (!fields.signs && isBlank(fields.words)) found.push(["words", "need_one"]);
  found.push(...problemsOfWords(fields, limits, OWN_WORDS));
  if (fields.contact !== "telephone") return found;
  if (needsTelephone && isBlank(fields.telephone)) found.push(["telephone", "need_telephone"]);
  else if (!isBlank(fields.telephone) && !isTelephone(fields.telephone))
    found.push(["telephone", "bad_telephone"]);
  return found;
}

// Of own words: too long, or with a My Number in them.
export function problemsOfWords(fields, limits, own) {
  const found = [];
  for (const [name, limit] of Object.entries(limits)) {
    const text = fields[name] ?? "";
    const over = text.length > limit ? lengthOf(text) - limit : 0;
    if (over > 0) found.push([name, "too_long", over]);
    else if (own.includes(name) && hasMyNumber(text)) found.push([name, "my_number"]);
  }
  return found;
}

export const isBlank = (text = "") => UNSEEN.test(text);

const hasMyNumber = (text) => numbersIn(text.normalize("NFKC")).length > 0;

// Where My Numbers begin and end. Without a look behind, which browsers of 2022 cannot read.
export function numbersIn(plain) {
  const found = [];
  TWELVE.lastIndex = 0;
  for (let match = TWELVE.exec(plain); match; match = TWELVE.exec(plain)) {
    const before = plain.slice(0, match.index);
    if (!/[0-9]-?$/.test(before) && hasCheckDigit(match[0]))
      found.push([match.index, TWELVE.lastIndex]);
    TWELVE.lastIndex = match.index + 1;
  }
  return found;
}

function hasCheckDigit(written) {
  const digits = Array.from(written.replace(/[^0-9]/g, ""), Number);
  const rest = WEIGHTS.reduce((sum, weight, index) => sum + weight * digits[index], 0) % 11;
  return digits[11] === (rest <= 1 ? 0 : 11 - rest);
}

function isTelephone(text) {
  const numerals = "\u3007\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d";
  const digits = Array.from(text.normalize("NFKC"), (one) => {
    const value = numerals.indexOf(one);
    return value < 0 ? one : String(value);
  });
  const number = digits
    .join("")
    .replace(BETWEEN, "")
    .replace(/^\+810?/, "0");
  return HOME.test(number) || ABROAD.test(number);
}
