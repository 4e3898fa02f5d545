// An invitation's token stands behind the # of its link, which no server and no log ever sees. It
// goes into the form, out of the address and the history, and the form is sent.

export default function join(form) {
  let isGoing = false;
  function send() {
    const token = location.hash.slice(1);
    if (!token) return;
    history.replaceState(null, "", location.pathname + location.search);
    form.querySelector('input[name="token"]').value = token;
    form.requestSubmit();
    isGoing = true;
  }
  // A tap on a language now would take the page away before the token was sent.
  addEventListener("submit", (event) => isGoing && event.preventDefault());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) isGoing = false;
  });
  // A second scan on the page that is open already only changes what stands behind the #.
  addEventListener("hashchange", send);
  send();
}
