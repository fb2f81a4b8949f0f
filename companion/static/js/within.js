// What a promise comes to; `otherwise`, once so many milliseconds have gone by without an end.
export const within = (milliseconds, promise, otherwise) =>
  Promise.race([promise, new Promise((done) => setTimeout(done, milliseconds, otherwise))]);
