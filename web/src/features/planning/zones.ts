import { zoneName } from "../../ui/when";

/** The zones to which browsers keep giving a name that the IANA database has since replaced (CLDR never changes its own). */
const renamed: Readonly<Record<string, string>> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

/** The name of a zone as it is now, where this browser knows it. */
export function presentName(zone: string): string {
  const name = renamed[zone];
  return name !== undefined && offsetIn(name, new Date()) !== undefined ? name : zone;
}

/** "UTC+05:30" at a moment; undefined of a zone that the browser does not know. */
export function offsetIn(timeZone: string, at: Date): string | undefined {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(at);
    const offset = parts.find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "UTC");
    return offset === "UTC" ? "UTC+00:00" : offset;
  } catch {
    return undefined;
  }
}

export const regions = ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"] as const;
export type Region = (typeof regions)[number];

export interface Zone {
  id: string;
  /** "Paris (UTC+01:00)": the city first, which is what one types to find it in a list. */
  label: string;
}

/** "Buenos Aires, Argentina" of America/Argentina/Buenos_Aires. */
function cityOf(zone: string): string {
  const [, ...within] = zone.replaceAll("_", " ").split("/");
  return within.length < 2 ? zoneName(zone) : [...within].reverse().join(", ");
}

function zoneOf(id: string, at: Date): Zone {
  const offset = offsetIn(id, at);
  return { id, label: offset === undefined ? cityOf(id) : `${cityOf(id)} (${offset})` };
}

/** The zones of the world by region, under the names of now, with their offsets at a moment; first stays apart, whatever its name. */
export function zonesByRegion(first: readonly string[], at: Date): { first: Zone[]; regions: { region: Region | undefined; zones: Zone[] }[] } {
  const apart = [...new Set(first)];
  const taken = new Set([...apart, ...apart.map(presentName)]);
  const all = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone").map(presentName)])].filter((zone) => !taken.has(zone));
  const regionOf = (zone: string) => regions.find((region) => zone.startsWith(`${region}/`));
  const groups = [...regions, undefined].map((region) => ({
    region,
    zones: all.filter((zone) => regionOf(zone) === region).map((zone) => zoneOf(zone, at)).sort((a, b) => a.label.localeCompare(b.label)),
  }));
  return { first: apart.map((zone) => zoneOf(zone, at)), regions: groups.filter(({ zones }) => zones.length > 0) };
}
