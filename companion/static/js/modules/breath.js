// The circle to breathe with: moves once it is tapped, stops with another tap, when it is out of sight, or by itself
// after a minute and a half. Without this there are only the words.
export default function breath(place) {
  const button = place.querySelector("button");
  const circle = place.querySelector(".breath-circle");
  const go = (goes) => {
    place.classList.toggle("goes", goes);
    button.textContent = goes ? button.dataset.stop : button.dataset.start;
  };

  button.addEventListener("click", () => go(!place.classList.contains("goes")));
  circle.addEventListener("animationend", () => go(false));
  circle.addEventListener("animationcancel", () => go(false));
  document.addEventListener("visibilitychange", () => document.hidden && go(false));
  place.hidden = false;
}
