// Keeps the bar of a ballot true while choices change, and warns before an unkept choice is left.
// <form data-module="ballot" data-limit="…" data-most="…">, rows with data-cost, one .pot. With a
// limit the bar counts money, without one it counts projects. The choice itself is kept by the
// page (htmx sends it into the signed cookie), never in this browser's storage: people share phones.
export default function ballot(form) {
  const pot = form.querySelector(".pot");
  if (!pot) return;
  const part = (name) => form.querySelectorAll(`[data-pot="${name}"]`);
  const scales = JSON.parse(pot.dataset.scales ?? "[]");
  const figures = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 3 });
  const rows = [...form.querySelectorAll("[data-cost]")];
  const box = (row) => row.querySelector("input");
  const byMoney = "limit" in form.dataset;
  const most = Number(form.dataset.most) || Infinity;
  const limit = byMoney ? Number(form.dataset.limit) : most;
  let changed = false;

  function money(amount) {
    if (!amount) return scales.at(-1)[1].replace("{n}", figures.format(0));
    const [size, words] = scales.find(([size]) => amount >= size && (amount * 1000) % size === 0);
    return words.replace("{n}", figures.format(amount / size));
  }

  const amount = byMoney ? money : (count) => figures.format(count);

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

  function mark(row, left) {
    const gap = byMoney ? Number(row.dataset.cost) - Math.max(left, 0) : 0;
    const tooMuch = gap > 0 && !box(row).checked;
    row.classList.toggle("option--over", tooMuch);
    const line = row.querySelector(".option__over");
    line.hidden = !tooMuch;
    // Hidden words are read aloud all the same where the box refers to them: so none are there.
    line.firstElementChild.textContent = tooMuch ? pot.dataset.over.replace("{amount}", money(gap)) : "";
  }

  function show() {
    const chosen = rows.filter((row) => box(row).checked);
    const spent = byMoney
      ? chosen.reduce((sum, row) => sum + Number(row.dataset.cost), 0)
      : chosen.length;
    const left = limit - spent;
    const over = left < 0 || chosen.length > most;
    const label = part("label")[0];
    say("label", left < 0 ? label.dataset.over : label.dataset.left);
    say("left", amount(Math.abs(left)));
    say("count", figures.format(chosen.length));
    say("hint", hint(chosen, left));
    pot.classList.toggle("pot--over", over);
    const bar = part("bar")[0];
    bar.setAttribute("width", `${Math.min(100, (100 * spent) / limit)}%`);
    bar.setAttribute("class", over ? "pomegranate" : "turquoise");
    for (const row of rows) mark(row, left);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name !== "choices") return;
    changed = true;
    show();
  });
  form.addEventListener("htmx:afterRequest", (event) => (changed = changed && !event.detail.successful));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => changed && event.preventDefault());
  form.dataset.alive = "";
  show();
}
