// Brings the list of errors to the eyes and to the screen reader when a form comes back.
export default function focus(element) {
  element.focus();
}
