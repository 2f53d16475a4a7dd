// The moderator's keyboard: j and k walk through the rows, Enter opens, a and r press the row's [data-key] buttons.
export default function queueKeys(list) {
  const rows = () => [...list.querySelectorAll("[data-row]")];
  let at = -1;

  function go(step) {
    const all = rows();
    if (!all.length) return;
    at = Math.min(Math.max(at + step, 0), all.length - 1);
    all.forEach((row, index) => row.classList.toggle("is-current", index === at));
    all[at].tabIndex = -1;
    all[at].focus();
    all[at].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (!list.isConnected || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    if (event.key === "j") return go(1);
    if (event.key === "k") return go(-1);
    const row = rows()[at];
    if (!row || !row.contains(document.activeElement)) return;
    if (event.key === "Enter" && event.target === row) row.querySelector("a")?.click();
    if (/^[a-z]$/.test(event.key)) row.querySelector(`[data-key="${event.key}"]`)?.click();
  });
}
