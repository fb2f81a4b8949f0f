// A button beside a password that shows what is typed; its words stand in the field's data.
export default function reveal(field) {
  const button = document.createElement("button");
  const say = () => {
    const hidden = field.type === "password";
    button.textContent = hidden ? field.dataset.show : field.dataset.hide;
    button.setAttribute("aria-pressed", String(!hidden));
  };
  button.type = "button";
  button.className = "button link";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    say();
  });
  // A browser offers to remember what is sent as a password, and remembers text as text.
  field.form.addEventListener("submit", () => { field.type = "password"; });
  say();
  field.after(button);
}
