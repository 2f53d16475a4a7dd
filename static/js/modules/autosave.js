// Sends a draft a moment after typing stops; data-autosave is the address, [data-saved] tells how it went.
const PAUSE = 1500;

export default function autosave(form) {
  const status = form.querySelector("[data-saved]");
  let timer;

  async function save() {
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Autosave": "1" },
      });
      if (status) status.textContent = answer.ok ? status.dataset.saved : status.dataset.failed;
    } catch {
      if (status) status.textContent = status.dataset.failed;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
