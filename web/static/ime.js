// Input methods: while a word is being composed no search runs; when it is chosen, exactly one does.
(() => {
  const composing = new WeakSet();
  addEventListener("compositionstart", (event) => composing.add(event.target), true);
  addEventListener("input", (event) => {
    if (event.isComposing || composing.has(event.target)) event.stopImmediatePropagation();
  }, true);
  addEventListener("compositionend", (event) => {
    composing.delete(event.target);
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);
  // The input method needs its Enter: never preventDefault here.
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
  }, true);
})();
