// Lists by keyboard: j and k move, x chooses, Enter opens; / is everywhere.
(() => {
  const list = document.querySelector("[data-keys]");
  if (!list) return;
  const rows = () => [...list.querySelectorAll("[data-row]")];
  let at = -1;
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, at + step));
    all[at].querySelector("a").focus();
  };
  const pick = () => {
    const box = rows()[at]?.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  };
  list.addEventListener("focusin", (event) => {
    const found = rows().findIndex((row) => row.contains(event.target));
    if (found >= 0) at = found;
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x") pick();
    else return;
    event.preventDefault();
  });
})();
