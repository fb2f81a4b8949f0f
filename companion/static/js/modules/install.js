// Shows the button where the browser itself can put us onto the home screen; the steps below it are for all others.
export default function install(button) {
  const show = () => {
    button.hidden = !globalThis.installing;
  };
  addEventListener("installable", show);
  button.addEventListener("click", () => {
    button.hidden = true; // it can be asked once
    globalThis.installing.prompt();
  });
  show();
}
