// Fills a field with the phone's own time zone, unless somebody has chosen one.
export default function zone(field) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone && field.dataset.chosen === undefined) field.value = timeZone;
}
