// What the server could not read, on this phone: to be tried again, or thrown away.
import { all, put, remove } from "../box/store.js";
import { counted, send } from "../box/send.js";
import { listen, tell } from "../box/changes.js";

export default function aside(place) {
  async function show() {
    place.hidden = !(await counted()).aside;
  }

  async function each(act) {
    for (const item of await all("items")) if (item.aside) await act(item);
    tell({});
  }

  place.querySelector("[data-again]").addEventListener("click", async () => {
    await each((item) => put("items", { ...item, aside: false }));
    send();
  });
  place.querySelector("[data-away]").addEventListener("click", () => each((item) => remove("items", item.id)));
  listen(show);
  show();
}
