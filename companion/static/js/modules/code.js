// Takes a one-time code out of the address, where it stands behind the #, into the field.
export default function code(field) {
  const given = decodeURIComponent(location.hash.slice(1));
  if (!/^[\w-]{12,20}$/.test(given)) return;
  field.value = given;
  history.replaceState(null, "", location.pathname);
}
