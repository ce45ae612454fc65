import { parse } from 'csv-parse/sync';

/**
 * The fields of one line. A file of bars has a record a line: so a row that is cut short or has too much cannot take
 * the next ones with it. Quotes around whole fields are taken off here; lines that quote otherwise are for the library.
 */
export function fieldsOf(line: string, separator: string): string[] {
  const fields = line.split(separator);
  if (!line.includes('"')) return fields;
  const plain = fields.map((field) => /^\s*"([^"]*)"\s*$/.exec(field)?.[1] ?? field);
  return plain.some((field) => field.includes('"')) ? quotedFields(line, separator) : plain;
}

function quotedFields(line: string, separator: string): string[] {
  const options = { delimiter: separator, relax_column_count: true, relax_quotes: true, trim: true };
  try {
    return parse(line, options)[0] ?? [];
  } catch {
    return line.split(separator); // an open quote: the fields say themselves what is wrong with them
  }
}
