// Takes the keyboard and the screen reader to what needs attention.
export default function focus(element) {
  element.focus();
}
