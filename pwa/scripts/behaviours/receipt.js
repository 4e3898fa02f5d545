// Makes the receipt code on the phone: 16 random digits and two check digits (ISO 7064 MOD 97-10).

const DIGITS = 16;

export default function receipt(input) {
  input.value ||= newCode();
}

export function newCode() {
  const digits = Array.from({ length: DIGITS }, randomDigit);
  return digits.join("") + checkDigits(digits);
}

// Bytes of 250 and more are thrown away, so that every digit is equally likely.
function randomDigit() {
  const byte = new Uint8Array(1);
  do crypto.getRandomValues(byte);
  while (byte[0] >= 250);
  return byte[0] % 10;
}

function checkDigits(digits) {
  const rest = digits.reduce((sum, digit) => (sum * 10 + digit) % 97, 0);
  return String(98 - ((rest * 100) % 97)).padStart(2, "0");
}
