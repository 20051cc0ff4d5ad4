// What HTML cannot do alone: toasts, the dialog, focus, keys. All words come from the server.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const on = (names, act) => names.split(" ").forEach((name) => document.addEventListener(name, act));
  const layer = () => $("#toasts");

  // --- htmx notes the current address, which may hold a name that was looked for: nothing stays in the browser.
  const forget = () => { try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* no storage, nothing kept */ } };
  forget();
  on("htmx:pushedIntoHistory htmx:replacedInHistory htmx:historyRestore htmx:afterSettle", forget);
  let opener = null;

  // --- toasts: 6 s, 12 s with undo, errors until dismissed; the clock stands while somebody reads.
  function live(toast) {
    if (toast.classList.contains("bad")) return;
    const life = $("form", toast) ? 12000 : 6000;
    let timer = setTimeout(() => toast.remove(), life);
    const hold = () => clearTimeout(timer);
    const go = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), life); };
    toast.addEventListener("mouseenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("mouseleave", go);
    toast.addEventListener("focusout", go);
  }

  function button(word, type) {
    const made = document.createElement("button");
    made.type = type;
    made.className = "link";
    made.textContent = word;
    return made;
  }

  function say({ text, undo, bad }) {
    const toast = document.createElement("div");
    toast.className = bad ? "toast bad" : "toast";
    const line = document.createElement("p");
    line.textContent = text;
    toast.append(line);
    if (undo) {
      const form = document.createElement("form");
      form.method = "post";
      form.action = undo;
      form.append(button(layer().dataset.undo, "submit"));
      toast.append(form);
    }
    if (bad) {
      const close = button(layer().dataset.close, "button");
      close.addEventListener("click", () => { toast.remove(); $("#main").focus(); });
      toast.append(close);
    }
    ($("dialog[open]") ? place($("#modal-body"), toast) : layer()).append(toast);
    live(toast);
  }

  // The page behind an open dialog is inert: say it inside.
  function place(body) {
    const box = $("[role=status]", body) || body.appendChild(document.createElement("div"));
    box.setAttribute("role", "status");
    return box;
  }

  document.addEventListener("toast", (event) => say(event.detail));
  on("htmx:responseError htmx:response:error", (event) => {
    const xhr = event.detail.xhr || event.detail.ctx.response;
    const header = xhr.getResponseHeader ? xhr.getResponseHeader("HX-Trigger") : xhr.headers.get("HX-Trigger");
    if (header && /"(toast|sessionExpired)"/.test(header)) return;
    say({ text: layer().dataset[`e${xhr.status}`] || layer().dataset.e500, bad: true });
  });
  on("htmx:sendError htmx:timeout", () => say({ text: layer().dataset.e0, bad: true }));

  // --- dialog
  const dialog = () => $("#modal");
  on("htmx:beforeRequest htmx:before:request", (event) => {
    const source = event.detail.elt || event.detail.ctx.sourceElement;
    if (source.matches("[data-modal]")) opener = source;
  });
  on("htmx:afterSwap htmx:after:swap", (event) => {
    const target = event.detail.target || event.detail.ctx?.target;
    if (!target) return;
    if (target.id === "modal-body" && target.children.length && !dialog().open) dialog().showModal();
    settle(target);
  });
  document.addEventListener("closeModal", () => dialog().close());
  document.addEventListener("sessionExpired", () => {
    opener = document.activeElement;
    htmx.ajax("GET", "/sign-in/again", { target: "#modal-body", swap: "innerHTML" });
  });

  // --- focus: the first wrong field, what asks for it, else never the body.
  function settle(target) {
    const root = target.isConnected ? target : $("#main");
    const wanted = $("[autofocus]", root) || $("[aria-invalid=true]", root);
    if (wanted) wanted.focus();
    else if (document.activeElement === document.body) $("#main").focus();
    const title = $("[data-title]", root);
    if (title) document.title = title.dataset.title;
    begin(root);
  }

  // --- small helpers that need no server
  function begin(root) {
    root.querySelectorAll("[data-stepper] button").forEach((found) => { found.hidden = false; });
    root.querySelectorAll("[data-count]").forEach(count);
  }

  function count(form) {
    const boxes = [...form.querySelectorAll("input[data-counted]")];
    const present = boxes.filter((box) => box.checked).length;
    const absent = boxes.filter((box) => !box.checked && box.dataset.counted === "member").length;
    const fill = (node) => { node.textContent = node.dataset.text.replace("{n}", present).replace("{absent}", absent); };
    form.querySelectorAll("[data-text]").forEach(fill);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-count]");
    if (form) count(form);
    const sends = event.target.closest("[data-submit]");
    if (sends) sends.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) {
      const input = $("input", step.closest("[data-stepper]"));
      input[step.dataset.step === "1" ? "stepUp" : "stepDown"]();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (event.target.closest("[data-dismiss]")) { event.preventDefault(); dialog().close(); }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const find = $("main [data-find]") || $("[data-find]");
    if (event.key === "/" && !typing && find && find.offsetParent) { event.preventDefault(); find.focus(); }
  });

  const net = () => { $("#net").hidden = navigator.onLine; };
  addEventListener("online", net);
  addEventListener("offline", net);

  document.addEventListener("DOMContentLoaded", () => {
    net();
    begin(document);
    dialog().addEventListener("close", () => {
      $("#modal-body").replaceChildren();
      (opener && opener.isConnected ? opener : $("#main")).focus();
    });
    // Said again into the live region, so that it is read aloud.
    const waiting = [...layer().children];
    layer().replaceChildren();
    setTimeout(() => {
      waiting.forEach((toast) => { layer().append(toast); live(toast); });
      layer().dataset.said = waiting.length;
    }, 100);
    const wrong = $("[aria-invalid=true][autofocus], #wrong");
    if (wrong) wrong.focus();
  });
})();
