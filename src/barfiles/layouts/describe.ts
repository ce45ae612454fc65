import type { Layout } from './layout.ts';

/** The command that imports the example. */
export function commandOf({ name, file, importedWith }: Layout): string {
  const path = file.includes(' ') ? `'${file}'` : file;
  return `./bin/pocketquant import ${path} --layout ${name} ${importedWith}`;
}

/** What a layout decides, as options say it. */
export function settingsOf(layout: Layout): readonly string[] {
  const { columns, timezone, dateOrder, timeIs, decimal, interval, signature, priceUnit, volumeUnit, turnoverUnit } =
    layout;
  return [
    ...[columns ?? []].flat().map((names) => `--columns ${names} where there is no header`),
    ...(timezone === undefined ? [] : [`--timezone ${timezone}`]),
    ...(dateOrder === undefined ? [] : [`--date-order ${dateOrder}`]),
    ...(timeIs === undefined ? [] : [`--time-is ${timeIs}`]),
    ...(decimal === undefined ? [] : [`--decimal ${decimal}`]),
    ...(interval === undefined ? [] : [`--interval ${interval}`]),
    ...(priceUnit === undefined ? [] : [`prices without a point are divided by ${priceUnit.toLocaleString('en-US')}`]),
    ...(volumeUnit === undefined ? [] : [`volumes are multiplied by ${volumeUnit.toLocaleString('en-US')}`]),
    ...(turnoverUnit === undefined ? [] : [`turnovers are multiplied by ${turnoverUnit.toLocaleString('en-US')}`]),
    ...(signature === undefined ? [] : [`files with the columns ${signature.join(', ')} have it without being told`]),
  ];
}
