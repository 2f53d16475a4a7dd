// Copies a code; the button appears only where copying works.
export default function copy(button) {
  if (!navigator.clipboard) return;
  const label = button.querySelector("span");
  label.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.done;
  });
}
