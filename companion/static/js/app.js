// Upgrades every element that names a behaviour: data-module="name" runs modules/name.js on it.
for (const element of document.querySelectorAll("[data-module]")) {
  const { default: upgrade } = await import(`./modules/${element.dataset.module}.js`);
  upgrade(element);
}
