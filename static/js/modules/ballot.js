// Keeps the pot of a ballot true while choices change, and the draft safe until it is sent.
// <form data-module="ballot" data-limit="…" data-most="…" data-key="…">, rows with data-cost, one .pot.
export default function ballot(form) {
  const pot = form.querySelector(".pot");
  const part = (name) => form.querySelectorAll(`[data-pot="${name}"]`);
  const scales = JSON.parse(pot.dataset.scales);
  const figures = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 3 });
  const rows = [...form.querySelectorAll("[data-cost]")];
  const box = (row) => row.querySelector("input");
  const limit = Number(form.dataset.limit);
  const most = Number(form.dataset.most) || Infinity;
  // No key, no copy of the choice on this device: so at a counter that many people share.
  const key = form.dataset.key && `ballot:${form.dataset.key}`;
  let changed = false;

  function money(amount) {
    const [size, words] = scales.find(([size]) => amount >= size && (amount * 1000) % size === 0);
    return words.replace("{n}", figures.format(amount / size));
  }

  function say(name, text) {
    for (const element of part(name)) if (element.textContent !== text) element.textContent = text;
  }

  function hint(chosen, left) {
    const words = part("hint")[0].dataset;
    if (chosen.length > most) return words.most.replace("{n}", figures.format(most));
    if (left >= 0) return "";
    // The smallest choice whose removal is enough; else the largest.
    const sorted = [...chosen].sort((a, b) => a.dataset.cost - b.dataset.cost);
    const row = sorted.find((row) => row.dataset.cost >= -left) ?? sorted.at(-1);
    return words.remove.replace("{title}", row.querySelector("label").textContent);
  }

  function show() {
    const chosen = rows.filter((row) => box(row).checked);
    const spent = chosen.reduce((sum, row) => sum + Number(row.dataset.cost), 0);
    const left = limit - spent;
    const over = left < 0 || chosen.length > most;
    const label = part("label")[0];
    say("label", left < 0 ? label.dataset.over : label.dataset.left);
    say("left", money(Math.abs(left)));
    say("count", figures.format(chosen.length));
    say("hint", hint(chosen, left));
    pot.classList.toggle("pot--over", over);
    const bar = part("bar")[0];
    bar.setAttribute("width", `${Math.min(100, (100 * spent) / limit)}%`);
    bar.setAttribute("class", over ? "pomegranate" : "turquoise");
    for (const row of rows) {
      const gap = Number(row.dataset.cost) - Math.max(left, 0);
      const tooMuch = gap > 0 && !box(row).checked;
      row.classList.toggle("option--over", tooMuch);
      const line = row.querySelector(".option__over");
      line.hidden = !tooMuch;
      if (tooMuch) line.firstElementChild.textContent = pot.dataset.over.replace("{amount}", money(gap));
    }
  }

  const kept = key && JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (kept) for (const row of rows) box(row).checked = kept.includes(box(row).value);
  form.addEventListener("change", () => {
    changed = true;
    const values = rows.map(box).filter((input) => input.checked).map((input) => input.value);
    if (key) sessionStorage.setItem(key, JSON.stringify(values));
    show();
  });
  form.addEventListener("submit", () => {
    changed = false;
    if (key) sessionStorage.removeItem(key);
  });
  window.addEventListener("beforeunload", (event) => changed && event.preventDefault());
  show();
}
