// Passkeys: the browser's answer is put into a form, which is then sent like any other. Without them the form stays hidden.
(() => {
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  function begin(root) {
    root.querySelectorAll("form[data-passkey]").forEach((form) => { form.hidden = false; });
  }

  async function asked(path) {
    const response = await fetch(path, { method: "POST" });
    // The proof is too old, or the session over: the page itself leads on.
    if (response.status === 401) location.reload();
    if (!response.ok) throw new Error(String(response.status));
    const options = await response.json();
    return { ...options, challenge: bytes(options.challenge) };
  }

  function made(options) {
    const user = { ...options.user, id: bytes(options.user.id) };
    return navigator.credentials.create({ publicKey: { ...options, user, excludeCredentials: named(options.excludeCredentials) } });
  }

  function shown(options) {
    return navigator.credentials.get({ publicKey: { ...options, allowCredentials: named(options.allowCredentials) } });
  }

  function written(key) {
    const given = key.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[name]) response[name] = text(given[name]);
    }
    if (given.getTransports) response.transports = given.getTransports();
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
  }

  async function answer(form) {
    const told = form.querySelector("[data-failed]");
    told.hidden = true;
    try {
      const options = await asked(form.dataset.passkey);
      form.elements.answer.value = written(await (options.user ? made(options) : shown(options)));
      form.requestSubmit();
    } catch {
      told.hidden = false;
    }
  }

  // Before htmx: an unanswered form is not sent.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-passkey]") || form.elements.answer.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    answer(form);
  }, true);
  for (const name of ["htmx:afterSwap", "htmx:after:swap"]) document.addEventListener(name, () => begin(document));
  document.addEventListener("DOMContentLoaded", () => begin(document));
})();
