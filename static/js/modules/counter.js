// Says how many characters are left while a long text is typed.
export default function counter(line) {
  const input = document.getElementById(line.dataset.for);
  const most = Number(line.dataset.max);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  line.setAttribute("aria-live", "polite");

  function show() {
    const left = most - [...input.value].length;
    const text = left < 0 ? line.dataset.over : line.dataset.left;
    line.textContent = text.replace("{n}", number.format(Math.abs(left)));
    line.classList.toggle("field__error", left < 0);
  }

  input.addEventListener("input", show);
  show();
}
