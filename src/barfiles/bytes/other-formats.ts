/* oxlint-disable no-control-regex -- formats are told by such bytes */
import { InvalidRequestError } from '../../platform/errors/index.ts';

/** What files that are not read begin with, and how to make one of them that is. */
const OTHERS: readonly (readonly [name: string, start: RegExp, advice: string])[] = [
  ['an Excel workbook (xls)', /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/, 'save the sheet as CSV'],
  ['HDF5', /^\x89HDF\r\n/, "write it again with pandas: pd.read_hdf('FILE').to_parquet('FILE.parquet')"],
  [
    'DBN of Databento',
    /^DBN[\x01-\x10]/,
    "write it again with databento: databento.DBNStore.from_file('FILE').to_csv('FILE.csv'), or to_parquet",
  ],
  ['an SQLite database', /^SQLite format 3\0/, "export its table: sqlite3 -header -csv FILE 'select * from TABLE'"],
  ['a DuckDB database', /^[^]{8}DUCK/, "export its table: COPY TABLE TO 'FILE.parquet'"],
  [
    'a pickle of Python',
    /^\x80[\x02-\x05][\x95ccX}\]K]/,
    "write it again with pandas: pd.read_pickle('FILE').to_parquet('FILE.parquet')",
  ],
  ['NumPy', /^\x93NUMPY/, "write it again with numpy: numpy.savetxt('FILE.csv', numpy.load('FILE'), delimiter=',')"],
  ['ORC', /^ORC/, "write it again with pandas: pd.read_orc('FILE').to_parquet('FILE.parquet')"],
  ['Avro', /^Obj\x01/, 'write it again as Parquet or CSV'],
  [
    'Feather of version 1',
    /^FEA1/,
    "write it again with pandas: pd.read_feather('FILE').to_feather('FILE.feather'), which makes version 2",
  ],
  ['a file of R', /^(RD[AX]\d\n|[XA]\n\0\0)/, "write it again with R: write.csv(x, 'FILE.csv')"],
  [
    'Stata',
    /^(<stata_dta>|[\x72-\x77][\x01\x02]\x01\0)/,
    "write it again with pandas: pd.read_stata('FILE').to_csv('FILE.csv')",
  ],
  [
    'history of MetaTrader (hst)',
    /^[\x90\x91]\x01\0\0[^]{0,4}(\(C\)opyright|Copyright)/,
    'export the bars from its History Center as CSV',
  ],
  ['a 7-Zip archive', /^7z\xbc\xaf\x27\x1c/, 'unpack it first: 7z x FILE'],
  ['packed with xz', /^\xfd7zXZ\0/, 'unpack it first: xz -d FILE'],
  [
    'packed with LZMA',
    /^\x5d\0\0[^]{2}/,
    'unpack it first: xz --format=lzma -d FILE; ticks of Dukascopy (bi5) are no bars',
  ],
  ['packed with LZ4', /^\x04\x22\x4d\x18/, 'unpack it first: lz4 -d FILE'],
  ['packed with compress', /^\x1f\x9d/, 'unpack it first: gunzip FILE'],
  ['a RAR archive', /^Rar!\x1a\x07/, 'unpack it first: unrar x FILE'],
  ['a tar archive', /^[^]{257}ustar/, 'unpack it first: tar -xf FILE'],
  ['PDF', /^%PDF-/, 'ask the vendor for CSV'],
  [
    'a page of a website',
    /^(\xef\xbb\xbf)?\s*(<!--[^]*?-->\s*)?<(!doctype\s+html|html|head|body)\b/i,
    'it was saved in place of the file; open it in a browser to see what the website says, and download again',
  ],
  ['XML', /^(\xef\xbb\xbf)?\s*<\?xml/, 'save it as CSV'],
  ['an image', /^(\x89PNG|\xff\xd8\xff|GIF8)/, 'ask for the numbers as CSV'],
];

/**
 * Names formats that are known but not read.
 * @throws InvalidRequestError `UNKNOWN_FORMAT` that says what the file is and what to do
 */
export function refuseOtherFormat(start: Uint8Array): void {
  const bytes = Buffer.from(start.subarray(0, 1_024)).toString('latin1'); // a character a byte
  const found = OTHERS.find(([, magic]) => magic.test(bytes));
  if (found !== undefined) refuse(found[0], found[2]);
}

/** The same of formats that are a zip by themselves. */
export function refuseOfficeDocument(names: readonly string[]): void {
  if (names.some((name) => name.startsWith('xl/'))) refuse('an Excel workbook (xlsx)', 'save the sheet as CSV');
  if (names.includes('mimetype') && names.includes('content.xml'))
    refuse('a document of LibreOffice', 'save the sheet as CSV');
  if (names.length > 0 && names.every((name) => name.endsWith('.npy')))
    refuse('NumPy (npz)', "write each array with numpy: numpy.savetxt('FILE.csv', array, delimiter=',')");
}

function refuse(name: string, advice: string): never {
  throw new InvalidRequestError('UNKNOWN_FORMAT', `The file is ${name}, which is not read; ${advice}`);
}
