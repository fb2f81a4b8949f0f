// Fills a field with the phone's own time zone, unless somebody has chosen one.
export default function zone(field) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (!timeZone || field.dataset.chosen !== undefined) return;
  // A list that doesn't have it stays as it is, instead of becoming empty.
  if (field.options && ![...field.options].some((option) => option.value === timeZone)) return;
  field.value = timeZone;
}
