// Upgrades every element that names a behaviour: data-module="name" runs modules/name.js on it.
// What the browser offers of itself comes when it likes: it is kept for the button that asks for it.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  globalThis.installing = event;
  dispatchEvent(new Event("installable"));
});

await Promise.all(
  [...document.querySelectorAll("[data-module]")].map(async (element) => {
    const { default: upgrade } = await import(`./modules/${element.dataset.module}.js`);
    upgrade(element);
  }),
);
