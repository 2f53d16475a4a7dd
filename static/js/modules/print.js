// A button that opens the browser's own print dialogue; without this script it stays hidden.
export default function (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
