// Asks before leaving a form whose changes were not sent.
export default function confirmLeave(form) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed && form.isConnected) event.preventDefault();
  });
}
