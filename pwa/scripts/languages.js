// A page that answered a form sends it once more for another language alone: the server does nothing
// of what it asks for, so nothing is kept first, and nobody leaves.

export default function asksLanguage({ submitter }) {
  return submitter?.name === "speak";
}
