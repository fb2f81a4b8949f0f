// What the server could not read, on this phone: to be tried again, or thrown away.
import { all, get, put, remove } from "../box/store.js";
import { counted, send } from "../box/send.js";
import { listen, tell } from "../box/changes.js";

export default function aside(place) {
  async function show() {
    place.hidden = !(await counted()).aside;
  }

  async function each(act) {
    const owner = (await get("settings", "box"))?.owner;
    for (const item of await all("items")) if (item.aside && item.owner === owner) await act(item);
    tell({});
  }

  place.querySelector("[data-again]").addEventListener("click", async () => {
    await each((item) => put("items", { ...item, aside: false }));
    send();
  });
  place.querySelector("[data-away]").addEventListener("click", ({ target }) => {
    if (confirm(target.dataset.sure)) each((item) => remove("items", item.id));
  });
  listen(show);
  show();
}
