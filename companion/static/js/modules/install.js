// Shows the button where the browser itself can put us onto the home screen; the steps below it are for all others.
export default function install(button) {
  let offered;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = event;
    button.hidden = false;
  });
  button.addEventListener("click", () => {
    button.hidden = true; // it can be asked once
    offered.prompt();
  });
}
